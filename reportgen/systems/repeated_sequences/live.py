"""What the page's own network is told of sequences that repeat: held-out ones, answered rightly and
wrongly.
"""

import numpy as np

from reportgen.core.live import Example, Live, demonstrations
from reportgen.systems.repeated_sequences.view import Study

FEW = 6  # sequences that go wrong


def live(study: Study) -> Live:
    """The page itself knows the rule: what followed the token the last time."""
    return Live(
        rule=dict(kind="repeat", summary=study.rule.summary),
        error_name="wrong where the next token is known from a copy",
        error=1 - study.run.history["accuracy"],
        examples={
            "Where it fails": _failing(study),
            "The demonstrations": demonstrations(study),
        },
    )


def _failing(study: Study) -> list[Example]:
    """Held-out sequences up to a next token known from a copy that is not the network's first
    choice.
    """
    names, tokens = study.tokens, study.data.holdout.tokens
    known = study.data.holdout.told
    said = study.holdout.logits.argmax(-1)
    wrong = np.argwhere(known & (said != tokens[:, 1:]))
    chosen = wrong[np.linspace(0, len(wrong) - 1, min(FEW, len(wrong))).astype(int)]
    return [
        Example(
            tokens[row, : position + 1],
            f"right: {names[tokens[row, position + 1]]}; it says {names[said[row, position]]}",
        )
        for row, position in chosen
    ]
