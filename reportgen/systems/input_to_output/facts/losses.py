"""How sure the answers are: the loss, and by how much the right answer leads."""

from math import floor, log10

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import RAISED, written
from reportgen.systems.input_to_output.facts.accuracy import MOST_PARTS
from reportgen.systems.input_to_output.facts.probe import (
    ALL,
    HOLDOUT,
    TRAIN,
    losses,
    margins,
    mean,
    names,
    which,
)
from reportgen.systems.input_to_output.view import Study


def exactly(value: float) -> str:
    """A loss with its first digits, however small it is."""
    if value <= 0 or value >= 0.01:
        return written(value, "nats")
    power = floor(log10(value))
    return (
        f"{value / 10.0**power:.1f} × 10{str(power).replace('-', '−').translate(RAISED)}".replace(
            "−", "⁻"
        )
    )


def _loss(study: Study, kind: str) -> Fact:
    wanted = study.data.wanted[which(study, kind)]
    found = mean(study, losses(study), kind, unit="nats", of="output tokens")
    if found.value is None:
        return found
    entropy = 0.0
    for column in wanted.T:
        often = np.unique(column, return_counts=True)[1] / len(column)
        entropy -= float((often * np.log(often)).sum()) / wanted.shape[1]
    return Fact(
        **vars(found)
        | dict(
            baseline=Reference("knowing only how often each answer comes", entropy),
            floor=Reference("sure of every answer", 0.0),
            details=dict(exactly_text=exactly(found.value)),
        )
    )


@fact("Loss, all inputs", better="low", tolerance=0.02)
def all_loss(study: Study) -> Fact:
    """Cross-entropy over the possible answers, mean over the output tokens of all inputs there
    are.
    """
    return _loss(study, ALL)


@fact("Loss, training inputs", better="low", tolerance=0.02, needs=["training"])
def train_loss(study: Study) -> Fact:
    """Cross-entropy over the possible answers, mean over the output tokens of the training
    inputs.
    """
    return _loss(study, TRAIN)


@fact("Loss, held-out inputs", better="low", tolerance=0.02, needs=["training"])
def holdout_loss(study: Study) -> Fact:
    """Cross-entropy over the possible answers, mean over the output tokens of the held-out
    inputs.
    """
    return _loss(study, HOLDOUT)


@fact("Least margin", better="high", tolerance=0.05)
def least_margin(study: Study) -> Fact:
    """By how much the logit of the right answer leads over the best other one, in the worst case of
    all inputs; below 0 where an answer is wrong; parts: the least by answer.
    """
    found, wanted = margins(study), study.data.wanted
    worst = np.unravel_index(int(found.argmin()), found.shape)
    answers = np.unique(wanted)
    parts = tuple(
        (f"answer {names(study)[answer]}", _least(found[wanted == answer], "with this answer"))
        for answer in (answers if len(answers) <= MOST_PARTS else ())
    )
    row = study.data.rows.inputs[worst[0]]
    details = dict(
        worst_text=" ".join(study.tokens[int(row[at])] for at in study.data.places),
        mean_text=written(float(found.mean()), "logits"),
    )
    return Fact(**vars(_least(found, "of all inputs")) | dict(parts=parts, details=details))


def _least(values: np.ndarray, of: str) -> Fact:
    return Fact(
        float(values.min()),
        "logits",
        values.size,
        f"output tokens {of}",
        exhaustive=True,
        baseline=Reference("a tie", 0.0),
    )
