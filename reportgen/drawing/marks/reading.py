"""The marks of one panel, read off its artists: what is drawn is what is told.

A place is a share of the panel's frame, in thousandths from its left and upper edge, so that it
holds for a drawing of any size; values keep four significant digits.
"""

from collections.abc import Iterator, Mapping
from typing import NotRequired, TypedDict

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.colors import same_color
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Transform

from reportgen.drawing.marks.names import (
    LEADER,
    Ink,
    cell_names,
    ink_of,
    measures,
    point_name,
    rounded,
    said,
)

FULL = 1000  # parts of a frame
OUT = 20  # parts of a frame that a mark may stand outside
FEW = 20  # colours of a map up to which they name kinds
CLOSE = 3  # parts of a frame from one vertex of a curve to the next that is kept

Value = float | str | None
Inks = Mapping[Ink, str]


class Cells(TypedDict):
    """A matrix; a cell without a value is null."""

    x: list[int]  # edges of columns, from the left
    y: list[int]  # edges of rows, from above
    rows: list[str]  # names, empty where there is none
    columns: list[str]
    values: list[list[Value]]  # [row, column]


class Points(TypedDict):
    """Points, or vertices of a curve."""

    at: list[list[int]]  # places, across and down
    x: list[Value]  # null along an axis that only puts marks apart
    y: list[Value]
    name: NotRequired[str]  # of all of them
    names: NotRequired[list[str]]  # of each, empty where it has none


class Bars(TypedDict):
    """Bars, along one axis."""

    boxes: list[list[int]]  # left, upper, right and lower edge
    at: list[Value]  # where each stands; null along an axis that only puts them apart
    values: list[Value]
    across: bool  # do they grow across, and stand one above another
    name: NotRequired[str]


class Marks(TypedDict):
    """All that a panel shows."""

    cells: list[Cells]
    points: list[Points]
    curves: list[Points]
    bars: list[Bars]


def marks_of(axes: Axes, inks: Inks) -> Marks:
    """The marks of a panel whose sheet was laid out; `inks` are those of its key, with their words.

    Without an axis a panel is a diagram, and has cells alone; lines over cells frame some of them.
    """
    found = Marks(cells=list(_cells(axes)), points=[], curves=[], bars=[])
    if axes.axison:
        found["points"] = list(_points(axes, inks))
        found["curves"] = [] if found["cells"] else list(_curves(axes, inks))
        found["bars"] = list(_bars(axes, inks))
    return found


def _places(axes: Axes, points: np.ndarray, by: Transform | None = None) -> np.ndarray:
    """Shares [point, across and down] of a frame in thousandths, of data or of what `by` takes;
    NaN where there is no place.
    """
    with np.errstate(all="ignore"):
        pixels = (by or axes.transData).transform(np.asarray(points, float).reshape(-1, 2))
    box = axes.bbox
    shares = (pixels - (box.x0, box.y1)) / (box.width, -box.height)
    return np.where(np.isfinite(shares), np.rint(np.round(shares * FULL, 6)), np.nan)


def _inside(places: np.ndarray) -> np.ndarray:
    """Which places lie in their frame, or hardly outside."""
    return np.asarray(((places >= -OUT) & (places <= FULL + OUT)).all(1))


def _cells(axes: Axes) -> Iterator[Cells]:
    """Matrices of values: colours that name kinds are none."""
    for mesh in axes.collections:
        if not isinstance(mesh, QuadMesh) or not mesh.get_visible():
            continue
        if mesh.get_cmap().N <= FEW or mesh.get_array() is None:
            continue
        corners = np.asarray(mesh.get_coordinates(), float)
        across, down = corners[0, :, 0], corners[:, 0, 1]
        x = _places(axes, np.stack([across, np.full_like(across, down[0])], 1))[:, 0]
        y = _places(axes, np.stack([np.full_like(down, across[0]), down], 1))[:, 1]
        values: np.ndarray = np.ma.filled(np.ma.asarray(mesh.get_array(), float), np.nan)
        values = values.reshape(len(down) - 1, len(across) - 1)
        rows = cell_names(axes, "y", _middles(down))
        columns = cell_names(axes, "x", _middles(across))
        if y[0] > y[-1]:
            y, values, rows = y[::-1], values[::-1], rows[::-1]
        yield Cells(
            x=x.astype(int).tolist(),
            y=y.astype(int).tolist(),
            rows=rows,
            columns=columns,
            values=[[_value(v) for v in row] for row in values.tolist()],
        )


def _middles(edges: np.ndarray) -> list[float]:
    return list(((edges[1:] + edges[:-1]) / 2).tolist())


def _value(number: float) -> Value:
    return rounded(number) if np.isfinite(number) else None


