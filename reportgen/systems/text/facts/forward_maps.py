"""How far does the feed-forward block change which sources count? Ranks of sources and mixing
ratios before and after it.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reportgen.core.study import held
from reportgen.measure.estimates import Sample, interval_of, missing
from reportgen.measure.fact import Fact, Reference, fact
from reportgen.measure.numbers import ROUNDING, written
from reportgen.systems.text.facts.decimal_places import decimal_places
from reportgen.systems.text.facts.heads import ATTENTION
from reportgen.systems.text.facts.holdout import passages
from reportgen.systems.text.facts.norms import ranks_agree
from reportgen.systems.text.facts.through_forward import Through, through
from reportgen.systems.text.view import Study

BLOCK = [*ATTENTION, "mlp", "residual"]


@held
def layers_through(study: Study) -> tuple[Through, ...]:
    """Every layer on held-out text, computed once."""
    layers = range(study.config.model.n_layers)
    return tuple(through(study, study.holdout, layer) for layer in layers)


@held
def changes(study: Study) -> tuple[dict[str, np.ndarray], ...]:
    """For every layer, one minus the rank correlation of lengths before the block with those after
    it [window, query]: of its output alone, and with what a position held before added.
    """

    def change(found: Through, scope: str) -> np.ndarray:
        return 1 - ranks_agree(found.lengths["before it"], found.lengths[scope])

    return tuple(
        {scope: change(found, scope) for scope in ("feed-forward alone", "the whole layer")}
        for found in layers_through(study)
    )


def moved(found: Through, scope: str) -> np.ndarray:
    """Half of the sum of differences [window, query] between the shares of the sources in a map and
    before the block: what would have to be moved to make the one of the other.
    """

    def shares(lengths: np.ndarray) -> np.ndarray:
        total = lengths.sum(-1, keepdims=True)
        return np.asarray(lengths / np.where(total > 0, total, 1))

    return np.asarray(
        np.abs(shares(found.lengths[scope]) - shares(found.lengths["before it"])).sum(-1) / 2
    )


def _extreme(
    parts: list[tuple[str, Fact]],
    choose: Callable[..., tuple[str, Fact]],
    more: list[tuple[str, Fact]],
    **details: str,
) -> Fact:
    """The part of the layer where a quantity is largest or least, with all parts."""
    name, found = choose(parts, key=lambda part: part[1].value or 0)
    return replace(found, parts=(*parts, *more), details=dict(layer_text=name) | details)


def _ranked(study: Study, values: np.ndarray, baseline: Reference) -> Fact:
    return passages(study).average(
        values, np.isfinite(values), unit="share", of="positions", baseline=baseline
    )


def _others(study: Study) -> tuple[Sample, np.ndarray]:
    """The held-out windows, and the positions that have others before them."""
    return passages(study), np.broadcast_to(
        np.arange(study.config.model.n_ctx) > 0, study.data.holdout.inputs.shape
    )


@fact(
    "Decimal places in which sources make the feed-forward output",
    better="high",
    tolerance=1,
    needs=BLOCK,
)
def forward_places(study: Study) -> Fact:
    """In how many decimal places every number that a feed-forward block outputs agrees with the
    sum over what each source adds to it and what biases alone make, over all layers and held-out
    windows. Double precision has no more than fifteen or so.
    """
    rest = max(found.rest for found in layers_through(study))
    return decimal_places(rest, study.holdout.mlp_out().size, "numbers in all held-out windows")


@fact("Change of the order of sources by the feed-forward block", tolerance=0.02, needs=BLOCK)
def forward_change(study: Study) -> Fact:
    """One minus Spearman’s rank correlation between the lengths of what each source brings before
    the feed-forward block and in its output, over the sources that a position can see (eight or
    more), mean over held-out positions: of the layer where it is least; parts for every layer, also
    with what a position held before added.
    """
    same = Reference("same order", 0.0)
    alone = [
        (f"layer {i}", _ranked(study, found["feed-forward alone"], same))
        for i, found in enumerate(changes(study))
    ]
    whole = [
        (f"layer {i}, the whole layer", _ranked(study, found["the whole layer"], same))
        for i, found in enumerate(changes(study))
    ]
    most, largest = max(alone, key=lambda part: part[1].value or 0)
    return _extreme(
        alone,
        min,
        whole,
        most_layer=most,
        most_text=largest.text,
        whole_text=max(whole, key=lambda part: part[1].value or 0)[1].text,
    )


@fact("Share of the map that differs after the feed-forward block", tolerance=0.02, needs=BLOCK)
def map_moved(study: Study) -> Fact:
    """How much of the lengths of a position’s sources, as shares of their sum, would have to be
    moved to make the map in the feed-forward block’s output of the one before it, mean over
    held-out positions that have others before them: of the layer where it is most; parts for every
    layer, also with what a position held before added.
    """
    sample, where = _others(study)
    average: Callable[..., Fact] = lambda values: sample.average(
        values, where, unit="share", of="positions", baseline=Reference("same map", 0.0)
    )
    found = list(enumerate(layers_through(study)))
    alone = [(f"layer {i}", average(moved(layer, "feed-forward alone"))) for i, layer in found]
    whole = [
        (f"layer {i}, the whole layer", average(moved(layer, "the whole layer")))
        for i, layer in found
    ]
    return _extreme(
        alone, max, whole, whole_text=max(whole, key=lambda part: part[1].value or 0)[1].text
    )


@fact(
    "Share of the change of order that the residual connection cancels", tolerance=0.05, needs=BLOCK
)
def change_taken_back(study: Study) -> Fact:
    """How much of the change of order in the output of the feed-forward block is gone in the whole
    layer, where what a position held before is added: one minus the ratio of the two changes, each
    a mean over held-out positions; of the layer where this share is least, parts for every layer.
    """
    parts = [(f"layer {i}", _cancelled(study, found)) for i, found in enumerate(changes(study))]
    known = [part for part in parts if part[1].value is not None]
    rest = [part for part in parts if known and part[1].value is None]
    return _extreme(known or parts, min, rest)


def _cancelled(study: Study, found: dict[str, np.ndarray]) -> Fact:
    """One layer's share, with an interval of the ratio; without a value where nothing changes."""
    alone, whole = found["feed-forward alone"], found["the whole layer"]
    sample, rows = passages(study), np.nonzero(np.isfinite(alone) & np.isfinite(whole))
    if not len(rows[0]) or alone[rows].mean() < ROUNDING:
        words = "not defined: the block changes no order"
        return missing(words, unit="percent", of="positions")
    block, count = sample.sequence[rows[0]], sample.sequences
    sums = [np.bincount(block, values[rows], count) for values in (alone - whole, alone)]
    gone, change = sums
    packed = np.stack(sums, 1).astype(np.float32).tobytes()
    blocks = len(np.unique(block))
    low, high = interval_of(packed, count) if blocks > 1 else (None, None)
    return Fact(
        float(gone.sum() / change.sum()),
        "percent",
        len(block),
        f"positions in {written(blocks, 'count')} {sample.name}",
        low,
        high,
        clusters=blocks,
        baseline=Reference("none of it", 0.0),
    )


