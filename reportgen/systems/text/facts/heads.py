"""Where do the heads look? Attention by distance, on average over held-out text."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.core.study import held
from reportgen.measure.estimates import resamples
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.heads import Head, heads
from reportgen.measure.numbers import written
from reportgen.systems.text.facts.holdout import passages
from reportgen.systems.text.view import Study

ATTENTION = ["attention"]
MOST = 0.5  # of its attention: more than all other positions together


def name_of(study: Study, at: Head) -> str:
    """What a head is called: by its number, and by its layer where there are several."""
    return f"head {at[1]}" if study.config.model.n_layers == 1 else f"layer {at[0]}, head {at[1]}"


@held
def by_distance(study: Study) -> np.ndarray:
    """Mean attention [layer, head, distance] over held-out windows: distance 0 is the token itself,
    and each mean is over the queries that have so many tokens before them.
    """
    return mean_by_distance(study.holdout.pattern())


def mean_by_distance(pattern: np.ndarray) -> np.ndarray:
    """Mean attention [layer, head, distance] of patterns [window, layer, head, query, key]."""
    length = pattern.shape[-1]
    mean = pattern.mean(0)
    return np.stack([np.diagonal(mean, -d, 2, 3).mean(-1) for d in range(length)], -1)


def favourite(study: Study, at: Head) -> int:
    """The distance, from 1 on, at which a head puts most attention on one position."""
    return 1 + int(by_distance(study)[at][1:].argmax())


def at_distance(pattern: np.ndarray, distance: int) -> tuple[np.ndarray, np.ndarray]:
    """Attention [window, query] of patterns [window, query, key] on the position so far back, and
    where there is one.
    """
    values = np.zeros(pattern.shape[:2])
    values[:, distance:] = np.diagonal(pattern, -distance, 1, 2)
    return values, np.broadcast_to(np.arange(pattern.shape[1]) >= distance, values.shape)


def even(length: int, distance: int) -> float:
    """What attention spread evenly over all tokens read so far puts on one position so far back."""
    return float((1 / np.arange(distance + 1, length + 1)).mean())


def spread_evenly(length: int, distance: int) -> Reference:
    """The same as a baseline, which has another value for every distance and says which it is."""
    where = f"{distance} back" if distance else "the token itself"
    return Reference(f"equal shares, {where}", even(length, distance))


def looked(study: Study, distance: int) -> list[tuple[str, Fact]]:
    """For each head its attention on the position so far back."""
    sample, baseline = (
        passages(study),
        spread_evenly(study.config.model.n_ctx, distance),
    )
    found = []
    for layer, head in heads(study):
        values, where = at_distance(study.holdout.pattern(layer=layer, head=head), distance)
        found.append(
            (
                name_of(study, (layer, head)),
                sample.average(values, where, unit="share", of="positions", baseline=baseline),
            )
        )
    return found


def _largest(parts: list[tuple[str, Fact]]) -> Fact:
    name, best = max(parts, key=lambda part: part[1].value or 0)
    return replace(best, parts=tuple(parts), details=dict(best.details) | dict(head_text=name))


@fact("Attention on the token before", tolerance=0.02, needs=ATTENTION)
def previous_token(study: Study) -> Fact:
    """Attention on the position just before, mean over all positions that have one, of the head
    that has most; parts for every head.
    """
    return _largest(looked(study, 1))


@fact("Attention on the token itself", tolerance=0.02, needs=ATTENTION)
def own_token(study: Study) -> Fact:
    """Attention of a position on itself, of the head that has most: it is no news, since the stream
    carries the token anyway; parts for every head.
    """
    return _largest(looked(study, 0))


def _times_even(found: Fact) -> float:
    """How many equal shares a head gives, which is what its preference is judged by."""
    return (found.value or 0) / found.baseline.value if found.baseline else 0.0


@fact("Attention at the favourite distance", tolerance=0.02, needs=ATTENTION)
def favourite_distance(study: Study) -> Fact:
    """Attention that a head puts on the position at the distance where it puts most, the position
    itself left out: of the head where it is the smallest multiple of an equal share there; parts
    for every head, with its distance.
    """
    sample, length, parts = passages(study), study.config.model.n_ctx, []
    for layer, head in heads(study):
        distance = favourite(study, (layer, head))
        values, where = at_distance(study.holdout.pattern(layer=layer, head=head), distance)
        details = dict(distance=distance, distance_text=written(distance, "count"))
        parts.append(
            (
                name_of(study, (layer, head)),
                sample.average(
                    values,
                    where,
                    unit="share",
                    of="positions",
                    baseline=spread_evenly(length, distance),
                    details=details,
                ),
            )
        )
    name, least = min(parts, key=lambda part: _times_even(part[1]))
    apart = sorted({part.details["distance"] for _, part in parts})
    nearest, furthest = written(apart[0], "count"), written(apart[-1], "count")
    return replace(
        least,
        parts=tuple(parts),
        details=dict(least.details)
        | dict(
            head_text=name,
            different=len(apart),
            heads=len(parts),
            nearest=nearest,
            furthest=furthest,
        ),
    )


@fact("Different favourite distances", tolerance=0.5, needs=ATTENTION)
def different_distances(study: Study) -> Fact:
    """How many different distances there are at which some head puts most attention, the place
    itself left out; the interval says how many there would be in other blocks of the text.
    """
    sample, every = passages(study), heads(study)
    patterns = study.holdout.pattern()
    length, (windows, layers, count) = patterns.shape[-1], patterns.shape[:3]
    means = np.stack(
        [np.diagonal(patterns, -d, 3, 4).mean(-1) for d in range(1, length)], -1
    )  # [window, layer, head, distance]
    totals = np.zeros((sample.sequences, layers * count * (length - 1)))
    np.add.at(totals, sample.sequence, means.reshape(windows, -1))
    drawn = (resamples(sample.sequences) @ totals).reshape(-1, layers, count, length - 1)
    favourites = np.stack([drawn[:, *at].argmax(-1) for at in every], -1)  # [resample, head]
    low, high = np.quantile([len(set(row)) for row in favourites.tolist()], [0.025, 0.975])
    own = {favourite(study, at) for at in every}
    return Fact(
        len(own),
        "count",
        len(every),
        "heads",
        float(np.floor(low)),
        float(np.ceil(high)),
        clusters=sample.sequences,
    )


@fact("Mean distance of attention", tolerance=0.1, needs=ATTENTION)
def mean_distance(study: Study) -> Fact:
    """How many tokens back attention reaches on average, at the last position of held-out windows,
    of the head that reaches furthest; parts for every head.
    """
    length, sample = study.config.model.n_ctx, passages(study)
    back = np.arange(length)[::-1]
    ends = np.ones(len(study.data.holdout), bool)
    baseline = Reference("equal shares", float(back.mean()))
    far: Callable[[Head], Fact] = lambda at: sample.average(
        study.holdout.pattern(layer=at[0], head=at[1])[:, -1] @ back,
        ends,
        unit="distance",
        of="last positions",
        baseline=baseline,
    )
    return _largest([(name_of(study, at), far(at)) for at in heads(study)])
