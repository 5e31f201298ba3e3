"""What did all the seeds of a training on a text do, and when?"""

from typing import Any

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.few_seeds import middle_half
from reportgen.measure.numbers import written
from reportgen.measure.onset import onset
from reportgen.systems.text.facts.holdout import READERS
from reportgen.systems.text.facts.losses import NEAR
from reportgen.systems.text.view import Study

SEEDS = "networks that differ in their seed"


def middle(values: np.ndarray, unit: str, **more: Any) -> Fact:
    """The median over seeds; the interval holds the middle half of them."""
    low, value, high = middle_half(values)
    ends = dict(
        best=float(values.min()),
        best_text=written(float(values.min()), unit),
        worst=float(values.max()),
        worst_text=written(float(values.max()), unit),
    )
    return Fact(
        value, unit, len(values), SEEDS, low, high, clusters=len(values), details=ends, **more
    )


@fact("Validation loss of the median seed", better="low", tolerance=0.01, over="seeds")
def seeds_loss(study: Study) -> Fact:
    """Median over the seeds of the last validation loss; the interval holds the middle half of the
    seeds.
    """
    pairs = study.counts.surprises(study.data.validation)["bigram"].mean()
    return middle(
        study.run.history["validation_loss"][:, -1].astype(float),
        "nats",
        baseline=Reference(f"{READERS['bigram']} on the validation windows", float(pairs)),
    )


@fact("Loss falls below that of token frequencies", tolerance=0, over="training")
def onset_below_unigram(study: Study) -> Fact:
    """First checkpoint from which the validation loss stays, three times in a row, below that of
    token frequencies.
    """
    return onset(
        study,
        study.history("validation_loss")
        < study.counts.surprises(study.data.validation)["unigram"].mean(),
    )


@fact("Loss comes near that of pair counts", tolerance=0, over="training")
def onset_near_bigram(study: Study) -> Fact:
    """First checkpoint from which the validation loss stays, three times in a row, less than five
    hundredths of a nat above that of pair counts.
    """
    return onset(
        study,
        study.history("validation_loss")
        < study.counts.surprises(study.data.validation)["bigram"].mean() + NEAR,
    )
