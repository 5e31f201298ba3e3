"""What the held-out inputs are: a fair draw, or a corner of all inputs."""

from collections.abc import Callable

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.systems.sequence_to_sequence.data import Rows
from reportgen.systems.sequence_to_sequence.view import Study


def alike(study: Study) -> float:
    """How often a training input begins with the digit a held-out one begins with, averaged over
    the held-out ones.
    """
    first: Callable[[Rows], np.ndarray] = lambda rows: (
        np.bincount(rows.tokens[:, 1], minlength=len(study.tokens)) / len(rows)
    )
    return float(np.dot(first(study.data.train), first(study.data.holdout)))


@fact("Training inputs that begin as held-out ones do", tolerance=1e-9)
def begin_alike(study: Study) -> Fact:
    """Share of the training inputs that begin with the first digit of a held-out input, averaged
    over the held-out inputs; beside it what a fair draw would give.
    """
    held = np.unique(study.data.holdout.tokens[:, 1])
    names = [study.tokens[i] for i in held]
    details = dict(
        digits=len(held), digits_text=", ".join(names), all=len(held) == len(study.tokens) - 1
    )
    inputs = len(study.data.rows)
    alike_in_all = inputs / (len(study.tokens) - 1)  # that begin with the same digit
    fair = Reference("a random draw", (alike_in_all - 1) / (inputs - 1))
    return Fact(
        alike(study),
        "percent",
        len(study.data.holdout),
        "held-out inputs",
        exhaustive=True,
        baseline=fair,
        details=details,
    )