def _points(axes: Axes, inks: Inks) -> Iterator[Points]:
    """Scattered points, and lines that are nothing but their markers."""
    for dots in axes.collections:
        if isinstance(dots, PathCollection) and dots.get_visible():
            if dots.get_offset_transform() is axes.transData:
                colours = dots.get_facecolor()
                alike = len(colours) and all(same_color(c, colours[0]) for c in colours)
                name = inks.get(ink_of(colours[0]), "") if alike else ""
                yield from _these(axes, np.ma.filled(dots.get_offsets(), np.nan), name)
    for line in _lines(axes):
        if not _drawn_through(line):
            yield from _these(axes, _data(line), _named(line, inks))


def _these(axes: Axes, data: np.ndarray, name: str) -> Iterator[Points]:
    """Points [point, xy] in data that lie in the frame, each with its name if it is labelled."""
    places = _places(axes, data)
    seen = _inside(places)
    if not seen.any():
        return
    found = _at(axes, places[seen], np.asarray(data)[seen])
    names = [point_name(axes, x, y) for x, y in np.asarray(data)[seen].tolist()]
    if any(names):
        found["names"] = names
    yield _called(found, name)


def _curves(axes: Axes, inks: Inks) -> Iterator[Points]:
    """Lines through data, without vertices that stand at the place of the one before."""
    for line in _lines(axes):
        if _drawn_through(line):
            places = _places(axes, _data(line))
            kept = _apart(places)
            if kept:
                yield _called(_at(axes, places[kept], _data(line)[kept]), _named(line, inks))


def _apart(places: np.ndarray) -> list[int]:
    """Vertices in the frame, from one to the next so far apart that both can be pointed at."""
    kept: list[int] = []
    for i in np.flatnonzero(_inside(places)).tolist():
        if not kept or abs(places[i] - places[kept[-1]]).max() >= CLOSE:
            kept.append(i)
    return kept


def _at(axes: Axes, places: np.ndarray, data: np.ndarray) -> Points:
    across, up = said(axes.xaxis, data[:, 0]), said(axes.yaxis, data[:, 1])
    if measures(axes.xaxis) != measures(axes.yaxis):
        nothing: list[Value] = [None] * len(data)
        across, up = (across, nothing) if measures(axes.xaxis) else (nothing, up)
    return Points(at=places.astype(int).tolist(), x=across, y=up)


def _called(points: Points, name: str) -> Points:
    if name:
        points["name"] = name
    return points


def _lines(axes: Axes) -> Iterator[Line2D]:
    """Lines that stand for data: not those across a whole panel, nor those that lead to a name."""
    for line in axes.lines:
        if line.get_visible() and line.get_label() != LEADER:
            if line.get_transform() is axes.transData and len(_data(line)):
                yield line


def _data(line: Line2D) -> np.ndarray:
    """Its vertices [vertex, xy]."""
    return np.asarray(line.get_xydata(), float)


def _drawn_through(line: Line2D) -> bool:
    return line.get_linestyle() not in ("None", "", " ") and len(_data(line)) > 1


def _named(line: Line2D, inks: Inks) -> str:
    return inks.get(ink_of(line.get_color(), line.is_dashed() and _drawn_through(line)), "")


def _bars(axes: Axes, inks: Inks) -> Iterator[Bars]:
    """Bars as high as they are drawn; a bar that is no number is left out."""
    for group in axes.containers:
        if not isinstance(group, BarContainer):
            continue
        up = group.orientation == "vertical"
        drawn = [bar for bar in group.patches if bar.get_visible()]
        corners = np.array([_corners(bar) for bar in drawn], float).reshape(-1, 2)
        edges = np.clip(_places(axes, corners), 0, FULL).reshape(-1, 2, 2)
        kept = [i for i, edge in enumerate(edges) if np.isfinite(edge).all()]
        if not kept:
            continue
        middle = [sum(c[0 if up else 1] for c in _corners(drawn[i])) / 2 for i in kept]
        axis = axes.xaxis if up else axes.yaxis
        found = Bars(
            boxes=np.hstack([edges[kept].min(1), edges[kept].max(1)]).astype(int).tolist(),
            at=said(axis, middle) if measures(axis) else [None] * len(kept),
            values=[_value(drawn[i].get_height() if up else drawn[i].get_width()) for i in kept],
            across=not up,
        )
        name = inks.get(ink_of(drawn[0].get_facecolor()), "")
        yield Bars(**found, name=name) if name else found


def _corners(bar: Rectangle) -> tuple[tuple[float, float], tuple[float, float]]:
    """Two opposite corners of a bar, in data."""
    x, y = bar.get_xy()
    return (x, y), (x + bar.get_width(), y + bar.get_height())
