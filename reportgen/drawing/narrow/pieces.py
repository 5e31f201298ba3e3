"""What a wide sheet consists of."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reportgen.drawing.canvas import Canvas, Point, Put
from reportgen.drawing.keys import BAR, KEY, WORDS
from reportgen.drawing.style import CSS_DPI


@dataclass(frozen=True)
class Box:
    """A rectangle in CSS pixels, from the upper left corner of a sheet."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def wide(self) -> float:
        return self.right - self.left

    @property
    def tall(self) -> float:
        return self.bottom - self.top

    def touches(self, other: "Box", x: float = 0, y: float = 0) -> bool:
        """Do they come within so many pixels of each other."""
        return (
            self.left < other.right + x
            and other.left < self.right + x
            and self.top < other.bottom + y
            and other.top < self.bottom + y
        )


def around(boxes: Sequence[Box]) -> Box:
    """The box around some boxes."""
    return Box(
        min(b.left for b in boxes),
        min(b.top for b in boxes),
        max(b.right for b in boxes),
        max(b.bottom for b in boxes),
    )


@dataclass(frozen=True)
class Piece:
    """One thing on a wide sheet: where it was put and what it covers, words around it included."""

    artist: Artist
    at: Point
    box: Box
    order: int  # in which it was drawn
    kind: str = "words"  # or "panel" or "line"
    frame: Box | None = None  # of a panel that holds data
    square: bool = False  # a panel with one unit on both axes
    words: str = ""
    over: Axes | None = None  # the panel that it is the caption of
    sign: bool = False  # of a key
    bar: bool = False  # of colours
    begins: bool = False  # words that are anchored at their left end
    bold: bool = False

    def at_hand(self, order: int) -> bool:
        """Is it a panel, or a bar of colours, drawn before something."""
        return self.order < order and (self.bar or self.frame is not None)


def pieces_of(canvas: Canvas, renderer: RendererBase) -> list[Piece]:
    """All that a figure drew below its headline, as it was laid out with this renderer."""
    css = CSS_DPI / canvas.figure.dpi
    found = []
    for order, put in enumerate(canvas.content):
        if put.headline or not put.artist.get_visible():
            continue
        extent = put.artist.get_tightbbox(renderer)
        if extent is None or (isinstance(put.artist, Text) and not put.artist.get_text().strip()):
            continue
        found.append(_piece(put, order, _box(extent, css, canvas.height)))
    return found


def _box(extent: Bbox, css: float, height: float) -> Box:
    return Box(extent.x0 * css, height - extent.y1 * css, extent.x1 * css, height - extent.y0 * css)


def _piece(put: Put, order: int, box: Box) -> Piece:
    artist = put.artist
    if not isinstance(artist, Axes):
        if not isinstance(artist, Text):
            return Piece(artist, put.at, box, order, "line")
        return Piece(
            artist,
            put.at,
            box,
            order,
            words=artist.get_text(),
            over=put.over,
            sign=artist.get_label() in (KEY, WORDS),
            begins=artist.get_horizontalalignment() == "left" and not artist.get_rotation(),
            bold=artist.get_fontweight() == "bold",
        )
    frame = Box(*put.at, put.at[0] + put.size[0], put.at[1] + put.size[1])
    if artist.get_label() == KEY:
        return Piece(artist, put.at, frame, order, "panel", sign=True)
    if artist.get_label() == BAR:
        return Piece(artist, put.at, around([frame, box]), order, "panel", bar=True)
    square = artist.get_aspect() != "auto"
    return Piece(artist, put.at, around([frame, box]), order, "panel", frame, square)
