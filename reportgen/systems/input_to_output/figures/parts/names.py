"""Names beside matrices of many tokens: as many as there is room for."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import width_of
from reportgen.drawing.marks.names import name_cells
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import CSS_DPI, SMALL, Theme


def name_axis(
    axes: Axes,
    theme: Theme,
    names: Sequence[str],
    *,
    along_x: bool,
    classes: Mapping[str, str] | None = None,
) -> None:
    """Names along one axis of a matrix, in the colours of their classes; where cells are small,
    every second, third, .. one.
    """
    box, sheet = axes.get_window_extent(), axes.get_figure(root=True)
    pixel = sheet.dpi / CSS_DPI if sheet else 1.0
    room = (box.width if along_x else box.height) / len(names) / pixel
    shown = list(thinned(names, room, across=along_x))
    at, words = np.array(shown) + 0.5, [names[i] for i in shown]
    axis = axes.xaxis if along_x else axes.yaxis
    axis.set_ticks(at, words)
    name_cells(axes, "x" if along_x else "y", list(names))
    for label, word in zip(axis.get_ticklabels(), words):
        label.set(size=SMALL)
        if classes and word in classes:
            label.set(color=theme.classes[classes[word]], weight="bold")
    axes.tick_params(length=0, pad=3)


def widest(names: Sequence[str]) -> float:
    """CSS pixels of the widest of some names."""
    return max(width_of(name, SMALL, "bold") for name in names)
