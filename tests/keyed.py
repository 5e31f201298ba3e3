"""Which entries of a key stand for nothing that its picture draws, and which keys are drawn by
hand.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Annotation, Text

from reportgen.drawing.keys import KEY, WORDS
from reportgen.drawing.style import CSS_DPI
from reportgen.drawing.views import ENLARGED

Mark = tuple[str, tuple[float, ...]]  # shape: a marker's name, "line", "patch" or "text"; colour
SHAPES = "os^vD>x"
STANDS_FOR = {">": "patch", "s": "patch"}  # an arrow, a frame
SMALL = (26, 31)  # CSS pixels across and down of a panel that can hold nothing but a sign


def unmarked(sheet: Figure) -> list[str]:
    """The marks of keys, and words that are a key by their colour, of which the sheet has none."""
    signs = [axes for axes in sheet.axes if axes.get_label() == KEY]
    words = [text for text in sheet.texts if text.get_label() == WORDS]
    drawn = [
        artist
        for axes in sheet.axes
        if axes not in signs
        for artist in axes.get_children()
        if artist not in (axes.xaxis, axes.yaxis)
    ]
    drawn += [text for text in sheet.texts if text.get_label() not in (KEY, WORDS)]
    seen, paper = {mark for each in drawn for mark in _marks(each)}, _rounded(sheet.get_facecolor())
    seen |= {(sign, c) for sign, like in STANDS_FOR.items() for s, c in seen if s == like}
    coloured = {colour for _, colour in seen}
    filled = {colour for shape, colour in seen if shape != "text"}
    return [
        f"{shape} {colour}"
        for axes in signs
        for shape, colour in dict.fromkeys(_marks(axes))
        if colour != paper and (shape, colour) not in seen
        if shape in SHAPES or colour not in filled
    ] + [text.get_text() for text in words if _rounded(text.get_color()) not in coloured]


def by_hand(sheet: Figure) -> list[list[int]]:
    """Places of panels that hold a sign and were not made by `drawing.keys`."""
    unit = sheet.dpi / CSS_DPI
    boxes = [a.get_window_extent() for a in sheet.axes if not a.axison and a.get_label() != KEY]
    return [
        [round(v / unit) for v in box.extents]
        for box in boxes
        if box.width / unit <= SMALL[0] and box.height / unit <= SMALL[1]
    ]


def cut_frames(sheet: Figure) -> list[str]:
    """Frames of what another panel shows enlarged that the edge of their own panel cuts."""
    return [
        f"{box} of {view}"
        for axes in sheet.axes
        for frame in axes.patches
        if isinstance(frame, Rectangle) and frame.get_label() == ENLARGED
        if ((box := frame.get_bbox().extents)[:2] < (view := axes.viewLim.extents)[:2] - 1e-6).any()
        or (box[2:] > view[2:] + 1e-6).any()
    ]


def _marks(parent: Artist) -> Iterator[Mark]:
    """All that is drawn within an artist."""
    for artist in parent.findobj():
        if not artist.get_visible():
            continue
        if isinstance(artist, Line2D):
            yield from _of_line(artist)
        elif isinstance(artist, Collection):
            yield from _of_collection(artist)
        elif isinstance(artist, Patch):
            yield from _of_patch(artist)
        elif isinstance(artist, Text) and artist.get_text().strip():
            yield "text", _rounded(artist.get_color())
        if isinstance(artist, Annotation) and artist.arrow_patch is not None:
            yield from _of_patch(artist.arrow_patch)


def _of_line(line: Line2D) -> Iterator[Mark]:
    if not np.isfinite(np.asarray(line.get_xydata(), float)).all(-1).any():
        return
    if line.get_linestyle() not in ("None", "", " "):
        yield "line", _rounded(line.get_color())
    if line.get_marker() not in (None, "None", "", " "):
        shape = _shape(_path(line.get_marker()))
        yield from _coloured(shape, [line.get_markerfacecolor(), line.get_markeredgecolor()])


def _of_collection(found: Collection) -> Iterator[Mark]:
    if not len(found.get_paths()):
        return
    if isinstance(found, LineCollection):
        yield from _coloured("line", found.get_colors())
        return
    offsets = np.ma.filled(np.ma.asarray(found.get_offsets(), float), np.nan)
    if not len(offsets) or not np.isfinite(offsets).all(-1).any():
        return
    shape = _shape(found.get_paths()[0]) if isinstance(found, PathCollection) else "patch"
    yield from _coloured(shape, [*found.get_facecolor(), *found.get_edgecolor()])


def _of_patch(patch: Patch) -> Iterator[Mark]:
    if isinstance(patch, Rectangle) and not patch.get_width() * patch.get_height():
        return
    if patch.get_visible():
        edge = [patch.get_edgecolor()] if patch.get_linewidth() else []
        yield from _coloured(
            "patch", [*([patch.get_facecolor()] if patch.get_fill() else []), *edge]
        )


def _coloured(shape: str, colours: Any) -> Iterator[Mark]:
    for colour in colours:
        if isinstance(colour, str) and colour == "none":
            continue
        if len(colour) < 4 or isinstance(colour, str) or colour[3] > 0:
            yield shape, _rounded(colour)


def _rounded(colour: Any) -> tuple[float, ...]:
    return tuple(round(v, 2) for v in to_rgb(colour))


def _path(marker: Any) -> Path:
    style = MarkerStyle(marker)
    return style.get_path().transformed(style.get_transform())


def _shape(path: Path) -> str:
    """The name of a marker by its outline."""
    for name in SHAPES:
        own = _path(name)
        if own.vertices.shape == path.vertices.shape and np.allclose(own.vertices, path.vertices):
            return name
    return "patch"
