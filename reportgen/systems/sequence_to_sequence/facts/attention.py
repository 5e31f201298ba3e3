"""Where does an output look? The mirror is the digit that it is made from."""

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.worst import worst_of
from reportgen.systems.sequence_to_sequence.facts.probe import (
    ALL,
    average,
    blind,
    depth,
    logits,
    mirrors,
    queries,
    right,
    wanted,
)
from reportgen.systems.sequence_to_sequence.view import Study


def looks(study: Study, layer: int) -> np.ndarray:
    """Attention of the outputs' queries [row, output, key], mean over heads."""
    return np.asarray(study.holdout.pattern(layer=layer)[:, :, queries(study)].mean(1))


def mass(study: Study, layer: int) -> np.ndarray:
    """Attention on the mirror [row, output]."""
    return looks(study, layer)[:, np.arange(study.data.length), mirrors(study)]


def even(study: Study) -> float:
    """What a query that spreads its attention evenly gives any one position, mean over outputs."""
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
                baseline=Reference("uniform attention", 1 / (int(q) + 1)),
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
        baseline=Reference("uniform attention", even(study)),
        parts=parts,
        details=dict(layer=layer, rows=f"{most} of {study.data.length}")
        | worst_of(parts, "worst", better="high"),
    )


@fact("Attention on the mirror, first layer", better="high", tolerance=0.02, needs=["attention"])
def mirror_first(study: Study) -> Fact:
    """Share of its attention that an output's query gives to the digit the output is made from, in
    the first layer, mean over inputs and outputs; parts: output by output.
    """
    return _mass(study, False)


@fact("Attention on the mirror, last layer", better="high", tolerance=0.02, needs=["layers"])
def mirror_last(study: Study) -> Fact:
    """Share of its attention that an output's query gives to the digit the output is made from, in
    the last layer, mean over inputs and outputs; parts: output by output.
    """
    return _mass(study, True)


def _hits(study: Study, last: bool) -> Fact:
    hit = looks(study, depth(study, last)).argmax(-1) == mirrors(study)
    return average(
        study,
        hit,
        ALL,
        of="queries",
        counted=True,
        baseline=Reference("a position at random", even(study)),
    )


@fact(
    "Queries that look most at the mirror, first layer",
    better="high",
    tolerance=0.02,
    needs=["attention"],
)
def hits_first(study: Study) -> Fact:
    """Share of the outputs' queries whose largest attention lies on the digit the output is made
    from, in the first layer.
    """
    return _hits(study, False)


@fact(
    "Queries that look most at the mirror, last layer",
    better="high",
    tolerance=0.02,
    needs=["layers"],
)
def hits_last(study: Study) -> Fact:
    """Share of the outputs' queries whose largest attention lies on the digit the output is made
    from, in the last layer.
    """
    return _hits(study, True)


@fact("Tokens right with attention frozen", better="high", tolerance=0.03, needs=["attention"])
def frozen_attention(study: Study) -> Fact:
    """Share of output tokens right when every attention pattern is replaced by its mean over the
    inputs, so that it depends on the position alone; beside it the whole network.
    """
    pattern = study.holdout.pattern()
    mean = {
        ("pattern", layer): np.broadcast_to(pattern[:, layer].mean(0), pattern[:, layer].shape)
        for layer in range(pattern.shape[1])
    }
    correct = logits(study, study.data.evaluated, replace=mean).argmax(-1) == wanted(study)
    whole = average(study, right(study), ALL).value or 0.0
    return average(
        study,
        correct,
        ALL,
        counted=True,
        baseline=Reference("the whole network", whole),
        floor=blind(study, wanted(study)),
    )
