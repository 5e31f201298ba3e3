"""Which way does the answer come? Parts of a run put into another one that differs in one declared feature."""

from dataclasses import replace

import numpy as np

from reportgen.measure.estimates import Sample, missing
from reportgen.measure.fact import Fact, Facts, Reference, Verdict, claim, fact, written
from reportgen.measure.patching import WAYS, Patching, averaged
from reportgen.systems.repeated_sequences.facts.pairs import FEATURES, layer_pairs, patching
from reportgen.systems.repeated_sequences.view import Study

NO_ROOM = "not defined: the periods leave no room for two inputs that differ in one feature"
ALIKE = "not defined: this network answers both inputs of a pair nearly alike"
WAY, LITTLE = 0.5, 0.1  # shares of an effect: most of it, and a side effect


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
    """Effect of replacing the whole stream before the last layer by that of the other run: exactly 1 if patches do what they say; the value farthest from 1 over all pairs, features and both ways."""
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


@fact("Answers that go with the earlier copy", better="high", tolerance=0.03, needs=["attention"])
def answers_follow_copy(study: Study) -> Fact:
    """Share of pairs, in which the earlier copy and another token have changed places, whose two inputs are both answered by what now stands after the copy, of the two tokens that stand after either. Counting steps back would give the same answer to both."""
    if (on := patching(study, "where it stood")) is None:
        return missing(NO_ROOM, unit="percent", of="pairs")
    clean, corrupt = (on.pairs.difference(run.logits) for run in on.usual)
    both = (clean > 0) & (corrupt < 0)
    fixed = float(((clean > 0) & (corrupt > 0)).mean())
    return Sample(np.arange(len(both)), len(both), "pairs that differ in where it stood").average(
        both[:, None],
        np.ones((len(both), 1), bool),
        unit="percent",
        of="twofold answers",
        counted=True,
        baseline=Reference("two guesses", 0.25),
        details=dict(fixed=fixed, fixed_text=written(fixed, "percent")),
    )


@fact(
    "What followed, carried by the place after the earlier copy", tolerance=0.03, needs=["layers"]
)
def source_carries(study: Study) -> Fact:
    """Effect of the stream before the last layer at the one place after the earlier copy, on pairs whose token there differs; denoising, with noising as a part. Before a single layer nothing else differs, so that nothing could be found out there."""
    if (on := patching(study, "what followed")) is None:
        return missing(NO_ROOM, unit="share", of="pairs")
    return _measured(
        on,
        {
            way: on.stream(
                way, ("resid_pre", study.config.model.n_layers - 1), on.pairs.places["after it"]
            )
            for way in WAYS
        },
    )


@fact("Where the copy stood, carried by the place after it", tolerance=0.03, needs=["layers"])
def copy_carried(study: Study) -> Fact:
    """Effect of the stream before the last layer at the two places after the exchanged tokens, on pairs in which the earlier copy has changed places: their own tokens are the same in both, so only what a layer has written there can tell."""
    if (on := patching(study, "where it stood")) is None:
        return missing(NO_ROOM, unit="share", of="pairs")
    after = on.pairs.places["after it"] | on.pairs.places["after that"]
    return _measured(
        on,
        {
            way: on.stream(way, ("resid_pre", study.config.model.n_layers - 1), after)
            for way in WAYS
        },
    )


def _path(study: Study, letter: str, feature: str = "where it stood") -> Fact:
    """Effect of the path from a layer’s heads into q, k or v of a later one, of the two layers that have most."""
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
    """Effect of what the heads of one layer write on the way to the keys of a later one, and on no other way, on pairs in which the earlier copy has changed places; of the two layers that have most."""
    return _path(study, "k")


@fact("Path through the queries", tolerance=0.03, needs=["layers", "residual"])
def path_queries(study: Study) -> Fact:
    """The same on the way to the queries of a later layer."""
    return _path(study, "q")


@fact("Path through the values", tolerance=0.03, needs=["layers", "residual"])
def path_values(study: Study) -> Fact:
    """The same on the way to the values of a later layer."""
    return _path(study, "v")


