"""Attention on every position that holds the answer's token: of equal tokens one is as good as
another.
"""

import numpy as np

from reportgen.measure.fact import Fact, Reference, absent, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts.attention import MOST
from reportgen.systems.sequence_rules.facts.heads import heads, over_heads
from reportgen.systems.sequence_rules.view import Study
from reportgen.systems.sequence_rules.windows import Windows


def holding(windows: Windows) -> np.ndarray:
    """Which positions up to the query hold the answer's token, [window, query, key]."""
    same = windows.inputs[:, None, :] == windows.answer[:, :, None]
    causal = np.tri(windows.inputs.shape[1], dtype=bool)
    return np.asarray(same & causal)


@fact(
    "Attention on all copies of the answer",
    better="high",
    tolerance=0.005,
    needs=["held", "one_answer"],
)
def attention_on_copies(study: Study) -> Fact:
    """Share of its attention that the query puts on all positions together that hold the answer's
    token, where the answer is in view; by head where there are several.

    The details say what a head would find that always looks equally far back.
    """
    windows = study.data.holdout_windows
    copies, where = holding(windows), windows.held & (windows.answer >= 0)
    many = copies.sum(-1)
    if not (many[where] > 1).any():
        return absent("in this rule no other position holds the answer’s token")
    mass = np.stack([(one * copies).sum(-1) for one in heads(study)])
    equal = many / np.arange(1, many.shape[1] + 1)
    mean = float(windows.mean(equal, where))
    even = Reference("all such tokens, attended to alike", mean, int(where.sum()))
    habit, steps = _habit(windows, copies, where)
    details = dict(
        habit=habit,
        habit_text=written(habit, "share"),
        habit_is=f"{steps} step{'s' * (steps != 1)} back",
        half_way=(1 + habit) / 2 if habit < 1 else MOST,
    )
    of = "positions where the rule decides and the answer is in view,"
    return over_heads(study, mass, where, of=of, baseline=even, details=details)


def _habit(windows: Windows, copies: np.ndarray, where: np.ndarray) -> tuple[float, int]:
    """The share of positions at which the token so many steps back is the answer's, for the number
    of steps at which it is largest.
    """
    n_ctx = copies.shape[-1]
    found = []
    for lag in range(n_ctx):
        hits = np.zeros(where.shape, dtype=bool)
        hits[:, lag:] = np.diagonal(copies, -lag, 1, 2)
        found.append(float(windows.mean(hits, where)))
    return max(found), int(np.argmax(found))
