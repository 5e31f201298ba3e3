"""A page-wide sheet measured in CSS pixels, and the text on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from matplotlib import patheffects
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.text import Annotation, Text
from matplotlib.textpath import text_to_path

from reportgen.drawing.fonts import family
from reportgen.drawing.style import BODY, CSS_DPI, PANEL, SMALL, TITLE, WIDTH, Colour, Theme

PX = 72 / CSS_DPI  # points in a CSS pixel
BESIDE = 17  # CSS pixels from a panel to the numbers of its rows


Point = tuple[float, float]


@dataclass(frozen=True)
class Put:
    """Something that a figure put on its sheet, and where, in CSS pixels from the upper left."""

    artist: Artist
    at: Point  # upper left corner of a panel, where words are anchored, where a line begins
    size: Point = (0.0, 0.0)  # of a panel
    headline: bool = False  # is it part of the figure's headline
    over: Axes | None = None  # the panel that it is the caption of


@dataclass
class Canvas:
    """A page-wide sheet measured in CSS pixels from its upper left corner."""

    theme: Theme
    height: float
    width: float = WIDTH
    # what becomes of what a figure says of itself (`measure.given`), tokens and names aside
    said: Callable[[str], str] = str
    figure: Figure = field(init=False)
    content: list[Put] = field(init=False, default_factory=list)
    head: tuple[str, str] = field(init=False, default=("", ""))  # title and note of the headline

    def __post_init__(self) -> None:
        self.figure = Figure(
            figsize=(self.width / CSS_DPI, self.height / CSS_DPI),
            dpi=CSS_DPI,
            facecolor=self.theme.paper,
        )

    def panel(self, x: float, y: float, width: float, height: float) -> Axes:
        """Axes whose frame is exactly this rectangle."""
        axes = self.figure.add_axes(
            (
                x / self.width,
                1 - (y + height) / self.height,
                width / self.width,
                height / self.height,
            )
        )
        self.content.append(Put(axes, (x, y), (width, height)))
        return axes

    def frame(self, axes: Axes) -> tuple[float, float, float, float]:
        """Left, upper, right and lower edge of a panel's frame."""
        box = axes.get_position()
        high, wide = self.height, self.width
        return box.x0 * wide, (1 - box.y1) * high, box.x1 * wide, (1 - box.y0) * high

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
        text = self.figure.text(
            x / self.width,
            1 - y / self.height,
            words,
            None,
            size=size,
            color=colour or self.theme.ink,
            **{"ha": "left", "va": "baseline"} | options,
        )
        self.content.append(Put(text, (x, y)))
        return text

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """A line through these pixels, whatever panels it crosses."""
        x, y = zip(*((x / self.width, 1 - y / self.height) for x, y in points))
        drawn = Line2D(x, y, color=colour, lw=width, transform=self.figure.transFigure)
        self.figure.add_artist(drawn)
        self.content.append(Put(drawn, points[0]))

    def headline(self, title: str, note: str, stamp: str = "") -> None:
        """What the figure shows, how to read it, and the checkpoint it belongs to."""
        title, note = self.said(title), self.said(note)
        first, self.head = len(self.content), (title, note)
        self.text(0, 17, title, TITLE, weight="bold")
        for i, line in enumerate(note.split("\n")):
            self.text(0, 36 + 15 * i, line, BODY, self.theme.muted)
        if stamp := self.said(stamp):
            self.stamp(stamp)
        self.content[first:] = [replace(put, headline=True) for put in self.content[first:]]

    def stamp(self, words: str = "") -> Text:
        """The checkpoint a picture belongs to, at the right of its headline."""
        text = self.text(self.width, 17, words, SMALL, self.theme.muted, ha="right")
        self.content[-1] = replace(self.content[-1], headline=True)
        return text

    def film_headline(self, title: str) -> None:
        """What a film shows; the step counter at the right belongs to its strips
        (`drawing.films`).
        """
        self.text(16, 24, title, TITLE, weight="bold")

    def caption(
        self, axes: Axes, letter: str, words: str, note: str = "", colour: Colour | None = None
    ) -> None:
        """A panel's letter, name and unit, above its left edge."""
        words, note = self.said(words), self.said(note)
        first, words = len(self.content), f"{letter}  {words}" if letter else words
        x, y = self.frame(axes)[0], self.frame(axes)[1] - 7
        if words:
            self.text(x, y, words, PANEL, colour, weight="bold")
            x += width_of(words, PANEL, "bold") + 7
        if note:
            self.text(x, y, note, SMALL, self.theme.muted)
        self.content[first:] = [replace(put, over=axes) for put in self.content[first:]]


def above(axes: Axes, words: str, rise: float, size: float, colour: Colour) -> Annotation:
    """Words so many CSS pixels above the upper left corner of a panel, which go where it goes."""
    return axes.annotate(
        words,
        (0, 1),
        (0, rise * PX),
        xycoords="axes fraction",
        textcoords="offset points",
        annotation_clip=False,
        size=size,
        color=colour,
    )


def beside(axes: Axes, row: float, words: str, colour: Colour) -> Annotation:
    """Words at a row of a panel, right of its frame, however wide it is."""
    return axes.annotate(
        words,
        (1, row),
        (BESIDE * PX, 0),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        annotation_clip=False,
        size=BODY,
        va="center",
        color=colour,
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
    look = FontProperties(family=list(fonts), weight=weight)
    left, right = _ends(*map(np.array, text_to_path.get_text_path(look, words, ismath=False)))
    css = points / text_to_path.FONT_SCALE / PX
    return left * css, right * css


def _ends(points: np.ndarray, codes: np.ndarray) -> tuple[float, float]:
    """Where an outline [point, xy] begins and ends: that of those of its parts that can reach so
    far, since the reach of a curve is slow to find.
    """
    drawn = codes != Path.CLOSEPOLY
    x, codes, points = points[drawn, 0], codes[drawn], points[drawn]
    starts = np.flatnonzero(codes == Path.MOVETO)
    on = np.isin(codes, (Path.MOVETO, Path.LINETO))  # and no point that only pulls a curve
    low, high = np.minimum.reduceat(x, starts), np.maximum.reduceat(x, starts)
    far = np.flatnonzero((low <= x[on].min()) | (high >= x[on].max()))
    parts = np.split(np.arange(len(x)), starts[1:])
    boxes = [Path(points[parts[i]], codes[parts[i]]).get_extents() for i in far]
    return float(min(box.x0 for box in boxes)), float(max(box.x1 for box in boxes))


def halo(theme: Theme, width: float = 2.6) -> list[patheffects.AbstractPathEffect]:
    """An outline in the background colour that keeps a label readable on anything."""
    return [patheffects.withStroke(linewidth=width, foreground=theme.paper)]


def number(value: float, digits: int) -> str:
    """A number with a true minus sign and no minus zero."""
    return f"{round(value, digits) + 0:.{digits}f}".replace("-", "−")
