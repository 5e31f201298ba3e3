"""The logits of one sequence as a sum of what each part of the network adds.

The stream is a sum and the unembedding is linear, so the logits are a sum too (direct logit
attribution, Elhage et al. 2021): logits = (embedding + position + each head's output + feed-forward
network) W_U + b_U.
"""

from dataclasses import dataclass

import numpy as np

from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    Demonstration,
    demonstration,
)
from reportgen.systems.sequence_rules.figures.parts.heads import head_name, heads
from reportgen.systems.sequence_rules.view import Study

SHOWN = 3  # constrained positions, the last ones


@dataclass(frozen=True)
class LogitParts:
    """The logits of one demonstration, taken apart; every row less its mean over the tokens, which
    changes no probability.
    """

    step: int
    number: int
    classes: dict[str, str]
    demo: Demonstration
    names: tuple[str, ...]  # of the parts
    parts: np.ndarray  # [position, part, token]; they add up to the logits
    logits: np.ndarray  # [position, token]
    probabilities: np.ndarray
    # [key, token] what the last position's attention adds, all heads together, by the position that
    # it is read from
    read: np.ndarray

    @property
    def shown(self) -> tuple[int, ...]:
        """The constrained positions whose logits are taken apart."""
        return self.demo.constrained[-SHOWN:]


def parts_of(study: Study, index: int) -> dict[str, np.ndarray]:
    """What each part of the network adds to the logits [position, token] of one demonstration;
    together they are the logits.
    """
    t, w, every = study.trace, study.weights, heads(study)
    count, dims = every.count, every.outputs.shape[-1]
    out: dict[str, np.ndarray] = {}
    if study.config.model.residual:
        out |= {
            "token": t.embed[index] @ w["W_U"],
            "position": np.broadcast_to(t.pos_embed, t.embed.shape[1:]) @ w["W_U"],
        }
        for h, z in enumerate(every.outputs[index]):
            # without an output projection each head writes dimensions of its own
            own = w["W_U"] if every.projected else w["W_U"][h * dims : (h + 1) * dims]
            out[
                f"attention {head_name(h, count)}".strip() if count == 1 else head_name(h, count)
            ] = z @ own
    out["feed-forward"] = t.mlp_out(layer=-1)[index] @ w["W_U"]
    out["bias"] = np.broadcast_to(w["b_U"], out["feed-forward"].shape)
    return out


def read_from(study: Study, index: int) -> np.ndarray:
    """What the attention of the last position adds to each logit by the position it is read from
    [key, token].
    """
    w, every = study.weights, heads(study)
    weighed = every.pattern[index, :, -1, :, None] * every.values[index]  # [head, key, dim]
    dims = weighed.shape[-1]
    return np.asarray(
        sum(
            v @ (w["W_U"] if every.projected else w["W_U"][h * dims : (h + 1) * dims])
            for h, v in enumerate(weighed)
        )
    )


def centred(values: np.ndarray) -> np.ndarray:
    """Less the mean over tokens, the last axis."""
    return np.asarray(values - values.mean(-1, keepdims=True))


def logit_parts(study: Study, index: int) -> LogitParts:
    """The logits of one of the study's demonstrations, taken apart."""
    found, t = parts_of(study, index), study.trace
    return LogitParts(
        study.step,
        index + 1,
        dict(study.classes),
        demonstration(study, index),
        tuple(found),
        centred(np.stack(list(found.values()), 1)),
        centred(t.logits[index]),
        t.probabilities[index],
        centred(read_from(study, index)),
    )
