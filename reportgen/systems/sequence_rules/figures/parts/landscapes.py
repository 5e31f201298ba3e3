"""The plane cut into the regions of the winning tokens."""

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.path import Path as Outline
from matplotlib.text import Text

from reportgen.core.exact.geometry import Regions, regions
from reportgen.core.exact.polygons import outlines
from reportgen.core.readout import Readout
from reportgen.drawing.canvas import halo, width_of
from reportgen.drawing.planes import View
from reportgen.drawing.rasters import Veil
from reportgen.drawing.style import CSS_DPI, TITLE, Colour, Theme

DOUBT = 0.80  # how far a region whose winner is no surer than chance fades to the paper
ROOM = 0.45  # sizes of its letters that a region must reach around its name
AIR = 2  # CSS pixels between a name and the frame
ROOMIEST = 81  # rows of the raster in which room for names is sought


def raster_extent(view: View, fineness: int) -> View:
    """Where an image of `Readout.raster` must lie, so that the middles of its outermost cells are
    the edges of the view.
    """
    x0, x1, y0, y1 = view
    dx, dy = (
        ((x1 - x0) / (fineness - 1) / 2, (y1 - y0) / (fineness - 1) / 2)
        if fineness > 1
        else (0.0, 0.0)
    )
    return x0 - dx, x1 + dx, y0 - dy, y1 + dy


def _joined(parts: Sequence[np.ndarray] | np.ndarray) -> Outline:
    """One path of many lines [corner, xy]."""
    lengths = [len(part) for part in parts]
    codes = np.full(sum(lengths), Outline.LINETO, np.uint8)
    codes[np.cumsum([0, *lengths[:-1]])] = Outline.MOVETO
    return Outline(np.concatenate(list(parts)), codes)