@fact("What followed, handed on twice", tolerance=0.03, needs=["layers", "residual"])
def path_content(study: Study) -> Fact:
    """Effect of what the heads of one layer write on the way to the values of a later one, and on no other way, on pairs in which another token stands after the earlier copy; of the two layers that have most. None of it where the later layer reads the token from the place where it stands."""
    return _path(study, "v", "what followed")


@claim(
    "Where the earlier copy stood is told through the keys",
    needs=["layers", "residual"],
    rests_on=["path_keys", "path_queries", "path_values"],
    figure="repeats-path-patching",
    holds_if="more than half of the effect goes through the keys, interval included, and less than that through queries and values",
    partly_if="the keys have the largest of three effects, and it is above zero",
    reason="A part that carries more than half carries more than all others together.",
)
def path_through_keys(facts: Facts) -> Verdict:
    """Keys, not queries or values."""
    return _mainly(facts["path_keys"], facts["path_queries"], facts["path_values"])


@claim(
    "Where the earlier copy stood is told through the queries",
    needs=["layers", "residual"],
    rests_on=["path_queries", "path_keys", "path_values"],
    figure="repeats-path-patching",
    holds_if="more than half of the effect goes through the queries, interval included, and less than that through keys and values",
    partly_if="the queries have the largest of three effects, and it is above zero",
    reason="The same lines as for the keys.",
)
def path_through_queries(facts: Facts) -> Verdict:
    """Queries, not keys or values."""
    return _mainly(facts["path_queries"], facts["path_keys"], facts["path_values"])


def _mainly(way: Fact, *others: Fact) -> Verdict:
    """Does most of an effect go one way, or at least more than any other."""
    if way.value is None or way.low is None:
        return Verdict.FAILS
    most = max(other.value or 0 for other in others)
    return (
        Verdict.HOLDS
        if way.low > WAY and most < WAY
        else Verdict.PARTLY
        if way.value > most and way.low > 0
        else Verdict.FAILS
    )


@claim(
    "What followed is handed on by an earlier layer before the last one reads it",
    needs=["layers", "residual"],
    rests_on=["path_content"],
    figure="repeats-path-patching",
    holds_if="more than half of the effect goes through what an earlier layer’s heads write into the values, interval included",
    partly_if="more than a tenth of it does, interval included",
    reason="A part that carries more than half carries more than all others together; under a tenth it is a side effect.",
)
def handed_on(facts: Facts) -> Verdict:
    """Values made of values."""
    low = facts["path_content"].low
    return (
        Verdict.FAILS
        if low is None or low <= LITTLE
        else Verdict.HOLDS
        if low > WAY
        else Verdict.PARTLY
    )


@claim(
    "What followed is fetched from the place after the earlier copy",
    needs=["layers"],
    rests_on=["source_carries"],
    figure="repeats-patching",
    holds_if="that place carries more than half of the effect, interval included",
    partly_if="it carries more than a tenth of it, interval included",
    reason="A part that carries more than half carries more than all others together; under a tenth it is a side effect.",
)
def fetched_from_source(facts: Facts) -> Verdict:
    """One place."""
    low = facts["source_carries"].low
    return (
        Verdict.FAILS
        if low is None or low <= LITTLE
        else Verdict.HOLDS
        if low > WAY
        else Verdict.PARTLY
    )


@claim(
    "The answer goes with the token, not with a number of steps",
    needs=["attention"],
    rests_on=["answers_follow_copy"],
    figure="repeats-patching",
    holds_if="more than nine pairs in ten are answered by what stands after the copy, wherever it stands, interval included",
    partly_if="more than two guesses would get right are, interval included",
    reason="A network that counts steps back answers both inputs of a pair alike, and gets none of them.",
)
def follows_the_token(facts: Facts) -> Verdict:
    """Both inputs of a pair."""
    share = facts["answers_follow_copy"]
    if share.low is None or share.baseline is None:
        return Verdict.FAILS
    return (
        Verdict.HOLDS
        if share.low > 0.9
        else Verdict.PARTLY
        if share.low > share.baseline.value
        else Verdict.FAILS
    )
