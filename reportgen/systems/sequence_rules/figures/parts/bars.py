"""Colour bars of the two scales that the figures share: signed numbers, and shares of one."""

from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.matrices import colour_bar
from reportgen.drawing.scales import halves
from reportgen.drawing.views import signed_ticks


def signed_bar(
    canvas: Canvas, norm: Normalize, x: float, y: float, width: float, label: str
) -> None:
    """The bar of a scale with zero in the middle."""
    colour_bar(canvas, canvas.theme.signed, norm, x, y, width, label, signed_ticks(norm))


def chance_bar(
    canvas: Canvas, x: float, y: float, width: float, label: str, norm: Normalize | None = None
) -> None:
    """The bar of attention and of probabilities, from none to all or where their scale ends."""
    norm = norm or Normalize(0, 1)
    colour_bar(canvas, canvas.theme.probability, norm, x, y, width, label, *halves(norm))
