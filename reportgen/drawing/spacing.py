"""Which of many names can stand beside one another."""

from collections.abc import Sequence

from reportgen.drawing.canvas import PX, width_of
from reportgen.drawing.style import SMALL


def thinned(names: Sequence[str], room: float, *, across: bool) -> range:
    """Every first, second, .. name, so that they do not touch; `room` is what each has in CSS
    pixels, side by side (`across`) or one below another.
    """
    need = 4 + max(width_of(n, SMALL, "bold") for n in names) if across else SMALL / PX
    return range(0, len(names), max(1, -int(-need // room)))
