"""The events of a YAML text made into values, one pass, never deeper or larger than allowed.

PyYAML splits the text into events. What they mean is decided here, so that nothing is read by the
rules of YAML 1.1 (`yes`, `0100`, `1:00`, dates, merge keys), and depth, size and aliases are
bounded before anything is made of them.
"""

import yaml

from reportgen.core.document.place import Document, Key, Place, Problem
from reportgen.core.document.scalars import UNBOUNDED, Value, control, is_number, plain

MOST_DEPTH = 20  # mappings and lists within one another
MOST_VALUES = 10_000  # in a text, those that aliases repeat included
MOST_DIGITS = 100  # characters of a number


class Unreadable(Exception):
    """What ends the reading of a text, and where."""

    def __init__(self, place: object, words: str) -> None:
        self.place, self.words = place, words
        super().__init__(words)


class Reader:
    """Makes values of the events of a text, one pass, never deeper or larger than allowed."""

    def __init__(self, text: str) -> None:
        self.found = Document(text)
        self.loader = yaml.SafeLoader(text)
        self.anchors: dict[str, tuple[Value, int] | None] = {}  # with its size; None: being read
        self.count = 0

    def document(self) -> Document:
        """The one document of the text."""
        event = self._next()
        while not isinstance(event, yaml.StreamEndEvent):
            if isinstance(event, yaml.NodeEvent):
                if () in self.found.given:
                    raise Unreadable(
                        Place.of(event), "a second document begins; a file holds one configuration"
                    )
                self.found.values = self._value(event, ())
            event = self._next()
        self.found.keys.setdefault((), Place(1, 1, 0, 0))
        return self.found

    def _next(self) -> yaml.Event:
        """The next event, whatever the library makes of the text."""
        try:
            event: yaml.Event = self.loader.get_event()
            return event
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark or self.loader.get_mark()
            raise Unreadable(f"{mark.line + 1}:{mark.column + 1}", str(error.problem)) from error
        except (ValueError, OverflowError) as error:  # escapes and versions that are no numbers
            mark = self.loader.get_mark()
            raise Unreadable(
                f"{mark.line + 1}:{mark.column + 1}", "an escape or a version that is no number"
            ) from error

    def _value(self, event: yaml.Event, key: Key) -> Value:
        place = Place.of(event)
        self.found.keys.setdefault(key, place)
        self.found.given[key] = place
        before = self.count
        self._count(1, place)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event.anchor, place)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if len(key) > MOST_DEPTH:
            raise Unreadable(place, f"more than {MOST_DEPTH} mappings and lists in one another")
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        if event.tag is not None:
            self._problem(
                key,
                place,
                f"got the tag {event.tag}, allowed: no tags; a text stands in quotes, "
                "anything else as it is",
            )
        value: Value
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event, key, place)
        else:
            inside = self._mapping if isinstance(event, yaml.MappingStartEvent) else self._list
            value = inside(key)
        if event.anchor is not None:
            self.anchors[event.anchor] = value, self.count - before
        return value

    def _count(self, more: int, place: Place) -> None:
        self.count += more
        if self.count > MOST_VALUES:
            raise Unreadable(
                place, f"more than {MOST_VALUES:,} values, those that aliases repeat included"
            )

    def _alias(self, anchor: str | None, place: Place) -> Value:
        if anchor is None or anchor not in self.anchors:
            raise Unreadable(place, f"nothing before has the anchor &{anchor}")
        named = self.anchors[anchor]
        if named is None:
            raise Unreadable(place, f"*{anchor} stands within what it names, without end")
        self._count(named[1], place)
        return named[0]

    def _list(self, key: Key) -> Value:
        items: list[Value] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._value(event, (*key, len(items))))
        return items

    def _mapping(self, key: Key) -> Value:
        values: dict[str, Value] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            place = Place.of(event)
            name = self._name(event, key, place)
            inner = (*key, name)
            if name in values:
                first = self.found.keys[inner]
                words = f"given twice, first at {first}; keep one of them"
                self.found.problems.append(Problem(inner, place, words, lost=False))
                self._aside(self._next(), inner)
                continue
            self.found.keys[inner] = place
            values[name] = self._value(self._next(), inner)
        return values

    def _name(self, event: yaml.Event, key: Key, place: Place) -> str:
        """A key of a mapping, which is a text."""
        if isinstance(event, yaml.ScalarEvent) and event.tag is None:
            name = event.value
            bare = event.implicit[0]
            if bare and name == "<<":
                self._problem((*key, name), place, "no merge keys in YAML 1.2; write the keys out")
            elif bare and (is_number(name) or not isinstance(plain(name), str)):
                self._problem((*key, name), place, "got a key that is no text; put it in quotes")
            elif wrong := control(name):
                raise Unreadable(place, f"a key with the control character {wrong!r}")
            return str(name)
        raise Unreadable(place, "a key is a text, without tag or alias")

    def _aside(self, event: yaml.Event, key: Key) -> None:
        """Read a value that does not count, for what is wrong within it."""
        kept = dict(self.found.keys), dict(self.found.given)
        self._value(event, key)
        self.found.keys, self.found.given = kept

    def _problem(self, key: Key, place: Place, words: str) -> None:
        self.found.problems.append(Problem(key, place, words))

    def _scalar(self, event: yaml.ScalarEvent, key: Key, place: Place) -> Value:
        text: str = event.value
        if wrong := control(text):
            self._problem(key, place, f"holds the control character {wrong!r}; take it out")
            return None
        if not event.implicit[0]:
            return text
        if len(text) > MOST_DIGITS and is_number(text):
            self._problem(
                key, place, f"a number of {len(text):,} characters, allowed: at most {MOST_DIGITS}"
            )
            return None
        value = plain(text)
        if value in (float("inf"), float("-inf")) and not UNBOUNDED.fullmatch(text):
            self._problem(key, place, f"got {text}, which is too large for a number")
        return value
