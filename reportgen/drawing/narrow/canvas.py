"""A narrow sheet on which a figure draws as if it were wide."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text

from reportgen.drawing.canvas import Canvas, Point, Put, width_of
from reportgen.drawing.narrow.atoms import NEXT
from reportgen.drawing.narrow.headline import EDGE, NARROW
from reportgen.drawing.narrow.pieces import Piece
from reportgen.drawing.narrow.plan import Plan
from reportgen.drawing.narrow.row_names import name_again, names_row
from reportgen.drawing.narrow.settling import Settling
from reportgen.drawing.narrow.wrapping import caption_lines
from reportgen.drawing.style import BODY, CSS_DPI, PANEL, SMALL, TITLE, Colour

ENDS = ".:;!?"  # of sentences, or of items of a list
ABOVE = 7  # CSS pixels between a panel and its caption
BESIDE = 7  # CSS pixels between the name of a panel and its note
LOWER = 13  # CSS pixels of a line of a caption


@dataclass
class NarrowCanvas(Canvas):
    """Takes pixels of the wide sheet and puts what is drawn there where it goes on the narrow
    one.
    """

    plan: Plan = field(kw_only=True)
    limited: dict[Text, float] = field(init=False, default_factory=dict)  # names of rows

    def __post_init__(self) -> None:
        self.figure = Figure(
            figsize=(NARROW / CSS_DPI, self.plan.height / CSS_DPI),
            dpi=CSS_DPI,
            facecolor=self.theme.paper,
        )

    def panel(self, x: float, y: float, width: float, height: float) -> Axes:
        left, top = self._there((x, y), (x, y), "panel")
        right, low = self._there((x, y), (x + width, y + height), "panel")
        high = self.plan.height
        axes = self.figure.add_axes(
            (left / NARROW, 1 - low / high, (right - left) / NARROW, (low - top) / high)
        )
        self.content.append(Put(axes, (x, y), (width, height)))
        return axes

    def frame(self, axes: Axes) -> tuple[float, float, float, float]:
        (put,) = (put for put in self.content if put.artist is axes)
        (x, y), (width, height) = put.at, put.size
        return x, y, x + width, y + height

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = BODY,
        colour: Colour | None = None,
        **options: object,
    ) -> Text:
        there = self._there((x, y), (x, y), "words")
        text = self._words(there, words, size, colour, **options)
        self.content.append(Put(text, (x, y)))
        move = self.plan.move((x, y), "words")
        if move is not None and move.widest < NARROW:
            self.limited[text] = move.widest
        return text

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        there = (self._there(points[0], point, "line") for point in points)
        high = self.height / self.plan.height
        super().line([(x * self.width / NARROW, y * high) for x, y in there], colour, width)

    def headline(self, title: str, note: str, stamp: str = "") -> None:
        head, muted = self.plan.headline, self.theme.muted
        for line, y in head.titles:
            self._words((EDGE, y), line, TITLE, weight="bold")
        for line, y in head.notes:
            self._words((EDGE, y), line, BODY, muted)
        if stamp := self.said(stamp):
            self.stamp(stamp)

    def stamp(self, words: str = "") -> Text:
        return self._words((EDGE, self.plan.headline.stamp), words, SMALL, self.theme.muted)

    def caption(
        self, axes: Axes, letter: str, words: str, note: str = "", colour: Colour | None = None
    ) -> None:
        box, move = axes.get_position(), self.plan.move(self.frame(axes)[:2], "panel")
        left, low = box.x0 * NARROW, (1 - box.y1) * self.plan.height - ABOVE
        right = move.right if move else NARROW - EDGE
        words, note = self.said(words), self.said(note)
        words = f"{letter}  {words}" if letter else words
        for i, line in enumerate(reversed(caption_lines(words, note, right - left))):
            x = left
            for said, bold in line:
                size, weight = (PANEL, "bold") if bold else (SMALL, "normal")
                ink = colour if bold else self.theme.muted
                text = self._words((x, low - LOWER * i), said, size, ink, weight=weight)
                self.content.append(Put(text, self.frame(axes)[:2], over=axes))
                x += width_of(said, size, weight) + BESIDE

    def settle(self, renderer: RendererBase) -> None:
        """Correct what can be seen only once everything is drawn."""
        self._name_rows()
        words = [put.artist for put in self.content if isinstance(put.artist, Text)]
        Settling(self.figure, renderer, self.limited, self._going_on()).settle(words)

    def _going_on(self) -> list[tuple[Text, Text]]:
        """Words and the line right below them that goes on with their sentence."""
        lines = [put for put in self.content if isinstance(put.artist, Text) and not put.over]
        found = []
        for one, after in pairwise(lines):
            same = one.at[0] == after.at[0] and 0 < after.at[1] - one.at[1] < NEXT
            if same and isinstance(one.artist, Text) and isinstance(after.artist, Text):
                alike = one.artist.get_fontproperties() == after.artist.get_fontproperties()
                said, more = one.artist.get_text(), after.artist.get_text()
                if alike and said and more and said[-1] not in ENDS:
                    found.append((one.artist, after.artist))
        return found

    def _name_rows(self) -> None:
        """Rows of panels that stood at the right of their names get these names again."""
        panels = {put.at: put.artist for put in self.content if isinstance(put.artist, Axes)}
        for at, axes in panels.items():
            move = self.plan.move(at, "panel")
            if move is not None and move.names is not None and move.names.at in panels:
                name_again(panels[move.names.at], axes)
                self._words_again(move.names, axes, at)

    def _words_again(self, source: Piece, axes: Axes, at: Point) -> None:
        """Words that name the rows of a panel from its left, once more beside another one."""
        if source.frame is None:
            return
        left = axes.get_position().x0 * NARROW
        for piece in [m.piece for m in self.plan.moves if names_row(m.piece, source.frame)]:
            assert isinstance(piece.artist, Text)
            look = piece.artist
            self._words(
                (left + piece.at[0] - source.frame.left, self._there(at, piece.at, "panel")[1]),
                look.get_text(),
                float(look.get_fontsize()),
                color=look.get_color(),
                ha=look.get_horizontalalignment(),
                va=look.get_verticalalignment(),
                weight=look.get_fontweight(),
            )

    def _there(self, piece: Point, point: Point, kind: str) -> Point:
        """Where a pixel of a piece, put at another, goes."""
        move = self.plan.move(piece, kind)
        return point if move is None else (move.x(point[0]), move.y(point[1]))

    def _words(
        self, at: Point, words: str, size: float, colour: Colour | None = None, **options: object
    ) -> Text:
        x, y = at[0] / NARROW, 1 - at[1] / self.plan.height
        look = {"ha": "left", "va": "baseline", "color": colour or self.theme.ink} | options
        return self.figure.text(x, y, words, None, size=size, **look)
