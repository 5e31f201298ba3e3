"""How the score of a token changes with its kind and its position, read off the weights."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import missing
from reportgen.measure.fact import Fact, absent, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_rules.facts.algorithm import NEEDS, extremes
from reportgen.systems.sequence_rules.facts.constrained import (
    answer_class,
    constraining,
    not_the_latest,
)
from reportgen.systems.sequence_rules.view import Study


@fact("Score of answers above others", tolerance=0.05, needs=[*NEEDS, "classes"])
def score_gap(study: Study) -> Fact:
    """How far the attention score of a token of the answer's class lies above that of other tokens
    at the same position, for queries at the end of the window, where the rule decides; mean over
    positions.

    Parts: the gap to each other class; a mean over classes that lie far apart is near none of them.
    """
    if lacking := not_the_latest(study):
        return absent(lacking)
    alike, scores = answer_class(study), _scores(study)
    of = "positions before the last"
    mean: Callable[[np.ndarray], np.ndarray] = lambda which: scores[which].mean(0)
    classes = np.array([study.classes[t] for t in study.tokens])
    gap: Callable[[np.ndarray], Fact] = lambda others: Fact(
        float((mean(alike) - mean(others)).mean()), "logits", scores.shape[1], of, exhaustive=True
    )
    parts = tuple(
        (f"above {name}", gap(~alike & (classes == name)))
        for name in dict.fromkeys(classes[~alike])
    )
    return replace(gap(~alike), parts=parts)


@fact("Score gained by each position to the right", tolerance=0.05, needs=[*NEEDS, "classes"])
def score_ladder(study: Study) -> Fact:
    """By how much the attention score of a token of the answer's class rises from one position to
    the next, for queries at the end of the window, where the rule decides; mean over tokens and
    positions.

    Parts: each step from one position to the next. The details say how much less attention the
    earlier of two copies side by side then gets, for each token and step.
    """
    if lacking := not_the_latest(study):
        return absent(lacking)
    each = np.diff(_scores(study)[answer_class(study)], axis=1)  # [token, step]
    steps = each.mean(0)
    if not len(steps):
        return missing("not defined: the window is too short", unit="logits", of="steps")
    one: Callable[[int], Fact] = lambda i: Fact(
        float(steps[i]), "logits", 1, "step", exhaustive=True
    )
    parts = tuple((f"position {i} to {i + 1}", one(i)) for i in range(len(steps)))
    return Fact(
        float(steps.mean()),
        "logits",
        len(steps),
        "steps from one position to the next",
        exhaustive=True,
        parts=parts,
        details=extremes(parts)
        | dict(
            earlier_least_text=written(float(np.exp(-each.max())), "percent"),
            earlier_most_text=written(float(np.exp(-each.min())), "percent"),
        ),
    )


def _scores(study: Study) -> np.ndarray:
    """Attention scores [token, position before the last] of queries at the last position, where the
    rule decides, mean over these.
    """
    points = study.lattice
    query = points.q(head=0)[constraining(study), -1].mean(0)
    return np.asarray(points.k(head=0)[:, :-1] @ query / np.sqrt(len(query)))
