"""One network proves little: how many seeds answer everything, on this split and on the other
one?
"""

from dataclasses import replace

import numpy as np

from reportgen.core.data.material import BESIDE
from reportgen.measure.estimates import Sample, missing, wilson
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.few_seeds import middle_half
from reportgen.measure.numbers import written
from reportgen.systems.sequence_to_sequence.facts.probe import BEST, blind, outputs
from reportgen.systems.sequence_to_sequence.view import Study

SEEDS = "networks that differ in their seed"


def words(study: Study, kind: str, beside: bool = False) -> np.ndarray:
    """Share of whole outputs right [seed] at this checkpoint, of "train" or "holdout" inputs, on
    this split or on the one beside it.
    """
    return np.asarray(
        study.run.history[f"{BESIDE if beside else ''}{kind}_words"][:, study.checkpoint], float
    )


def perfect(study: Study, beside: bool = False) -> np.ndarray:
    """Which seeds [seed] answer all inputs, trained on and held out."""
    return np.asarray((words(study, "train", beside) == 1) & (words(study, "holdout", beside) == 1))


def _share(which: np.ndarray, of: str = SEEDS) -> Fact:
    k, n = int(which.sum()), len(which)
    if not n:
        words = "not defined: no seed answers every training input"
        return missing(words, unit="of", of=of, details=dict(k=0, n=0))
    return Fact(k / n, "of", n, of, *wilson(k, n), clusters=n, details=dict(k=k, n=n))


def _middle(study: Study, beside: bool) -> Fact:
    values = study.run.history[f"{BESIDE if beside else ''}holdout_tokens"][
        :, study.checkpoint
    ].astype(float)
    low, middle, high = middle_half(values)
    inputs = study.data.beside if beside else study.data
    assert inputs is not None  # what needs the other split is not asked without it
    always = blind(study, outputs(study, inputs.holdout), of="other split" if beside else "")
    details = dict(
        best=written(float(values.max()), "percent"), worst=written(float(values.min()), "percent")
    )
    return Fact(
        middle,
        "percent",
        len(values),
        SEEDS,
        low,
        high,
        clusters=len(values),
        baseline=replace(always, n=0),  # not of networks
        floor=BEST,
        details=details,
    )


@fact("Seeds that answer everything", better="high", tolerance=0.0, over="seeds")
def seeds_solved(study: Study) -> Fact:
    """Share of the seeds that answer every input there is, trained on or held out."""
    solved = perfect(study)
    others = study.run.history["holdout_tokens"][:, study.checkpoint].astype(float)[~solved]
    ends = [written(float(end(others)), "percent") for end in (np.min, np.max) if others.size]
    found = _share(solved)
    details = dict(found.details) | dict(
        others=int((~solved).sum()), others_text=" to ".join(dict.fromkeys(ends))
    )
    return replace(found, details=details)


@fact("Seeds that answer all they were trained on", better="high", tolerance=0.0, over="seeds")
def seeds_fit(study: Study) -> Fact:
    """Share of the seeds that answer every training input."""
    return _share(words(study, "train") == 1)


@fact("Of these, seeds that answer everything", better="high", tolerance=0.0, over="seeds")
def seeds_generalise(study: Study) -> Fact:
    """Share of the seeds that answer every held-out input, among those that answer every training
    input.
    """
    return _share(
        perfect(study)[words(study, "train") == 1], "networks that answer every training input"
    )


@fact("Held-out tokens right, median seed", better="high", tolerance=0.02, over="seeds")
def seeds_holdout(study: Study) -> Fact:
    """Median over the seeds of the share of held-out output tokens that are right; the interval
    holds the middle half of the seeds.
    """
    return _middle(study, False)


@fact(
    "Seeds that answer everything, other split",
    better="high",
    tolerance=0.0,
    over="seeds",
    needs=["beside"],
)
def beside_solved(study: Study) -> Fact:
    """Share of the same seeds that answer every input there is when they are trained on the other
    split.
    """
    return _share(perfect(study, True))


@fact(
    "Seeds that answer all they were trained on, other split",
    better="high",
    tolerance=0.0,
    over="seeds",
    needs=["beside"],
)
def beside_fit(study: Study) -> Fact:
    """Share of the same seeds that answer every training input when they are trained on the other
    split.
    """
    return _share(words(study, "train", True) == 1)


@fact(
    "Of these, seeds that answer everything, other split",
    better="high",
    tolerance=0.0,
    over="seeds",
    needs=["beside"],
)
def beside_generalise(study: Study) -> Fact:
    """Share of the same seeds, trained on the other split, that answer every held-out input, among
    those that answer every training input.
    """
    return _share(
        perfect(study, True)[words(study, "train", True) == 1],
        "networks that answer every training input",
    )


@fact(
    "Held-out tokens right, median seed, other split",
    better="high",
    tolerance=0.02,
    over="seeds",
    needs=["beside"],
)
def beside_holdout(study: Study) -> Fact:
    """Median over the same seeds, trained on the other split, of the share of held-out output
    tokens that are right; the interval holds the middle half.
    """
    return _middle(study, True)


@fact("Gain from a random split", tolerance=0.0, over="seeds", needs=["beside"])
def split_gain(study: Study) -> Fact:
    """Percentage of the seeds that answer everything after training on a random split, less that
    after training on the lexicographic one; the same seeds on both.
    """
    mine, other = perfect(study).astype(float), perfect(study, True).astype(float)
    gain = other - mine if study.data_config.split == "lexicographic" else mine - other
    return Sample(np.arange(len(gain)), len(gain), "seeds").average(
        gain,
        np.ones(len(gain), bool),
        unit="points",
        of="pairs of networks",
        baseline=Reference("no difference", 0.0),
    )
