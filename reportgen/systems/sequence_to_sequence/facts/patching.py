"""What moves when one digit of an input is changed, and which part of the network carries the
change to the output.
"""

from typing import Any

import numpy as np

from reportgen.core.study import held
from reportgen.measure.estimates import Sample, missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.systems.sequence_to_sequence.facts.changed_digits import pairs, patched
from reportgen.systems.sequence_to_sequence.facts.probe import kept, queries
from reportgen.systems.sequence_to_sequence.view import Study

NOTHING = "not defined: no change of a digit changes an answer"


def _ratio(terms: np.ndarray, row: np.ndarray) -> tuple[float, float]:
    """95 % interval of a ratio of sums, by resampling inputs."""
    rng, inputs = np.random.default_rng(len(row)), np.unique(row, return_inverse=True)[1]
    sums = np.stack([np.bincount(inputs, terms[:, i]) for i in range(2)], 1)
    drawn = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), 2_000) @ sums
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    return float(low), float(high)


def _carried(study: Study, step: str, layer: int) -> Fact:
    found, p = patched(study), pairs(study)
    of, key = "pairs of inputs that differ in one digit", (step, layer, "output")
    details = dict(
        skipped=found.skipped,
        even=1 / len({site[:2] for site in found.restored}),
    )
    if not found.used:
        return missing(NOTHING, unit="ratio", of=of, details=details)
    row = p.row[found.pair]
    rest: dict[str, Any] = (
        dict(exhaustive=True)
        if p.exhaustive
        else dict(zip(("low", "high"), _ratio(found.terms[key], row)))
        | dict(clusters=len(np.unique(row)))
    )
    return Fact(
        found.restored[key],
        "ratio",
        found.used,
        of,
        baseline=Reference("carries nothing", 0.0),
        floor=Reference("carries all", 1.0),
        details=details,
        **rest,
    )


@fact("Carried by attention of the first layer", tolerance=0.05, needs=["attention"])
def carried_first(study: Study) -> Fact:
    """How much of the right answer comes back when, in the run of an input with one digit changed,
    what the first layer's attention writes at the output is taken from the unchanged run; 1 is all
    of it.
    """
    return _carried(study, "attn_out", 0)


@fact("Carried by attention of the last layer", tolerance=0.05, needs=["layers"])
def carried_last(study: Study) -> Fact:
    """How much of the right answer comes back when, in the run of an input with one digit changed,
    what the last layer's attention writes at the output is taken from the unchanged run; 1 is all
    of it.
    """
    return _carried(study, "attn_out", study.config.model.n_layers - 1)


@fact("Patching the whole stream", tolerance=1e-4, needs=["attention"])
def patch_whole(study: Study) -> Fact:
    """How much comes back when the whole stream before the unembedding is taken from the unchanged
    run: exactly all of it, or the patches do not do what they say.
    """
    found = patched(study)
    if not found.used:
        return missing(NOTHING, unit="ratio", of="pairs of inputs")
    return Fact(
        found.whole,
        "ratio",
        found.used,
        "pairs of inputs that differ in one digit",
        exhaustive=True,
        floor=Reference("all of it", 1.0),
    )


@held
def moved(study: Study) -> np.ndarray:
    """Does the answer of each output change [pair, output] when one digit does."""
    p, positions = pairs(study), queries(study)
    answers = [
        kept(study, tokens, [])[0][:, positions].argmax(-1) for tokens in (p.clean, p.corrupt)
    ]
    return np.asarray(answers[0] != answers[1])


def _moved(study: Study, own: bool) -> Fact:
    p = pairs(study)
    mine = np.eye(study.data.length, dtype=bool)[p.output]
    values = moved(study)
    of, chance = (
        "answers of pairs of inputs that differ in one digit",
        Reference("in the task, of its digit", 1.0)
        if own
        else Reference("in the task, of others", 0.0),
    )
    where = mine if own else ~mine
    details = dict(
        count_text=(
            f"{written(int(values[where].sum()), 'count')} of {written(int(where.sum()), 'count')}"
        )
    )
    if p.exhaustive:
        return Fact(
            float(values[where].mean()),
            "percent",
            int(where.sum()),
            of,
            exhaustive=True,
            counted=True,
            baseline=chance,
            details=details,
        )
    return Sample(p.row, len(study.data.probe), "inputs").average(
        values, where, unit="percent", of=of, counted=True, baseline=chance, details=details
    )


@fact("Answers that follow their digit", better="high", tolerance=0.03)
def moves_mirror(study: Study) -> Fact:
    """Share of the outputs whose answer changes when the digit they are made from is changed, and
    nothing else.
    """
    return _moved(study, True)


@fact("Answers that follow another digit", better="low", tolerance=0.03)
def moves_others(study: Study) -> Fact:
    """Share of the outputs whose answer changes when a digit that they are not made from is
    changed, and nothing else.
    """
    return _moved(study, False)
