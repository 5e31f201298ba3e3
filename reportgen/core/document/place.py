"""Where something stands in a text, and what a text says with the places of all it says."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from reportgen.core.document.scalars import Value

Key = tuple[str | int, ...]
LONGEST = 60  # characters of a name in a message


def dotted(key: Key) -> str:
    """A key as messages name it, from the top; a name as long as no key is cut."""
    parts = map(str, key)
    return ".".join(part if len(part) <= LONGEST else f"{part[:LONGEST]}..." for part in parts)


@dataclass(frozen=True)
class Place:
    """Where something stands in a text."""

    line: int  # from 1, as the column
    column: int
    first: int  # characters before it
    end: int  # characters before what follows it

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"

    @classmethod
    def of(cls, event: yaml.Event) -> "Place":
        """The place of an event."""
        mark, end = event.start_mark, event.end_mark
        assert mark is not None  # a parser always says them
        assert end is not None
        return cls(mark.line + 1, mark.column + 1, mark.index, end.index)


@dataclass(frozen=True)
class Problem:
    """Something in a text that may not stand there, though the rest of it can be read."""

    key: Key
    place: Place
    words: str
    lost: bool = True  # has the key no value because of it

    def told(self, path: Path) -> str:
        """The problem in a line."""
        name = dotted(self.key)
        return f"{path}:{self.place}: {name}{': ' if name else ''}{self.words}"


@dataclass
class Document:
    """What a text says, where it says so, and what it may not say."""

    text: str
    values: Value = None
    keys: dict[Key, Place] = field(default_factory=dict)  # of each key, or of an item of a list
    given: dict[Key, Place] = field(default_factory=dict)  # of each value
    problems: list[Problem] = field(default_factory=list)

    def place(self, key: Key) -> Place:
        """The place of a key, or of the nearest one above it that the text has."""
        return next(self.keys[key[:n]] for n in range(len(key), -1, -1) if key[:n] in self.keys)
