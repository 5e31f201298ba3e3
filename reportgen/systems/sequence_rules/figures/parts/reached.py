"""Points of the stream that really come about: where held-out positions that the rule decides stand
after attention.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.planes import View, common_view
from reportgen.systems.sequence_rules.view import Study

EACH = 25  # held-out positions shown for each token that the rule asks for


@dataclass(frozen=True)
class Reached:
    """Held-out positions after attention, what the rule allows next there, and whether the
    likeliest next token is allowed.
    """

    points: np.ndarray  # [point, xy] resid_mid of the last layer
    allowed: np.ndarray  # [point, token]
    right: np.ndarray  # [point]
    window: np.ndarray  # [point] of the held-out windows
    position: np.ndarray  # [point] in the window

    def __len__(self) -> int:
        return len(self.points)

    @property
    def demanded(self) -> tuple[int, ...]:
        """Tokens that the rule asks for at one of the points."""
        return tuple(int(t) for t in np.flatnonzero(self.allowed.any(0)))


def reached(study: Study, *, each: int = EACH, shortest: bool = False) -> Reached:
    """For each token the first `each` held-out positions at which the rule asks for it and its
    answer stands in the window.

    `shortest` takes those with the least text before them first. Chosen before any network is seen:
    the same at all checkpoints.
    """
    windows = study.data.holdout_windows
    at = np.argwhere(windows.visible)
    if shortest:
        at = at[np.argsort(at[:, 1], kind="stable")]
    allowed = windows.allowed[at[:, 0], at[:, 1]]
    chosen = np.unique(
        np.concatenate([np.zeros(0, int), *(np.flatnonzero(column)[:each] for column in allowed.T)])
    )
    window, position = at[chosen].T
    which, row = np.unique(window, return_inverse=True)
    if not len(which):
        return Reached(
            np.zeros((0, study.weights["W_E"].shape[1])),
            allowed[:0],
            np.zeros(0, bool),
            window,
            position,
        )
    trace = study.trace_of(windows.inputs[which])
    answer = trace.logits[row, position].argmax(-1)
    return Reached(
        trace.resid_mid(layer=-1)[row, position],
        allowed[chosen],
        allowed[chosen, answer],
        window,
        position,
    )


def starts(study: Study) -> np.ndarray:
    """Every token at every position [token, position, xy] where it stands before attention; none
    where attention does not add to it but takes its place.
    """
    sums = study.lattice.sums
    return sums if study.config.model.residual else sums[:, :0]


def short_name(
    allowed: np.ndarray,
    tokens: Sequence[str],
    classes: Mapping[str, str],
    class_names: Mapping[str, str],
) -> str:
    """What is allowed [token], short enough to stand beside a ring: "4", "0/2", what a reader calls
    a class where it is the whole of one, "11–20" for neighbours.
    """
    which = [int(t) for t in np.flatnonzero(allowed)]
    kinds = list(classes.values())
    if len(which) <= 2:
        return "/".join(tokens[t] for t in which)
    if which == [t for t, kind in enumerate(kinds) if kind == kinds[which[0]]]:
        return class_names[kinds[which[0]]]
    return (
        f"{tokens[which[0]]}–{tokens[which[-1]]}"
        if which[-1] - which[0] == len(which) - 1
        else f"{len(which)} tokens"
    )


def reached_view(*clouds: np.ndarray) -> View:
    """The view of every figure of the output plane: all tokens at all positions before attention,
    and the reached points after it.
    """
    return common_view(*clouds, pad=0.04)
