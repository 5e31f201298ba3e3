"""Names at the right end of lines, pushed apart so that none hides another."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.style import BODY, SMALL, Colour

Name = tuple[
    float, str, str, Colour
]  # value on the vertical axis, words, a smaller second line or nothing, colour


def apart(at: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """Places at least `least` from one another, in the same order, as near to `at` (sorted) as they
    can be, between `low` and `high`.
    """
    return blocks(at, [least] * len(at), low - least / 2, high + least / 2)


def blocks(at: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Middles of blocks of these sizes that do not overlap, in the order of `at` (sorted), close to
    it, between `low` and `high`.

    Blocks that would overlap are joined and stand around their common mean (pool adjacent
    violators).
    """
    starts = [a - s / 2 for a, s in zip(at, sizes)]
    groups: list[tuple[float, list[int]]] = []
    for i, start in enumerate(starts):
        groups.append((start, [i]))
        while (
            len(groups) > 1 and groups[-2][0] + sum(sizes[j] for j in groups[-2][1]) > groups[-1][0]
        ):
            members = groups[-2][1] + groups[-1][1]
            del groups[-2:]
            before = np.cumsum([0] + [sizes[j] for j in members[:-1]])
            groups.append(
                (float(np.mean([starts[j] - b for j, b in zip(members, before)])), members)
            )
        begin, members = groups[-1]
        groups[-1] = (min(max(begin, low), high - sum(sizes[j] for j in members)), members)
    out = []
    for begin, members in groups:
        for j in members:
            out.append(begin + sizes[j] / 2)
            begin += sizes[j]
    return out


class Side:
    """The column at the right of stacked panels."""

    def __init__(self, canvas: Canvas, x: float) -> None:
        self.canvas, self.x = canvas, x

    def set(self, axes: Axes, names: Sequence[Name]) -> None:
        """Write names beside a panel, each as near as it can be to its value; a hairline leads to a
        name that had to move.
        """
        _, top, _, bottom = self.canvas.frame(axes)
        low, high = axes.get_ylim()
        along = axes.yaxis.get_transform().transform  # which knows a logarithm

        def pixel(value: float) -> float:
            at, first, last = (float(along(v)) for v in (value, low, high))
            return bottom - (at - first) / (last - first) * (bottom - top)

        within = sorted((n for n in names if low <= n[0] <= high), key=lambda n: -n[0])
        sizes = [27.0 if second else 15.0 for _, _, second, _ in within]
        true = [
            pixel(value) + (6 if second else 0) for value, _, second, _ in within
        ]  # the first line stands beside its value
        for (value, words, second, colour), size, middle in zip(
            within, sizes, blocks(true, sizes, top - 9, bottom + 12)
        ):
            y = middle - size / 2 + 11.5
            self.canvas.text(self.x, y, self.canvas.said(words), BODY, colour, weight="bold")
            if second:
                self.canvas.text(self.x, y + 12, second, SMALL, colour)
            if abs(y - 4 - pixel(value)) > 3:
                self._lead(axes, pixel(value), y - 4, colour)

    def _lead(self, axes: Axes, start: float, end: float, colour: Colour) -> None:
        edge = self.canvas.frame(axes)[2]
        points = [(edge + 1, start), (edge + 4, start), (self.x - 4, end), (self.x - 2, end)]
        self.canvas.line(points, colour, 0.7)
