"""Tokens of a text in an order that shows what they are: kind by kind, the most frequent first,
with the kinds named at the edges of a map.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.style import BODY, SMALL

ORDER = ("space", "vowel", "consonant", "capital", "letter", "word", "digit", "number", "mark")
MANY = 96  # tokens of a large map, at most


def by_kind(kinds: Sequence[str], often: np.ndarray, most: int = MANY) -> np.ndarray:
    """Ids of the most frequent tokens, kind by kind, the most frequent of each first."""
    kept = np.argsort(-often, kind="stable")[:most]
    place = {kind: i for i, kind in enumerate(dict.fromkeys((*ORDER, *kinds)))}
    return np.array(sorted((int(i) for i in kept), key=lambda i: (place[kinds[i]], -often[i])))


def order_told(kinds: Sequence[str]) -> str:
    """The kinds of a map from its first row on, for captions: narrow ones have no room for a name
    at the edge.
    """
    *first, last = (f"{kind}s" for kind in dict.fromkeys(kinds))
    return f"{', '.join(first)} and {last}" if first else last


def name_kinds(canvas: Canvas, axes: Axes, kinds: Sequence[str], *, columns: bool) -> None:
    """A line beside the rows (above the columns) of each kind, with its name where there is
    room.
    """
    theme, count = canvas.theme, len(kinds)
    box = axes.get_window_extent()
    cell = (box.width if columns else box.height) / count
    starts = [i for i, kind in enumerate(kinds) if i == 0 or kinds[i - 1] != kind]
    for start, end in zip(starts, [*starts[1:], count]):
        room, words = (end - start) * cell, f"{kinds[start]}s"
        span, off = [start + 1.5 / cell, end - 1.5 / cell], -4.0
        if columns:
            axes.plot(
                span,
                [1 + 4 / box.height] * 2,
                color=theme.muted,
                lw=1.2,
                transform=axes.get_xaxis_transform(),
                clip_on=False,
            )
        else:
            axes.plot(
                [off / box.width] * 2,
                span,
                color=theme.muted,
                lw=1.2,
                transform=axes.get_yaxis_transform(),
                clip_on=False,
            )
        middle = (start + end) / 2
        if room >= width_of(words, SMALL) and columns:
            axes.text(
                middle,
                1 + 7 / box.height,
                words,
                size=SMALL,
                color=theme.muted,
                transform=axes.get_xaxis_transform(),
                ha="center",
                va="bottom",
            )
        elif room >= width_of(words, SMALL):
            axes.text(
                -8 / box.width,
                middle,
                words,
                size=SMALL,
                color=theme.muted,
                transform=axes.get_yaxis_transform(),
                ha="right",
                va="center",
                rotation=90,
            )


def name_each(
    axes: Axes, canvas: Canvas, tokens: Sequence[str], classes: Sequence[str], *, columns: bool
) -> None:
    """Every row, or column, named by its token in the ink of its class; upright where a name is
    wider than its column.
    """
    (axes.set_xticks if columns else axes.set_yticks)(np.arange(len(tokens)) + 0.5, tokens)
    axes.tick_params(axis="x" if columns else "y", length=0, pad=3)
    cell = axes.get_window_extent().width / len(tokens)
    for label, name, kind in zip(
        axes.get_xticklabels() if columns else axes.get_yticklabels(), tokens, classes
    ):
        label.set(
            color=canvas.theme.classes[kind],
            weight="bold",
            size=BODY,
            rotation=90 if columns and width_of(name, BODY, "bold") > cell else 0,
        )
