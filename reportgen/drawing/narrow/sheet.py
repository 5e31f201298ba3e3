"""The drawing of a figure for a phone."""

from dataclasses import dataclass

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Data, Figure, Scale, View, show
from reportgen.drawing.narrow.canvas import NarrowCanvas
from reportgen.drawing.narrow.headline import NARROW
from reportgen.drawing.narrow.legible import faults
from reportgen.drawing.narrow.plan import Plan
from reportgen.drawing.sheets import Sheets
from reportgen.drawing.style import CSS_DPI


@dataclass(frozen=True)
class Narrow:
    """An SVG, its height in CSS pixels, and the sheet it was drawn from."""

    drawing: str
    height: int
    canvas: Canvas


def narrow(
    figure: Figure[View, Data, Scale], data: Data, scale: Scale, wide: Canvas, drawn: Sheets
) -> Narrow | None:
    """A figure in a narrow sheet, laid out as its wide one was drawn; None where a panel would be
    squeezed to nothing, or words would hide one another, or be cut off, that do not in the wide
    one.
    """
    plan = Plan.of(wide, drawn)
    if not plan.readable:
        return None
    canvas = NarrowCanvas(wide.theme, wide.height, said=wide.said, plan=plan)
    show(figure, canvas, data, scale)
    zoom = wide.figure.dpi / CSS_DPI
    size = round(NARROW * zoom), int(plan.height * zoom)
    canvas.figure.set_dpi(wide.figure.dpi)
    sheets = Sheets(*size, wide.figure.dpi, drawn.twins, painted=False)
    canvas.settle(sheets)
    _, drawing = sheets.draw(canvas.figure)
    found = faults(canvas.figure, sheets, 1 / zoom)
    if found and found > faults(wide.figure, drawn, 1 / zoom):
        return None
    return Narrow(drawing, round(plan.height), canvas)
