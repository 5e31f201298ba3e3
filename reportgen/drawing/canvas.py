"""A page-wide sheet measured in CSS pixels, and the text on it."""

from dataclasses import dataclass, field
from functools import lru_cache

import matplotlib as mpl
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from reportgen.drawing.fonts import family
from reportgen.drawing.style import BODY, CSS_DPI, PANEL, SMALL, TITLE, WIDTH, Colour, Theme

PX = 72 / CSS_DPI  # points in a CSS pixel


@dataclass
class Canvas:
    """A page-wide sheet measured in CSS pixels from its upper left corner."""

    theme: Theme
    height: float
    width: float = WIDTH
    figure: Figure = field(init=False)

    def __post_init__(self) -> None:
        self.figure = Figure(
            figsize=(self.width / CSS_DPI, self.height / CSS_DPI),
            dpi=CSS_DPI,
            facecolor=self.theme.paper,
        )

    def panel(self, x: float, y: float, width: float, height: float) -> Axes:
        """Axes whose frame is exactly this rectangle."""
        return self.figure.add_axes(
            (
                x / self.width,
                1 - (y + height) / self.height,
                width / self.width,
                height / self.height,
            )
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = BODY,
        colour: Colour | None = None,
        **options: object,
    ) -> Text:
        """Words whose baseline or top (`va`) is at this pixel."""
        return self.figure.text(
            x / self.width,
            1 - y / self.height,
            words,
            None,
            size=size,
            color=colour or self.theme.ink,
            **{"ha": "left", "va": "baseline"} | options,
        )

    def headline(self, title: str, note: str, stamp: str = "") -> None:
        """What the figure shows, how to read it, and the checkpoint it belongs to."""
        self.text(0, 17, title, TITLE, weight="bold")
        for i, line in enumerate(note.split("\n")):
            self.text(0, 36 + 15 * i, line, BODY, self.theme.muted)
        if stamp:
            self.text(self.width, 17, stamp, SMALL, self.theme.muted, ha="right")

    def film_headline(self, title: str) -> None:
        """What a film shows; the step counter at the right belongs to its strips
        (`drawing.films`).
        """
        self.text(16, 24, title, TITLE, weight="bold")

    def caption(
        self, axes: Axes, letter: str, words: str, note: str = "", colour: Colour | None = None
    ) -> None:
        """A panel's letter, name and unit, above its left edge."""
        box = axes.get_position()
        x, y = box.x0 * self.width, (1 - box.y1) * self.height - 7
        head = self.text(
            x, y, f"{letter}  {words}" if letter else words, PANEL, colour, weight="bold"
        )
        if note:
            self.text(
                x + width_of(head.get_text(), PANEL, "bold") + 7, y, note, SMALL, self.theme.muted
            )


def width_of(words: str, points: float, weight: str = "normal") -> float:
    """Set width of words in CSS pixels."""
    left, right = _ends_of(words, points, weight, tuple(family()))
    return right - left


def reach_of(words: str, points: float, weight: str = "normal") -> float:
    """CSS pixels from where words are set to the end of their last letter: more than their width
    where the first letter stands off, as a 1 does.
    """
    return _ends_of(words, points, weight, tuple(family()))[1]


@lru_cache(maxsize=4096)
def _ends_of(words: str, points: float, weight: str, fonts: tuple[str, ...]) -> tuple[float, float]:
    """CSS pixels from where words are set to the beginning of their first letter and the end of
    their last.
    """
    if not words.strip():
        return 0.0, 0.0
    with mpl.rc_context({"text.parse_math": False}):
        box = TextPath(
            (0, 0), words, size=points, prop=FontProperties(family=list(fonts), weight=weight)
        ).get_extents()
    return box.x0 / PX, box.x1 / PX


def halo(theme: Theme, width: float = 2.6) -> list[patheffects.AbstractPathEffect]:
    """An outline in the background colour that keeps a label readable on anything."""
    return [patheffects.withStroke(linewidth=width, foreground=theme.paper)]


def number(value: float, digits: int) -> str:
    """A number with a true minus sign and no minus zero."""
    return f"{round(value, digits) + 0:.{digits}f}".replace("-", "−")
