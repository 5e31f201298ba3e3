"""A bar for each part of the network, with the interval of its length and its number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.style import BODY, SMALL, Colour

LEFT = 136  # CSS pixels


@dataclass(frozen=True)
class PartBars:
    """Where the rows begin, and how high each is, in CSS pixels."""

    top: float
    row: float

    def height(self, parts: int, foot: float) -> float:
        """Of a sheet with so many parts."""
        return self.top + parts * self.row + foot

    def draw(
        self,
        canvas: Canvas,
        names: Sequence[str],
        values: np.ndarray,
        scale: tuple[float, float],
        words: str,
        colour: Callable[[str], Colour],
        digits: int,
    ) -> Axes:
        """Values [part, value low high]; `words` name the axis, `colour` is that of a part."""
        theme, count = canvas.theme, len(names)
        axes = canvas.panel(LEFT, self.top, canvas.width - LEFT - 56, count * self.row)
        axes.set(xlim=scale, ylim=(count, 0), xlabel=words)
        axes.set_xticks(
            [t for t in MaxNLocator(6).tick_values(*scale) if scale[0] <= t <= scale[1]]
        )
        axes.set_yticks(np.arange(count) + 0.5, names)
        axes.tick_params(axis="y", length=0, labelsize=BODY, labelcolor=theme.ink)
        axes.axvline(0, color=theme.ink, lw=1.0, zorder=3)
        for i, (name, (value, low, high)) in enumerate(zip(names, values)):
            axes.barh(i + 0.5, value, height=0.56, color=colour(name), alpha=0.55, zorder=2)
            axes.plot([low, high], [i + 0.5] * 2, color=theme.ink, lw=1.4, zorder=4)
            y, said = self.top + (i + 0.5) * self.row + 4, number(float(value), digits)
            canvas.text(canvas.width, y, said, SMALL, theme.muted, ha="right")
        return axes
