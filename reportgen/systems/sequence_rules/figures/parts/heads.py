"""The heads of the last attention layer, one by one: what each reads where, and what it carries to
the stream.
"""

from dataclasses import dataclass

import numpy as np

from reportgen.systems.sequence_rules.view import Study


@dataclass(frozen=True)
class Heads:
    """Scores, attention, values and outputs of the demonstrations by head.

    With an output projection a value stands as its head writes it into the stream, v W_O, so that
    the outputs of all heads add up to what attention adds; without one each head writes its own
    dimensions, and v is what it writes.
    """

    scores: np.ndarray  # [sequence, head, query, key]; NaN where the key lies in the future
    pattern: np.ndarray  # the same
    values: np.ndarray  # [sequence, head, position, dim]
    outputs: np.ndarray  # the attention's weighted means of the values
    projected: bool  # do values stand behind the output projection

    @property
    def count(self) -> int:
        """How many heads."""
        return int(self.pattern.shape[1])


def heads(study: Study) -> Heads:
    """The heads of a study's demonstrations at its checkpoint."""
    trace, out = study.trace, study.weights.get("W_O")
    values = (
        trace.v(layer=-1)
        if out is None
        else np.einsum("shpe,hed->shpd", trace.v(layer=-1), out[-1])
    )
    pattern = trace.pattern(layer=-1)
    return Heads(
        trace.attn_scores(layer=-1).filled(np.nan),
        np.where(trace.future, np.nan, pattern),
        values,
        pattern @ values,
        out is not None,
    )


def head_name(head: int, count: int) -> str:
    """ "head 0", or nothing where there is but one."""
    return f"head {head}" if count > 1 else ""
