"""The title of a figure and its note, in the lines of a narrow sheet."""

from dataclasses import dataclass

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.narrow.wrapping import wrapped
from reportgen.drawing.style import BODY, TITLE

NARROW = 360  # CSS pixels: the content column of a phone
EDGE = 4  # CSS pixels that stay empty at either side
ROOM = NARROW - 2 * EDGE
FIRST, HIGH = 17, 18  # CSS pixels to the first line of the title, and of each
LINE = 15  # CSS pixels of a line of the note


@dataclass(frozen=True)
class Headline:
    """The lines of a title and of its note, and whether a checkpoint stands between them."""

    title: tuple[str, ...]
    note: tuple[str, ...]
    stamped: bool

    @classmethod
    def of(cls, canvas: Canvas) -> "Headline":
        """That of a wide sheet, in lines of a narrow one."""
        title, note = canvas.head
        stamps = [put for put in canvas.content if put.headline and put.at[0] == canvas.width]
        return cls(
            tuple(wrapped(title, TITLE, ROOM, "bold")),
            tuple(wrapped(note.replace("\n", " "), BODY, ROOM)),
            bool(stamps),
        )

    @property
    def titles(self) -> list[tuple[str, float]]:
        """Lines of the title, and where each stands."""
        return [(line, FIRST + HIGH * i) for i, line in enumerate(self.title)]

    @property
    def stamp(self) -> float:
        """Where the checkpoint stands."""
        return FIRST + HIGH * len(self.title) - 1

    @property
    def notes(self) -> list[tuple[str, float]]:
        """Lines of the note, and where each stands."""
        above = self.stamp - (0 if self.stamped else LINE)
        return [(line, above + LINE * (i + 1)) for i, line in enumerate(self.note)]

    @property
    def bottom(self) -> float:
        """Where the last line stands."""
        return self.notes[-1][1] if self.note else self.stamp
