"""An arrow whose head never outgrows its shaft."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from reportgen.drawing.style import CSS_DPI, Colour

LONGEST, SHORTEST = 5.0, 1.6  # head in points


class Arrow:
    """A move in the plane of some axes; `head` scales its head."""

    def __init__(self, axes: Axes, *, zorder: float = 4, head: float = 1.0) -> None:
        self.axes, self.head = axes, head
        self.patch = FancyArrowPatch((0, 0), (1, 1), shrinkA=0, shrinkB=0, zorder=zorder)
        axes.add_patch(self.patch)

    def set(
        self,
        start: np.ndarray,
        end: np.ndarray,
        colour: Colour,
        width: float,
        alpha: float | None = None,
    ) -> None:
        """Move it; a move shorter than a head gets a head of half its length."""
        sheet = self.axes.get_figure(root=True)
        zoom = sheet.dpi / CSS_DPI if sheet else 1.0
        self.axes.apply_aspect()
        a, b = self.axes.transData.transform(np.array([start, end])) / zoom
        size = float(np.clip(0.45 * np.hypot(*(b - a)), SHORTEST, LONGEST * self.head))
        self.patch.set_positions((float(start[0]), float(start[1])), (float(end[0]), float(end[1])))
        self.patch.set_arrowstyle("-|>", head_length=size, head_width=0.54 * size)
        self.patch.set(color=colour, linewidth=width, alpha=alpha)