@fact("Growth of the mixing ratio through the feed-forward block", tolerance=0.02, needs=BLOCK)
def forward_mixing(study: Study) -> Fact:
    """How much larger the mixing ratio of the output of a feed-forward block is than that of what
    it reads, mean over held-out positions that have others before them: of the layer where this is
    least; parts for every layer, and the ratio of each in every scope.
    """
    sample, where = _others(study)
    average: Callable[..., Fact] = lambda values, **more: sample.average(
        values, where, unit="share", of="positions", **more
    )
    found = layers_through(study)
    more = [
        (
            f"layer {i}",
            average(
                layer.mixing["feed-forward alone"] - layer.mixing["before it"],
                baseline=Reference("no more", 0.0),
            ),
        )
        for i, layer in enumerate(found)
    ]
    scopes = [
        (
            f"layer {i}, {scope}",
            average(values, baseline=Reference("as much from others as from itself", 0.5)),
        )
        for i, layer in enumerate(found)
        for scope, values in layer.mixing.items()
    ]
    last = dict(scopes)
    said = {
        word: written(last[f"layer {len(found) - 1}, {scope}"].value or 0, "share")
        for word, scope in (
            ("before", "before it"),
            ("forward", "feed-forward alone"),
            ("whole", "the whole layer"),
        )
    }
    most, largest = max(more, key=lambda part: part[1].value or 0)
    return _extreme(
        more,
        min,
        scopes,
        most_layer=most,
        most_text=largest.text,
        **{f"{word}_text": text for word, text in said.items()},
    )
