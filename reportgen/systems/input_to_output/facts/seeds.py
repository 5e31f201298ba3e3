"""One network proves little: how many seeds answer everything?"""

import numpy as np

from reportgen.measure.estimates import wilson
from reportgen.measure.fact import Fact, absent, fact
from reportgen.measure.few_seeds import middle_half
from reportgen.measure.numbers import written
from reportgen.systems.input_to_output.facts.probe import NONE_HELD_OUT
from reportgen.systems.input_to_output.view import Study

SEEDS = "networks that differ in their seed"
MOST = 0.99  # of the held-out inputs


def right(study: Study, kind: str) -> np.ndarray:
    """Share of outputs right [seed] at this checkpoint, of "train" or "holdout" inputs."""
    return np.asarray(study.run.history[f"{kind}_right"][:, study.checkpoint], float)


def solves(study: Study) -> np.ndarray:
    """Which seeds [seed] answer all inputs."""
    return np.asarray((right(study, "train") == 1) & (right(study, "holdout") == 1))


def _share(which: np.ndarray) -> Fact:
    k, n = int(which.sum()), len(which)
    return Fact(k / n, "of", n, SEEDS, *wilson(k, n), clusters=n, details=dict(k=k, n=n))


@fact("Seeds that answer everything", better="high", tolerance=0.0, over="seeds")
def seeds_solved(study: Study) -> Fact:
    """Share of the seeds that answer every input there is."""
    return _share(solves(study))


@fact("Seeds that answer what they were not trained on", better="high", tolerance=0.0, over="seeds")
def seeds_generalise(study: Study) -> Fact:
    """Share of the seeds that answer more than 99 % of the held-out inputs."""
    if study.data.everything:
        return absent(NONE_HELD_OUT)
    return _share(right(study, "holdout") > MOST)


@fact("Held-out outputs right, median seed", better="high", tolerance=0.02, over="seeds")
def seeds_holdout(study: Study) -> Fact:
    """Median over the seeds of the share of held-out inputs whose output is right; the interval
    holds the middle half of the seeds.
    """
    if study.data.everything:
        return absent(NONE_HELD_OUT)
    values = right(study, "holdout")
    low, middle, high = middle_half(values)
    return Fact(
        middle,
        "percent",
        len(values),
        SEEDS,
        low,
        high,
        clusters=len(values),
        details=dict(
            best=written(float(values.max()), "percent"),
            worst=written(float(values.min()), "percent"),
        ),
    )
