"""The plane cut into the regions of the winning tokens."""

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path as Outline

from reportgen.figures.parts.canvas import halo
from reportgen.figures.parts.planes import View
from reportgen.figures.style import TITLE, Theme


class Landscape:
    """Decision regions with exact edges, faded to the paper where the winner is unsure, each named where it is widest."""

    def __init__(self, axes: Axes, theme: Theme, classes: Mapping[str, str], view: View, names: Callable[[int], str], size: float = TITLE) -> None:
        self.axes, self.theme, self.view, self.names, self.size = axes, theme, view, names, size
        fills = theme.fills(classes)
        self.fill = [fills[t] for t in classes]
        self.areas = [axes.add_collection(PathCollection([], facecolor=c, edgecolor=[c], linewidth=.5, zorder=.5), autolim=False) for c in self.fill]
        shade = np.ones((2, 2, 4)) * (*theme.paper, 0)
        self.doubt = axes.imshow(shade, extent=view, origin="lower", interpolation="bilinear", zorder=.7)
        self.edges = axes.add_collection(LineCollection([], colors=[theme.paper], linewidths=1.4, zorder=.9), autolim=False)
        self.texts: list = []

    def set(self, pieces: Mapping[int, list[np.ndarray]], borders: np.ndarray, winner: np.ndarray, confidence: np.ndarray, least: float, avoid: np.ndarray | None = None) -> None:
        """`winner` and `confidence` are rasters used only for the fade and to find room for the names, away from the points `avoid`."""
        for i, area in enumerate(self.areas):
            area.set_paths([Outline(p, closed=False) for p in pieces.get(i, [])])
        shade = np.ones((*confidence.shape, 4)) * (*self.theme.paper, 0)
        shade[..., 3] = .80 * (1 - ((confidence - least) / (1 - least)).clip(0, 1))
        self.doubt.set_data(shade)
        self.edges.set_segments(borders)
        for text in self.texts:
            text.remove()
        self.texts = []
        x0, x1, y0, y1 = self.view
        free = np.ones(winner.shape, bool)
        if avoid is not None:
            at = (((avoid - (x0, y0)) / (x1 - x0, y1 - y0)) * (winner.shape[1], winner.shape[0])).astype(int)
            at = at[((at >= 0) & (at < winner.shape[::-1])).all(1)]
            free[at[:, 1], at[:, 0]] = False
        for token in np.unique(winner):
            deep = _depth((winner == token) & free)
            row, column = np.unravel_index(deep.argmax(), deep.shape)
            if deep[row, column] < .018 * len(winner):
                continue
            x, y = x0 + (column + .5) / winner.shape[1] * (x1 - x0), y0 + (row + .5) / winner.shape[0] * (y1 - y0)
            self.texts.append(self.axes.text(x, y, self.names(int(token)), ha="center", va="center", size=self.size, weight="bold", color=self.theme.ink, path_effects=halo(self.theme, 2), zorder=3))


def _depth(inside: np.ndarray) -> np.ndarray:
    """Chessboard distance to the outside: how far a name may reach."""
    padded, depth = np.pad(inside, 1), np.zeros(inside.shape)
    while padded.any():
        depth += padded[1:-1, 1:-1]
        core = padded.copy()
        for axis, shift in product((0, 1), (-1, 1)):
            core &= np.roll(padded, shift, axis)
        padded = core
    return depth
