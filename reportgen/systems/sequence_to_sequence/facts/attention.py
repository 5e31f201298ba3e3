"""Where does an output look? The mirror is the digit that it is made from."""

import numpy as np

from reportgen.measure.fact import Fact, Facts, Reference, Verdict, claim, fact
from reportgen.systems.sequence_to_sequence.facts.probe import (
    ALL,
    average,
    depth,
    guess,
    logits,
    mirrors,
    queries,
    right,
    wanted,
)
from reportgen.systems.sequence_to_sequence.view import Study

MOST = 0.5
TWICE = 2  # times an even spread


def looks(study: Study, layer: int) -> np.ndarray:
    """Attention of the outputs' queries [row, output, key], mean over heads."""
    return np.asarray(study.holdout.pattern(layer=layer)[:, :, queries(study)].mean(1))


def mass(study: Study, layer: int) -> np.ndarray:
    """Attention on the mirror [row, output]."""
    return looks(study, layer)[:, np.arange(study.data.length), mirrors(study)]


def even(study: Study) -> float:
    """What a query that spreads its attention evenly gives any one place, mean over outputs."""
    return float((1 / (queries(study) + 1)).mean())


def _mass(study: Study, last: bool) -> Fact:
    layer, names = depth(study, last), range(study.data.length)
    found, rows = mass(study, layer), looks(study, layer).mean(0)
    parts = tuple(
        (
            f"output {i + 1}",
            average(
                study,
                found[:, i],
                ALL,
                of="queries",
                unit="share",
                baseline=Reference("an even spread", 1 / (int(q) + 1)),
            ),
        )
        for i, q in zip(names, queries(study))
    )
    most = (rows.argmax(1) == mirrors(study)).sum()
    return average(
        study,
        found,
        ALL,
        of="queries",
        unit="share",
        baseline=Reference("an even spread", even(study)),
        parts=parts,
        details=dict(layer=layer, rows=f"{most} of {study.data.length}"),
    )


@fact("Attention on the mirror, first layer", better="high", tolerance=0.02, needs=["attention"])
def mirror_first(study: Study) -> Fact:
    """Share of its attention that an output's query gives to the digit the output is made from, in the first layer, mean over inputs and outputs; parts: output by output."""
    return _mass(study, False)


@fact("Attention on the mirror, last layer", better="high", tolerance=0.02, needs=["layers"])
def mirror_last(study: Study) -> Fact:
    """Share of its attention that an output's query gives to the digit the output is made from, in the last layer, mean over inputs and outputs; parts: output by output."""
    return _mass(study, True)


def _hits(study: Study, last: bool) -> Fact:
    hit = looks(study, depth(study, last)).argmax(-1) == mirrors(study)
    return average(
        study,
        hit,
        ALL,
        of="queries",
        counted=True,
        baseline=Reference("a place at random", even(study)),
    )


@fact(
    "Queries that look most at the mirror, first layer",
    better="high",
    tolerance=0.02,
    needs=["attention"],
)
def hits_first(study: Study) -> Fact:
    """Share of the outputs' queries whose largest attention lies on the digit the output is made from, in the first layer."""
    return _hits(study, False)


@fact(
    "Queries that look most at the mirror, last layer",
    better="high",
    tolerance=0.02,
    needs=["layers"],
)
def hits_last(study: Study) -> Fact:
    """Share of the outputs' queries whose largest attention lies on the digit the output is made from, in the last layer."""
    return _hits(study, True)


@fact("Tokens right with attention frozen", better="high", tolerance=0.03, needs=["attention"])
def frozen_attention(study: Study) -> Fact:
    """Share of output tokens right when every attention pattern is replaced by its mean over the inputs, so that it depends on the place alone; beside it the whole network."""
    pattern = study.holdout.pattern()
    mean = {
        ("pattern", layer): np.broadcast_to(pattern[:, layer].mean(0), pattern[:, layer].shape)
        for layer in range(pattern.shape[1])
    }
    correct = logits(study, study.data.judged, replace=mean).argmax(-1) == wanted(study)
    whole = average(study, right(study), ALL).value or 0.0
    return average(
        study,
        correct,
        ALL,
        counted=True,
        baseline=Reference("the whole network", whole),
        floor=guess(study),
    )


def looks_at(share: Fact) -> Verdict:
    """Is more than half of the attention there, or at least twice what an even spread would put there?"""
    if share.value is None or share.baseline is None:
        return Verdict.FAILS
    least = share.value if share.low is None else share.low
    return (
        Verdict.HOLDS
        if share.value > MOST
        else Verdict.PARTLY
        if least > TWICE * share.baseline.value
        else Verdict.FAILS
    )


LOOKS = "more than half of the attention lies on the mirror"
LEANS = "more than twice as much of it lies there as an even spread would put there, by the whole interval"
WHY = "Above one half, all other places together get less; with less than twice its even share a place is one among several."


@claim(
    "In the first layer an output looks at the digit it is made from",
    rests_on=["mirror_first", "hits_first"],
    figure="mean-attention",
    holds_if=LOOKS,
    partly_if=LEANS,
    reason=WHY,
)
def first_looks(facts: Facts) -> Verdict:
    """More than half."""
    return looks_at(facts["mirror_first"])


@claim(
    "In the last layer an output looks at the digit it is made from",
    rests_on=["mirror_last", "hits_last"],
    figure="mean-attention",
    holds_if=LOOKS,
    partly_if=LEANS,
    reason=WHY,
)
def last_looks(facts: Facts) -> Verdict:
    """More than half."""
    return looks_at(facts["mirror_last"])


@claim(
    "Attention goes by place, not by what stands there",
    rests_on=["frozen_attention"],
    figure="mean-attention",
    holds_if="with attention frozen to its mean at most 1 percentage point of the right tokens is lost",
    partly_if="less than half of what the network has over a guess is lost",
    reason="A pattern that is the same for all inputs can only know places; one point is what a few tokens make.",
)
def looks_by_place(facts: Facts) -> Verdict:
    """A fixed pattern would do."""
    frozen = facts["frozen_attention"]
    if frozen.value is None or frozen.baseline is None or frozen.floor is None:
        return Verdict.FAILS
    lost, whole = frozen.baseline.value - frozen.value, frozen.baseline.value - frozen.floor.value
    if whole <= 0:
        return Verdict.FAILS
    return Verdict.HOLDS if lost <= 0.01 else Verdict.PARTLY if lost < whole / 2 else Verdict.FAILS
