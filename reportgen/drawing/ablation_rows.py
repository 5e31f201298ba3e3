"""Heads and how much of something is left, or lost, without each: a row a head, in it a mark, an
interval and a number for each way to silence it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.keys import Entry, Layout, dot, key
from reportgen.drawing.style import BODY, SMALL

MARKS = {"zero": "o", "mean": "s", "resample": "D"}


@dataclass(frozen=True)
class AblationRows:
    """Where the rows lie, in CSS pixels."""

    top: float
    left: float
    row: float  # height of one mark's
    apart: float  # between two heads

    def tall(self, heads: int) -> float:
        """Height of so many heads."""
        return heads * (len(MARKS) * self.row + self.apart)

    def key(
        self,
        canvas: Canvas,
        y: float,
        words: Mapping[str, str],
        gap: float,
        values: np.ndarray,
    ) -> None:
        """What each mark stands for, in a line, of those that have `values` [head, kind]."""
        ink = canvas.theme.series["attention"]
        key(
            canvas,
            self.left,
            y + 11,
            [
                Entry(f"{kind}: {words[kind]}", dot(mark, ink, 36), drawn)
                for (kind, mark), drawn in zip(MARKS.items(), np.isfinite(values).any(0))
            ],
            Layout(rise=11, beside=18, apart=gap),
        )

    def panel(self, canvas: Canvas, heads: int, room: float) -> Axes:
        """Axes of all rows, with `room` for the numbers at their right."""
        axes = canvas.panel(self.left, self.top, canvas.width - self.left - room, self.tall(heads))
        axes.set(ylim=(self.tall(heads), 0))
        axes.set_yticks([])
        return axes

    def draw(
        self,
        canvas: Canvas,
        axes: Axes,
        names: Sequence[str],
        values: np.ndarray,
        low: np.ndarray,
        high: np.ndarray,
        written: Callable[[float], str],
        *,
        beside: float,
    ) -> None:
        """Values with their intervals [head, kind]; names end `beside` the panel."""
        ink = canvas.theme.series["attention"]
        for i, name in enumerate(names):
            y = self.tall(i) + self.apart / 2
            middle = self.top + y + len(MARKS) / 2 * self.row + 4
            canvas.text(self.left - beside, middle, name, BODY, ha="right", weight="bold")
            if i:
                axes.axhline(y - self.apart / 2, color=canvas.theme.faint, lw=0.8)
            for j, mark in enumerate(MARKS.values()):
                at = y + (j + 0.5) * self.row
                interval = [low[i, j], high[i, j]]
                axes.plot(interval, [at, at], color=ink, lw=2.4, zorder=3, solid_capstyle="butt")
                axes.plot([values[i, j]], [at], mark, ms=6.5, color=ink, zorder=4)
                said = written(float(values[i, j]))
                canvas.text(
                    canvas.width, self.top + at + 4, said, SMALL, canvas.theme.muted, ha="right"
                )
