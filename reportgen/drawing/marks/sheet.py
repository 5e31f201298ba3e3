"""The marks of a whole sheet, for its wide drawing and the one for phones."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NotRequired, TypedDict

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.keys import BAR, KEY
from reportgen.drawing.marks.names import inks
from reportgen.drawing.marks.reading import Inks, Marks, marks_of
from reportgen.drawing.style import CSS_DPI

LARGEST = 60_000  # bytes of a description; a sheet of more marks than that has none
ALIKE = 3  # thousandths of a frame that places in both drawings may differ
LEVEL = 2.0  # CSS pixels that the edges of panels in one row, or column, may differ


class Panel(TypedDict):
    """A panel of the wide drawing."""

    frame: list[float]  # left and upper edge, width and height in CSS pixels
    letter: str
    words: str  # of its caption
    x: str  # what its axes are called
    y: str
    marks: Marks


class Placed(TypedDict):
    """A panel of the drawing for phones."""

    frame: list[float]
    marks: NotRequired[Marks]  # where they stand otherwise in it than in the wide one


def described(wide: Canvas, phone: Canvas | None = None) -> str | None:
    """What two drawings of a sheet show, once they are laid out, as JSON; None where there are no
    marks, or so many that nobody could wait for them.
    """
    words = inks(wide)
    panels = {i: _panel(wide, axes, words) for i, axes in _seen(wide)}
    _inherit(list(panels.values()))
    panels = {i: panel for i, panel in panels.items() if any(panel["marks"].values())}
    if not panels:
        return None
    about: dict[str, object] = dict(
        width=round(wide.width), height=round(wide.height), panels=list(panels.values())
    )
    if phone is not None:
        about["narrow"] = _narrow(phone, panels, words)
    said = json.dumps(about, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return said if len(said.encode()) <= LARGEST else None


def _seen(canvas: Canvas) -> Iterator[tuple[int, Axes]]:
    """Panels of data that are drawn, by their order on the sheet."""
    for i, axes in enumerate(canvas.figure.axes):
        left, top, wide, tall = _frame(axes)
        beyond = left + wide <= 0 or top + tall <= 0 or left >= canvas.width
        if axes.get_visible() and axes.get_label() not in (KEY, BAR) and not beyond:
            yield i, axes


def _frame(axes: Axes) -> list[float]:
    """Left and upper edge, width and height of a panel in CSS pixels."""
    sheet, box = axes.get_figure(root=True), axes.bbox
    assert sheet is not None
    edges = (box.x0, sheet.bbox.height - box.y1, box.width, box.height)
    return [round(float(edge) * CSS_DPI / sheet.dpi, 1) for edge in edges]


def _panel(canvas: Canvas, axes: Axes, words: Inks) -> Panel:
    captions = (put.artist for put in canvas.content if put.over is axes)
    bold = [a.get_text() for a in captions if isinstance(a, Text) and a.get_fontweight() == "bold"]
    letter, _, name = (bold or [""])[0].rpartition("  ")
    return Panel(
        frame=_frame(axes),
        letter=letter,
        words=name,
        x=_across(axes),
        y=axes.get_ylabel(),
        marks=marks_of(axes, words),
    )


def _across(axes: Axes) -> str:
    """What a panel's horizontal axis is called, there or at a panel below with the same axis."""
    sheet, box, ends = axes.get_figure(root=True), axes.bbox, axes.get_xlim()
    same = (
        other
        for other in (axes, *(sheet.axes if sheet else ()))
        if other.get_xlim() == ends and np.allclose(other.bbox.intervalx, box.intervalx)
    )
    return next((label for other in same if (label := other.get_xlabel())), "")


def _inherit(panels: Sequence[Panel]) -> None:
    """Rows and columns that are named at one panel of several are called so in all beside it."""
    cells = [(panel["frame"], own) for panel in panels for own in panel["marks"]["cells"]]
    for frame, own in cells:
        for other, known in cells:
            if not any(own["rows"]) and _level(frame, other, 1, 3):
                own["rows"] = _same(own["rows"], known["rows"])
            if not any(own["columns"]) and _level(frame, other, 0, 2):
                own["columns"] = _same(own["columns"], known["columns"])


def _level(frame: Sequence[float], other: Sequence[float], near: int, far: int) -> bool:
    """Do two panels begin at the same edge, and are they as long."""
    return all(abs(frame[side] - other[side]) < LEVEL for side in (near, far))


def _same(own: list[str], known: list[str]) -> list[str]:
    return known if len(known) == len(own) else own


def _narrow(phone: Canvas, panels: Mapping[int, Panel], words: Inks) -> dict[str, object]:
    """Where the same panels stand in the drawing for phones."""
    own = {i: _panel(phone, phone.figure.axes[i], words) for i in panels}
    _inherit(list(own.values()))
    placed = [
        Placed(frame=own[i]["frame"])
        if _alike(own[i]["marks"], panel["marks"])
        else Placed(frame=own[i]["frame"], marks=own[i]["marks"])
        for i, panel in panels.items()
    ]
    wide, tall = phone.figure.get_size_inches() * CSS_DPI
    return dict(width=round(wide), height=round(tall), panels=placed)


def _alike(one: Marks, other: Marks) -> bool:
    """Do the same marks stand at the same places of a frame."""
    first, second = list(_where(one)), list(_where(other))
    return [p.shape for p in first] == [p.shape for p in second] and all(
        abs(a - b).max() <= ALIKE for a, b in zip(first, second)
    )


def _where(marks: Marks) -> Iterator[np.ndarray]:
    """All places of a panel's marks, kind by kind."""
    for cells in marks["cells"]:
        yield from (np.array(cells["x"]), np.array(cells["y"]))
    for points in (*marks["points"], *marks["curves"]):
        yield np.array(points["at"])
    for bars in marks["bars"]:
        yield np.array(bars["boxes"])
