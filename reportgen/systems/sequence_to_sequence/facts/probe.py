"""What all facts about answered inputs share: which rows are looked into, what is right, and how a
share of them is told.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from reportgen.core.recording import Site
from reportgen.core.study import held
from reportgen.measure.estimates import Sample, missing
from reportgen.measure.fact import Fact, Reference
from reportgen.measure.numbers import written
from reportgen.systems.sequence_to_sequence.data import Rows
from reportgen.systems.sequence_to_sequence.view import Study

UNSEEN, SEEN, ALL = "held-out", "training", "all"  # which inputs
CONSTANT = "the best constant answer"  # to read nothing, and always say the same
BEST = Reference("the best possible", 1.0)  # what a share of right answers can reach


def queries(study: Study) -> np.ndarray:
    """The positions at which outputs are predicted, in their order."""
    return np.flatnonzero(study.data.scored)


def mirrors(study: Study) -> np.ndarray:
    """For each output the position of the digit that it is made from."""
    return np.array([study.rule.mirror(position) for position in range(study.data.length)])


def wanted(study: Study) -> np.ndarray:
    """Right output tokens of the probe [row, output]."""
    return np.asarray(study.data.probe.targets[:, queries(study)])


@held
def right(study: Study) -> np.ndarray:
    """Is the likeliest token the right one [row, output] on the probe, with the right tokens before
    it.
    """
    return np.asarray(study.holdout.logits[:, queries(study)].argmax(-1) == wanted(study))


def logits(
    study: Study,
    tokens: np.ndarray,
    *,
    weights: dict[str, np.ndarray] | None = None,
    replace: Mapping[Site, np.ndarray] | None = None,
) -> np.ndarray:
    """Logits [row, output, token] at the outputs, with weights or steps of the forward pass
    replaced.
    """
    from reportgen.core.interventions import run

    return run(study.config.model, weights or study.weights, tokens, replace=replace).logits[
        :, queries(study)
    ]


def kept(
    study: Study,
    tokens: np.ndarray,
    sites: Collection[Site],
    replace: Mapping[Site, np.ndarray] | None = None,
) -> tuple[np.ndarray, Mapping[Site, np.ndarray]]:
    """Logits [row, position, token] everywhere, and the steps that were asked for."""
    from reportgen.core.interventions import run

    done = run(study.config.model, study.weights, tokens, replace=replace, keep=sites)
    return done.logits, done.kept


def rows(study: Study, which: str) -> np.ndarray:
    """Which rows of the probe are meant [row]."""
    unseen = study.data.unseen
    return unseen if which == UNSEEN else ~unseen if which == SEEN else np.ones_like(unseen)


def told(study: Study, which: str) -> bool:
    """Does the probe hold every input of this kind."""
    there = {
        UNSEEN: len(study.data.holdout),
        SEEN: len(study.data.train),
        ALL: len(study.data.rows),
    }
    return int(rows(study, which).sum()) == there[which]


def average(
    study: Study,
    values: np.ndarray,
    which: str = UNSEEN,
    *,
    of: str = "output tokens",
    unit: str = "percent",
    counted: bool = False,
    **more: Any,
) -> Fact:
    """The mean of values [row, ...] over inputs of one kind, as a fact.

    Where the probe holds all of them nothing is sampled and there is no interval; otherwise a
    bootstrap over inputs, the resamples always the same.
    """
    inputs = values[rows(study, which)]
    kind = (
        f"{which} inputs"
        if which != ALL
        else (
            "inputs"
            if told(study, which)
            else f"inputs, {written(study.data.unseen.sum(), 'count')} of them held out"
        )
    )
    if not inputs.size:
        return missing(f"not defined: there are no {of}", unit=unit, of=of, **more)
    if told(study, which):
        return Fact(
            float(inputs.mean()),
            unit,
            int(inputs.size),
            f"{of} of all {written(len(inputs), 'count')} {kind}",
            counted=counted,
            exhaustive=True,
            **more,
        )
    return Sample(np.arange(len(inputs)), len(inputs), kind).average(
        inputs, np.ones(inputs.shape, bool), unit=unit, of=of, counted=counted, **more
    )


def guess(study: Study) -> Reference:
    """What a guess among the digits gets right of single tokens."""
    return Reference("a guess among the digits", 1 / (len(study.tokens) - 1))


def blind(study: Study, tokens: np.ndarray, *, of: str = "") -> Reference:
    """What is right of some output tokens [row, output] without reading the input: of always giving
    the same answer, at each output the digit that is most frequent there among these tokens; a
    guess where no answer does better. `of` says which tokens, where a fact does not.
    """
    most = [np.bincount(column).max() for column in tokens.T]
    share, chance = float(sum(most) / tokens.size), guess(study)
    if share <= chance.value:
        return chance
    return Reference(f"{CONSTANT}, {of}" if of else CONSTANT, share, tokens.size)


def outputs(study: Study, rows: Rows) -> np.ndarray:
    """The right output tokens [row, output] of some inputs."""
    return np.asarray(rows.targets[:, queries(study)])


def depth(study: Study, last: bool) -> int:
    """The first layer, or the last one."""
    return study.config.model.n_layers - 1 if last else 0
