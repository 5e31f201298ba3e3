"""Words that are wider than their room."""

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from reportgen.drawing.canvas import PX, width_of
from reportgen.drawing.fonts import family
from reportgen.drawing.narrow.pieces import Box
from reportgen.drawing.style import PANEL, SMALL


def lines_of(words: str, box: Box, room: float) -> list[str]:
    """Words that cover a box, in lines no wider than a room; each letter is taken to be as wide as
    they are on average.
    """
    lines = words.split("\n")
    letter = box.wide / max(1, *map(len, lines), 1)
    return [piece for line in lines for piece in broken(line, room, letter)]


def broken(line: str, room: float, letter: float) -> list[str]:
    """One line in several, broken between words."""
    most = int(room / letter) if letter else len(line)
    if len(line) <= most:
        return [line]
    found, now = [], ""
    for word in line.split(" "):
        if now and len(now) + 1 + len(word) > most:
            found.append(now.strip())
            now = word
        else:
            now = f"{now} {word}" if now else word
    return [*found, now.strip()]


def wrapped(words: str, size: float, room: float, weight: str = "normal") -> list[str]:
    """Words in lines that fit into a room of CSS pixels."""
    lines: list[str] = []
    for word in words.split(" "):
        if lines and _advance(f"{lines[-1]} {word}", size, weight) <= room:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return [line.strip() for line in lines]


def _advance(words: str, size: float, weight: str) -> float:
    """How far words set in this size reach, found without the outlines of their letters."""
    look = FontProperties(family=family(), weight=weight, size=size)
    return float(text_to_path.get_text_width_height_descent(words, look, ismath=False)[0] / PX)


def caption_lines(words: str, note: str, room: float) -> list[list[tuple[str, bool]]]:
    """Lines of a panel's caption, each of words that are bold or not; the note stands beside the
    name where there is room.
    """
    if not words:
        return [[(line, False)] for line in wrapped(note, SMALL, room)]
    name = wrapped(words, PANEL, room, "bold")
    beside = width_of(words, PANEL, "bold") + 7 + width_of(note, SMALL) if note else 0
    if note and len(name) == 1 and beside <= room:
        return [[(words, True), (note, False)]]
    notes = wrapped(note, SMALL, room) if note else []
    return [*([(line, True)] for line in name), *([(line, False)] for line in notes)]
