"""Which windows are followed step by step: chosen by rule, before any network is seen."""

from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Int

from reportgen.errors import RuleError


@runtime_checkable
class Candidates(Protocol):
    """Windows that know what the rule demands in them; see `windows.Windows`."""

    @property
    def inputs(self) -> Int[np.ndarray, "window position"]: ...

    @property
    def allowed(self) -> Bool[np.ndarray, "window position token"]: ...

    @property
    def visible(self) -> Bool[np.ndarray, "window position"]: ...

    @property
    def hidden(self) -> Bool[np.ndarray, "window position"]: ...

    @property
    def lag(self) -> Int[np.ndarray, "window position"]: ...


def fit(candidates: Candidates) -> Int[np.ndarray, "window"]:
    """The different windows that can be followed, in order.

    They end at a constrained position with a visible answer and hold at least two of these, none of
    them hidden.
    """
    answers = candidates.visible.sum(1)
    found = np.flatnonzero(candidates.visible[:, -1] & (answers >= 2) & ~candidates.hidden.any(1))
    _, first = np.unique(candidates.inputs[found], axis=0, return_index=True)
    return found[np.sort(first)]


def followed(candidates: Candidates, count: int) -> Int[np.ndarray, "window"]:
    """Windows to follow, from windows that chose nothing else; RuleError where too few are fit.

    The first shown is the first fit window whose last answer lies three or more steps back; the
    second one whose last answer lies farthest back; the third one with the most different demands;
    then the first fit ones in order. All differ. Where no position ever holds an answer, the first
    shown is one with the most different demands, and each further one has the most tokens that none
    before it has.
    """
    able = fit(candidates)
    if len(able) < count:
        raise RuleError(
            f"only {len(able)} different windows ask for two visible answers, the last of them at "
            f"their end; the report wants {count} demonstrations: "
            "lower report.demonstrations or raise data.holdout"
        )
    far = candidates.lag[:, -1]
    different = _demands(candidates.allowed[able], candidates.visible[able])
    if far[able].max() < 0:
        return able[_varied(candidates.inputs[able], different, count)]
    middle, farthest, richest = (
        able[far[able] >= min(3, far[able].max())],
        able[np.argsort(-far[able], kind="stable")],
        able[np.argsort(-different, kind="stable")],
    )
    chosen: list[int] = []
    for order in (middle, farthest, richest, *([able] * count)):
        chosen += [i for i in order if i not in chosen][:1]
    return np.array(chosen[:count])


def _demands(
    allowed: Bool[np.ndarray, "window position token"], visible: Bool[np.ndarray, "window position"]
) -> Int[np.ndarray, "window"]:
    """How many different sets of tokens each window visibly asks for."""
    _, kind = np.unique(allowed.reshape(-1, allowed.shape[-1]), axis=0, return_inverse=True)
    kinds = np.where(visible, kind.reshape(visible.shape), -1)
    return np.array([len(set(row[row >= 0].tolist())) for row in kinds])


def _varied(
    inputs: Int[np.ndarray, "window position"], different: Int[np.ndarray, "window"], count: int
) -> list[int]:
    """The window with the most different demands, then each time one with the most unseen tokens.

    Ties go to more demands, then to the first.
    """
    holds = np.zeros((len(inputs), int(inputs.max()) + 1), bool)
    holds[np.arange(len(inputs))[:, None], inputs] = True
    chosen = [int(different.argmax())]
    while len(chosen) < count:
        fresh = (holds & ~holds[chosen].any(0)).sum(1)
        order = np.lexsort((np.arange(len(inputs)), -different, -fresh))
        chosen.append(next(int(i) for i in order if i not in chosen))
    return chosen
