"""How much more room words need where they have to be broken."""

from collections.abc import Sequence

from matplotlib.axes import Axes

from reportgen.drawing.canvas import Point, width_of
from reportgen.drawing.narrow.atoms import SENTENCE, Atom
from reportgen.drawing.narrow.pieces import Box, Piece
from reportgen.drawing.narrow.stretches import Stretch
from reportgen.drawing.narrow.wrapping import caption_lines, lines_of
from reportgen.drawing.style import SMALL

LINE = 13  # CSS pixels of a line of small words
GAP = 8  # CSS pixels at least between words in a row
NAME = 4  # letters from which on a name along an axis is no number
MANY = 6  # words in a row at most that are broken where they have no room


def crowded(group: Sequence[Atom], room: float) -> list[Point]:
    """Lower edges of rows of words that have no room side by side, and how much more they need
    once they are broken.
    """
    rows: dict[int, list[Piece]] = {}
    for piece in (p for atom in group for p in atom.pieces):
        if piece.words and not piece.over and piece.box.wide < SENTENCE:
            rows.setdefault(round(piece.at[1]), []).append(piece)
    found = []
    for row in rows.values():
        own = room / len(row) - GAP
        if sum(p.box.wide for p in row) > room - GAP * len(row) and len(row) <= MANY:
            lines = max(len(lines_of(p.words, p.box, own)) for p in row)
            found.append((max(p.box.bottom for p in row), (lines - 1) * float(LINE)))
    return found


def higher(atom: Atom, box: Box, x: Stretch, right: float) -> float:
    """CSS pixels that the caption of a panel at the top needs more, since it is broken."""
    caption = [piece for piece in atom.pieces if piece.over and piece.box.top < box.top + LINE]
    if not caption:
        return 0.0
    name, note = (" ".join(p.words for p in caption if p.bold == bold) for bold in (True, False))
    return LINE * (len(caption_lines(name, note, right - x(caption[0].at[0]))) - 1)


def wordy(name: str) -> bool:
    """Is a name along an axis more than a number or a token of a few letters."""
    return sum(letter.isalpha() for letter in name) >= NAME


def lower(group: Sequence[Atom], scale: float) -> float:
    """CSS pixels that names below the lowest panels need more, since every second one has a line of
    its own.
    """
    frames = [(p.frame, p.artist) for atom in group for p in atom.frames if p.frame]
    lowest = max(frame.bottom for frame, _ in frames)
    for frame, axes in frames:
        if frame.bottom == lowest and isinstance(axes, Axes):
            names = [label.get_text() for label in axes.get_xticklabels() if label.get_visible()]
            room = frame.wide * scale / max(1, len(names)) - GAP / 2
            if names and all(map(wordy, names)) and any(width_of(n, SMALL) > room for n in names):
                return float(LINE)
    return 0.0
