"""Which way does a digit come? The edges from outputs to their mirrors are cut, and nothing
else.
"""

from collections.abc import Sequence

import numpy as np

from reportgen.measure.fact import Fact, Reference, fact
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

MOST = 0.5  # of the tokens: a network that gets fewer right has nothing to lose worth a claim


def crossing(study: Study) -> np.ndarray:
    """Which outputs [output] stand elsewhere than the digit they are made from, so that it has to
    be fetched.
    """
    return np.asarray(queries(study) != mirrors(study))


def without_edges(study: Study, layers: Sequence[int]) -> np.ndarray:
    """Are the tokens right [row, output] when no output may look at its mirror in these layers;
    what it gave the mirror is shared out among the rest in proportion.
    """
    from reportgen.systems.sequence_to_sequence.facts.probe import kept

    tokens, positions = study.data.evaluated, queries(study)
    edits: dict[tuple[str, int], np.ndarray] = {}
    for layer in (
        layers
    ):  # a cut changes what later layers see, so each pattern is read with the earlier cuts made
        site = ("pattern", layer)
        pattern = kept(study, tokens, [site], edits)[1][site].copy()
        pattern[:, :, positions, mirrors(study)] *= ~crossing(study)
        pattern /= pattern.sum(-1, keepdims=True).clip(1e-9)
        edits[site] = pattern
    return np.asarray(logits(study, tokens, replace=edits).argmax(-1) == wanted(study))


def _cut(study: Study, layers: Sequence[int]) -> Fact:
    far = crossing(study)
    whole = average(study, right(study)[:, far], ALL).value or 0.0
    correct = without_edges(study, layers)[:, far]
    return average(
        study,
        correct,
        ALL,
        of="output tokens that stand elsewhere than their digit",
        counted=True,
        baseline=Reference("nothing cut", whole),
        floor=blind(study, wanted(study)[:, far]),
    )


@fact(
    "Tokens right, first layer blind to the mirror",
    better="high",
    tolerance=0.03,
    needs=["attention"],
)
def cut_first(study: Study) -> Fact:
    """Share of output tokens right when, in the first layer, no output may look at the digit it is
    made from; of outputs that stand elsewhere than that digit.
    """
    return _cut(study, [0])


@fact(
    "Tokens right, last layer blind to the mirror", better="high", tolerance=0.03, needs=["layers"]
)
def cut_last(study: Study) -> Fact:
    """Share of output tokens right when, in the last layer, no output may look at the digit it is
    made from; of outputs that stand elsewhere than that digit.
    """
    return _cut(study, [depth(study, True)])


@fact(
    "Tokens right, all layers blind to the mirror",
    better="high",
    tolerance=0.03,
    needs=["attention"],
)
def cut_all(study: Study) -> Fact:
    """Share of output tokens right when no output may look at the digit it is made from in any
    layer; of outputs that stand elsewhere than that digit.
    """
    return _cut(study, range(study.config.model.n_layers))
