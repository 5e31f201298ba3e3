"""Which way does the answer come? Parts of a run put into another one that differs in one declared
feature.
"""

from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import Sample, missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import written
from reportgen.measure.patching import WAYS, Patching, averaged
from reportgen.systems.repeated_sequences.facts.pairs import FEATURES, layer_pairs, patching
from reportgen.systems.repeated_sequences.view import Study

NO_ROOM = "not defined: the periods leave no room for two inputs that differ in one feature"
ALIKE = "not defined: this network answers both inputs of a pair nearly alike"


def _measured(on: Patching, effects: dict[str, np.ndarray]) -> Fact:
    """The mean effect by denoising, with noising as a part."""
    facts = {way: averaged(values, on.pairs) for way, values in effects.items()}
    first = facts[WAYS[0]]
    if first.value is None:
        return missing(
            ALIKE,
            unit="share",
            of=f"pairs that differ in {on.pairs.feature}",
            details=dict(first.details),
        )
    return replace(first, parts=tuple(facts.items()))


@fact("Patching the whole stream", tolerance=1e-6, needs=["attention"])
def patch_selftest(study: Study) -> Fact:
    """Effect of replacing the whole stream before the last layer by that of the other run: exactly
    1 if patches do what they say; the value farthest from 1 over all pairs, features and both
    ways.
    """
    effects = []
    for feature in FEATURES:
        if (on := patching(study, feature)) is None:
            return missing(NO_ROOM, unit="share", of="pairs")
        everywhere = np.ones_like(on.pairs.clean, bool)
        effects += [
            on.stream(way, ("resid_pre", study.config.model.n_layers - 1), everywhere)
            for way in WAYS
        ]
    found = np.concatenate(effects)
    found = found[np.isfinite(found)]
    if not len(found):
        return missing(ALIKE, unit="share", of="pairs")
    return Fact(
        float(found[np.abs(found - 1).argmax()]), "share", len(found), "patches", exhaustive=True
    )


@fact("Answers that follow the earlier copy", better="high", tolerance=0.03, needs=["attention"])
def answers_follow_copy(study: Study) -> Fact:
    """Share of pairs, in which the earlier copy and another token are swapped, whose two inputs are
    both answered by the token after the copy, of the two tokens that stand after either.
    Counting steps back would give both the same answer, and so would an answer that ignores the
    input.
    """
    if (on := patching(study, "the position of the copy")) is None:
        return missing(NO_ROOM, unit="percent", of="pairs")
    clean, corrupt = (on.pairs.difference(run.logits) for run in on.usual)
    both = (clean > 0) & (corrupt < 0)
    fixed = float(((clean > 0) == (corrupt > 0)).mean())
    return Sample(
        np.arange(len(both)), len(both), "pairs that differ in the position of the copy"
    ).average(
        both[:, None],
        np.ones((len(both), 1), bool),
        unit="percent",
        of="twofold answers",
        counted=True,
        baseline=Reference("two guesses", 0.25),
        details=dict(fixed=fixed, fixed_text=written(fixed, "percent")),
    )


@fact(
    "Answer carried by the position after the earlier copy",
    tolerance=0.03,
    needs=["layers"],
)
def source_carries(study: Study) -> Fact:
    """Effect of the stream before the last layer at the one position after the earlier copy, on
    pairs whose token there differs; denoising, with noising as a part. Before a single layer
    nothing else differs, so that nothing could be found out there.
    """
    if (on := patching(study, "the token after the copy")) is None:
        return missing(NO_ROOM, unit="share", of="pairs")
    return _measured(
        on,
        {
            way: on.stream(
                way, ("resid_pre", study.config.model.n_layers - 1), on.pairs.positions["after it"]
            )
            for way in WAYS
        },
    )


@fact("Position of the copy, carried by the position after it", tolerance=0.03, needs=["layers"])
def copy_carried(study: Study) -> Fact:
    """Effect of the stream before the last layer at the two positions after the swapped tokens, on
    pairs in which the earlier copy is swapped with another token: their own tokens are the same
    in both, so only what a layer has written there can show where the copy is.
    """
    if (on := patching(study, "the position of the copy")) is None:
        return missing(NO_ROOM, unit="share", of="pairs")
    after = on.pairs.positions["after it"] | on.pairs.positions["after that"]
    return _measured(
        on,
        {
            way: on.stream(way, ("resid_pre", study.config.model.n_layers - 1), after)
            for way in WAYS
        },
    )


def _path(study: Study, letter: str, feature: str = "the position of the copy") -> Fact:
    """Effect of the path from a layer’s heads into q, k or v of a later one, of the two layers that
    have most.
    """
    if (on := patching(study, feature)) is None:
        return missing(NO_ROOM, unit="share", of="pairs")
    found = {
        (a, b): _measured(on, {way: on.path(way, a, b, letter) for way in WAYS})
        for a, b in layer_pairs(study)
    }
    if all(effect.value is None for effect in found.values()):
        return next(iter(found.values()))
    (a, b), best = max(
        found.items(), key=lambda item: -9.0 if item[1].value is None else item[1].value
    )
    noising = best.part(WAYS[1])
    parts = (
        ("noising", noising),
        *((f"layer {i} to layer {j}", effect) for (i, j), effect in found.items()),
    )
    return replace(
        best,
        parts=parts,
        details=dict(best.details)
        | dict(
            layers_text=f"layer {a} to layer {b}", noising_text=written(noising.value or 0, "share")
        ),
    )


@fact("Path through the keys", tolerance=0.03, needs=["layers", "residual"])
def path_keys(study: Study) -> Fact:
    """Effect of what the heads of one layer write through the keys of a later one, and by no other
    path, on pairs in which the earlier copy is swapped with another token; of the two layers
    that have most.
    """
    return _path(study, "k")


@fact("Path through the queries", tolerance=0.03, needs=["layers", "residual"])
def path_queries(study: Study) -> Fact:
    """The same on the way to the queries of a later layer."""
    return _path(study, "q")


@fact("Path through the values", tolerance=0.03, needs=["layers", "residual"])
def path_values(study: Study) -> Fact:
    """The same on the way to the values of a later layer."""
    return _path(study, "v")


@fact("Answer taken in two hops", tolerance=0.03, needs=["layers", "residual"])
def path_content(study: Study) -> Fact:
    """Effect of what the heads of one layer write on the way to the values of a later one, and on
    no other way, on pairs in which another token stands after the earlier copy; of the two layers
    that have most. None of it where the later layer reads the token from the position where it
    stands.
    """
    return _path(study, "v", "the token after the copy")
