"""Small print beside the key of a figure."""

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.style import SMALL

LINE = 13  # CSS pixels from one line to the next


def notes(canvas: Canvas, x: float, y: float, *lines: str) -> None:
    """Lines of small muted text, the first at this height."""
    for i, words in enumerate(lines):
        canvas.text(x, y + LINE * i, words, SMALL, canvas.theme.muted)
