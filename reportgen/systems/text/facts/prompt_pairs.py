"""Pairs of prompts from held-out text that differ in one token, drawn before any network is seen.

Two positions of held-out text have the same last tokens, another one just before these, and another
one that comes next. The first prompt is the text up to the first position; the second is the same,
but for that one token, which is taken from the second position. What came at either position are
the two answers.
"""

from collections import defaultdict

import numpy as np

from reportgen.core.data.material import RESAMPLING, stream
from reportgen.core.study import held
from reportgen.measure.estimates import Sample
from reportgen.measure.patching import Pairs, Patching
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.view import Study

COUNT = 100  # pairs of each kind at most, one from a window
BACK = (
    1,
    2,
    4,
)  # how many tokens before the last one that is read stands the token that is exchanged
PAIRS = DEEP


def kind(back: int) -> str:
    """What pairs with the exchanged token so far back differ in."""
    return f"the token {back} back"


def position_called(back: int) -> str:
    """What a position is called by its distance from the last one."""
    return f"{back} back" if back else "last position"


@held
def pairs(study: Study, back: int) -> Pairs | None:
    """The pairs whose exchanged token stands so far back, the same for every network; None where
    held-out text has none.
    """
    windows, config = study.data.holdout, study.config
    inputs, targets, length = windows.inputs, windows.targets, config.model.n_ctx
    alike: dict[tuple[int, ...], list[tuple[int, int]]] = defaultdict(
        list
    )  # positions by their last tokens
    for window, tokens in enumerate(inputs):
        for at in range(max(back, length // 2), length):
            alike[tuple(tokens[at - back + 1 : at + 1])].append((window, at))
    rng = stream(config.data.seed, RESAMPLING, 2, back)
    chosen: list[tuple[int, int, int, int, int]] = []
    for window in rng.permutation(len(inputs)):
        for at in rng.permutation(np.arange(max(back, length // 2), length)):
            others = [
                (w, a)
                for w, a in alike[tuple(inputs[window, at - back + 1 : at + 1])]
                if inputs[w, a - back] != inputs[window, at - back]
                and targets[w, a] != targets[window, at]
            ]
            if others:
                w, a = others[int(rng.integers(len(others)))]
                chosen.append(
                    (window, at, int(inputs[w, a - back]), targets[window, at], targets[w, a])
                )
                break
        if len(chosen) == COUNT:
            break
    if not chosen:
        return None
    window, last, other, right, wrong = np.array(chosen).T
    clean, corrupt = inputs[window], inputs[window].copy()
    corrupt[np.arange(len(chosen)), last - back] = other
    blocks, block = np.unique(windows.block[window], return_inverse=True)
    named = {
        position_called(i): np.arange(length) == (last - i)[:, None] for i in range(back, -1, -1)
    }
    return Pairs(
        kind(back),
        clean,
        corrupt,
        last,
        right,
        wrong,
        named,
        Sample(block, len(blocks), "held-out blocks"),
    )


def patching(study: Study, back: int) -> Patching | None:
    """A network on the pairs of a distance; None where there are no such pairs."""
    drawn = pairs(study, back)
    return None if drawn is None else Patching(study, drawn)
