"""What the held-out inputs are: a fair draw, or a corner of all inputs."""

import numpy as np

from reportgen.measure.fact import Fact, Facts, Reference, Verdict, claim, fact
from reportgen.systems.sequence_to_sequence.view import Study


def alike(study: Study) -> float:
    """How often a training input begins with the digit a held-out one begins with, averaged over the held-out ones."""
    first = lambda rows: np.bincount(rows.tokens[:, 1], minlength=len(study.tokens)) / len(rows)
    return float(first(study.data.train) @ first(study.data.holdout))


@fact("Training inputs that begin as held-out ones do", tolerance=1e-9)
def begin_alike(study: Study) -> Fact:
    """Share of the training inputs that begin with the first digit of a held-out input, averaged over the held-out inputs; beside it what a fair draw would give."""
    held = np.unique(study.data.holdout.tokens[:, 1])
    names = [study.tokens[i] for i in held]
    details = dict(
        digits=len(held), digits_text=", ".join(names), all=len(held) == len(study.tokens) - 1
    )
    fair = Reference("a fair draw", 1 / (len(study.tokens) - 1))
    return Fact(
        alike(study),
        "percent",
        len(study.data.holdout),
        "held-out inputs",
        exhaustive=True,
        baseline=fair,
        details=details,
    )


@claim(
    "The held-out inputs are a corner of all inputs",
    rests_on=["begin_alike"],
    figure="split-of-inputs",
    seeds=False,
    holds_if="training inputs begin as they do less than half as often as in a fair draw",
    partly_if="less than nine tenths as often",
    reason="What is asked of the network there it has seldom been taught; a random draw of this size stays well within a tenth.",
)
def holdout_is_corner(facts: Facts) -> Verdict:
    """A first digit that training hardly knows."""
    share = facts["begin_alike"]
    if share.value is None or share.baseline is None:
        return Verdict.FAILS
    return (
        Verdict.HOLDS
        if share.value < share.baseline.value / 2
        else Verdict.PARTLY
        if share.value < 0.9 * share.baseline.value
        else Verdict.FAILS
    )
