"""Colour bars of the two scales that figures share: signed numbers, and shares of one."""

from matplotlib.colors import Colormap, Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.matrices import colour_bar
from reportgen.drawing.scales import halves
from reportgen.drawing.style import SMALL
from reportgen.drawing.views import signed_ticks


def signed_bar(
    canvas: Canvas, norm: Normalize, x: float, y: float, width: float, label: str = ""
) -> None:
    """The bar of a scale with zero in the middle."""
    colour_bar(canvas, canvas.theme.signed, norm, x, y, width, label, signed_ticks(norm))


def chance_bar(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    label: str = "",
    norm: Normalize | None = None,
    *,
    unit: str = "",
) -> None:
    """The bar of attention and of probabilities, from none to all or where their scale ends; its
    label stands above, its unit at the right.
    """
    norm = norm or Normalize(0, 1)
    colour_bar(canvas, canvas.theme.probability, norm, x, y, width, label, *halves(norm))
    if unit:
        canvas.text(x + width + 16, y + 7, unit, SMALL, canvas.theme.muted)


def ends_bar(
    canvas: Canvas,
    cmap: Colormap,
    x: float,
    y: float,
    norm: Normalize,
    ends: tuple[str, str] = ("0", "1"),
) -> None:
    """A short bar over the right end of a panel that ends at `x`, with a word at each end."""
    colour_bar(canvas, cmap, norm, x - 74, y, 54, "", ())
    canvas.text(x - 78, y + 9, ends[0], SMALL, canvas.theme.muted, ha="right")
    canvas.text(x - 16, y + 9, ends[1], SMALL, canvas.theme.muted)
