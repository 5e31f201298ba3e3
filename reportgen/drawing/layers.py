"""A film draws what stands still once: frames are stacked from layers, and only what moves is drawn
again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from reportgen.drawing.rasterised import RasterisedLabels

Run = tuple[bool, tuple[Artist, ...]]  # do they move; neighbours in the order of drawing


@dataclass(frozen=True)
class Layer:
    """What stands still above something that moves: only the pixels it touches."""

    at: np.ndarray  # flat indices of the pixels
    ink: np.ndarray  # [pixel, rgb] already weighed by how much they cover
    bare: np.ndarray  # [pixel, 1] share of what lies below that stays, of 255

    def on(self, pixels: np.ndarray) -> None:
        """Lay it over pixels [pixel, rgba]."""
        pixels[self.at, :3] = (self.ink + pixels[self.at, :3] * self.bare + 127) // 255


class Layers:
    """The frames of one sheet, drawn as `FigureCanvasAgg.draw` would.

    An artist moves once matplotlib has called it stale between two frames: nobody has to say which
    ones do. Panels are drawn one after the other, and in a panel what stands still below everything
    that moves is part of the background, what stands still above is a layer. Words that move are
    stamped.
    """

    def __init__(self, figure: Figure) -> None:
        self.figure, self.agg = figure, FigureCanvasAgg(figure)
        self.moving: set[Artist] = set()
        self.plan: list[Run] = []
        self.views: list[tuple[float, ...]] = []
        self.background: object = None  # a region of the canvas, once it is drawn
        self.layers: dict[tuple[Artist, ...], Layer] = {}
        self.stamps = RasterisedLabels()

    def frame(self) -> np.ndarray:
        """Pixels [y, x, rgba] of the sheet as it is now; they are overwritten by the next frame."""
        renderer = self.agg.get_renderer()
        pixels = np.asarray(self.agg.buffer_rgba())
        views = [(*a.viewLim.extents, *a.get_position().bounds) for a in self.figure.axes]
        if views != self.views:  # the whole sheet is laid out anew
            self.agg.draw()
            self.views, self.background, self.layers, self.moving = views, None, {}, set()
            return pixels
        panels = _panels(self.figure)
        known = {artist for _, run in self.plan for artist in run}
        self.moving |= {
            a for panel in panels for a in panel if a.stale or (known and a not in known)
        }
        stacks = [_runs(panel, self.moving) for panel in panels]
        plan = [run for stack in stacks for run in stack]
        if self.background is None or _still(plan) != _still(self.plan):
            self._lay(stacks)
        self.plan = plan
        renderer.restore_region(self.background)
        flat = pixels.reshape(-1, 4)
        for stack in stacks:
            for i, (moves, artists) in enumerate(stack):
                if moves:
                    for artist in artists:
                        (
                            self.stamps.draw(artist, renderer)
                            if isinstance(artist, Text)
                            else artist.draw(renderer)
                        )
                elif i:
                    self.layers[artists].on(flat)
        return pixels

    def _lay(self, stacks: Sequence[Sequence[Run]]) -> None:
        """Draw the background and the layers."""
        renderer = self.agg.get_renderer()
        self.layers = {}
        for moves, artists in (run for stack in stacks for run in stack[1:]):
            if not moves:
                renderer.clear()
                _draw(artists, renderer)
                self.layers[artists] = _touched(np.asarray(self.agg.buffer_rgba()).reshape(-1, 4))
        renderer.clear()
        for moves, artists in (stack[0] for stack in stacks):
            if not moves:
                _draw(artists, renderer)
        self.background = renderer.copy_from_bbox(self.figure.bbox)


def _draw(artists: Sequence[Artist], renderer: RendererAgg) -> None:
    for artist in artists:
        artist.draw(renderer)


def _touched(pixels: np.ndarray) -> Layer:
    at = np.flatnonzero(pixels[:, 3])
    covered = pixels[at, 3:].astype(np.uint32)
    return Layer(at, pixels[at, :3] * covered, 255 - covered)


def _still(plan: Sequence[Run]) -> list[tuple[Artist, ...]]:
    return [artists for moves, artists in plan if not moves]


def _runs(panel: Sequence[Artist], moving: set[Artist]) -> list[Run]:
    """Neighbours that move, and neighbours that stand still, in turn."""
    runs: list[tuple[bool, list[Artist]]] = []
    for artist in panel:
        if not runs or runs[-1][0] != (artist in moving):
            runs.append((artist in moving, []))
        runs[-1][1].append(artist)
    return [(moves, tuple(artists)) for moves, artists in runs]


def _seen(artist: Artist) -> bool:
    """Empty titles of panels, of which every one has three, are not worth a layer."""
    return artist.get_visible() and not (isinstance(artist, Text) and not artist.get_text())


def _panels(figure: Figure) -> list[list[Artist]]:
    """All artists that can be seen in the order in which matplotlib draws them: the sheet, each
    panel, and what lies beside the panels.
    """

    def order(artists: Iterable[Artist]) -> list[Artist]:
        return sorted((a for a in artists if _seen(a)), key=lambda a: a.get_zorder())

    panels: list[list[Artist]] = [[figure.patch]]
    for child in order(a for a in figure.get_children() if a is not figure.patch):
        if not isinstance(child, Axes):
            panels[-1].append(child)
            continue
        framed = child.axison and child.get_frame_on()
        left_out = {
            child.patch,
            *(() if framed else child.spines.values()),
            *(() if child.axison else (child.xaxis, child.yaxis)),
        }
        panels.append(
            [
                *([child.patch] if framed else []),
                *order(a for a in child.get_children() if a not in left_out),
            ]
        )
        panels.append([])
    return [panel for panel in panels if panel]