class Landscape:
    """Decision regions with exact edges, faded to the paper where the winner is unsure, each of
    their parts named where it is widest.

    `names` gives what is written in a region; "" leaves it without a name, and None all of them
    (films do).
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        classes: Mapping[str, str],
        view: View,
        names: Callable[[int], str] | None,
        size: float = TITLE,
    ) -> None:
        self.axes, self.theme, self.view, self.names, self.size = axes, theme, view, names, size
        fills = theme.fills(classes)
        self.fill = [fills[t] for t in classes]
        self.areas = axes.add_collection(
            PathCollection([], linewidth=0.5, zorder=0.5), autolim=False
        )
        self.doubt = Veil(axes, extent=view, origin="lower", interpolation="bilinear", zorder=0.7)
        self.doubt.set_data(np.ones((2, 2, 4)) * (*theme.paper, 0))
        axes.add_image(self.doubt).set_clip_path(axes.patch)
        axes.set(xlim=view[:2], ylim=view[2:])
        self.edges = axes.add_collection(
            PathCollection(
                [], facecolor="none", edgecolor=[theme.paper], linewidth=1.4, zorder=0.9
            ),
            autolim=False,
        )
        self.framed = axes.add_collection(
            PathCollection([], facecolor="none", linewidth=2.4, zorder=1.2), autolim=False
        )
        self.around: dict[int, list[np.ndarray]] = {}
        self.texts: list[Text] = []

    def show(
        self, readout: Readout, *, fineness: int = 121, avoid: np.ndarray | None = None
    ) -> Regions:
        """The regions of a readout in this view, which it returns; names stay off the points
        `avoid` [n, xy].
        """
        found = regions(readout, self.view)
        self.show_regions(found, readout.raster(self.view, fineness), avoid=avoid)
        return found

    def show_regions(self, found: Regions, p: np.ndarray, avoid: np.ndarray | None = None) -> None:
        """Regions with the probabilities [y, x, token] of a raster over this view."""
        self.set(
            found.pieces, found.borders, p.argmax(-1), p.max(-1), least=1 / p.shape[-1], avoid=avoid
        )

    def written(self, wide: float) -> np.ndarray:
        """Points [.., xy] around the middles of the names in a panel of this width in CSS pixels,
        for other names to keep off.
        """
        letter = np.stack(np.meshgrid((-7, 0, 7), (-7, 0, 7)), -1).reshape(-1, 2)
        middles = np.array([t.get_position() for t in self.texts]).reshape(-1, 1, 2)
        return (middles + letter * (self.view[1] - self.view[0]) / wide).reshape(-1, 2)

    def frame(self, tokens: Collection[int], colour: Colour) -> None:
        """A line around each region of these tokens, of those that are shown."""
        self.framed.set_paths([_joined(self.around[t]) for t in tokens if t in self.around])
        self.framed.set_edgecolor([colour])

    def set(
        self,
        pieces: Mapping[int, list[np.ndarray]],
        borders: np.ndarray,
        winner: np.ndarray,
        confidence: np.ndarray,
        least: float,
        avoid: np.ndarray | None = None,
    ) -> None:
        """`winner` and `confidence` are rasters used only for the fade and to find room for the
        names, away from the points `avoid`.
        """
        self.around = around = outlines(pieces)
        self.areas.set_paths([_joined(lines) for lines in around.values()])
        self.areas.set_color([self.fill[token] for token in around])
        shade = np.ones((*confidence.shape, 4)) * (*self.theme.paper, 0)
        shade[..., 3] = DOUBT * (1 - ((confidence - least) / (1 - least)).clip(0, 1))
        self.doubt.set_data(shade)
        self.doubt.set_extent(raster_extent(self.view, len(confidence)))
        self.edges.set_paths([_joined(borders)] if len(borders) else [])
        for text in self.texts:
            text.remove()
        self.texts = []
        if self.names is None:
            return
        every = max(1, round(len(winner) / ROOMIEST))
        for name, x, y in self._rooms(winner[::every, ::every], self.names, avoid):
            text = self.axes.text(x, y, name, ha="center", va="center", size=self.size, zorder=3)
            text.set(weight="bold", color=self.theme.ink, path_effects=halo(self.theme, 2))
            self.texts.append(text)

    def _rooms(
        self, winner: np.ndarray, names: Callable[[int], str], avoid: np.ndarray | None
    ) -> list[tuple[str, float, float]]:
        """Name and widest spot of every connected region that has room for it."""
        from scipy.ndimage import distance_transform_edt, label

        x0, x1, y0, y1 = self.view
        rows, columns = winner.shape
        across, up = np.linspace(x0, x1, columns), np.linspace(y0, y1, rows)
        free = np.ones(winner.shape, bool)
        if avoid is not None and len(avoid):
            at = np.rint((avoid - (x0, y0)) / (x1 - x0, y1 - y0) * (columns - 1, rows - 1)).astype(
                int
            )
            at = at[((at >= 0) & (at < (columns, rows))).all(1)]
            free[at[:, 1], at[:, 0]] = False
        box = self.axes.get_window_extent()
        least = ROOM * self.size / 72 * rows / (box.height / self.axes.figure.dpi)
        pixel = (columns - 1) / (
            box.width / self.axes.figure.dpi * CSS_DPI
        )  # columns in a CSS pixel
        rooms = []
        for token in np.unique(winner):
            if not (name := names(int(token))):
                continue
            # outside the view is outside the region, so that a name keeps off the frame too
            inside = np.pad(winner == token, 1)
            deep, (parts, count) = distance_transform_edt(inside & np.pad(free, 1)), label(inside)
            margin = 1 + int(np.ceil((width_of(name, self.size, "bold") / 2 + AIR) * pixel))
            deep[:, :margin] = deep[:, -margin:] = 0  # half a name is wider than it is high
            for part in range(1, count + 1):
                row, column = np.unravel_index(
                    np.where(parts == part, deep, 0).argmax(), deep.shape
                )
                if deep[row, column] >= least:
                    rooms.append((name, float(across[column - 1]), float(up[row - 1])))
        return rooms
