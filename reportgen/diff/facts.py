"""Facts that moved: beyond what sampling explains, or further than each states that a new
measurement may stray.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reportgen.diff.measured import Fact, Part
from reportgen.diff.numerals import without

ROUNDING = 1e-9  # of a value and its tolerance: what another processor may add
BOTH = "beyond both intervals and its tolerance of {}"
INTERVALS = "beyond both intervals, within its tolerance of {}"
TOLERANCE = "beyond its tolerance of {}, within an interval"
PLAIN = "beyond its tolerance of {}"
CAME, WENT = "it has a value now", "it has no value any more"
ELSE = "measured on something else: {}, was {}"
WORDS = "told in other words"
NOTED = 0.01  # of a number among the details, which have no tolerance: the share it may stray


@dataclass(frozen=True)
class MovedFact:
    """A fact, or one case of it, that is not what it was."""

    id: str
    label: str
    part: str  # the case; empty for the fact itself
    old: str
    new: str
    how: str


@dataclass(frozen=True)
class Named:
    """A fact, or a claim, that there was not, or is no more."""

    id: str
    label: str
    said: str  # its value, or its verdict


@dataclass(frozen=True)
class Facts:
    """What became of all facts."""

    moved: tuple[MovedFact, ...]
    came: tuple[Named, ...]
    went: tuple[Named, ...]
    within: int  # that differ no further than they may
    same: int


def compare(old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Facts:
    """What became of all facts, in the order of their names."""
    moved: list[MovedFact] = []
    within = same = 0
    for name in sorted(old.keys() & new.keys()):
        found = list(_moved(name, old[name], new[name]))
        moved += found
        unlike = not found and old[name]["value"] != new[name]["value"]
        within += unlike
        same += not found and not unlike
    return Facts(tuple(moved), _only(new, old), _only(old, new), within, same)


def _only(these: Mapping[str, Fact], others: Mapping[str, Fact]) -> tuple[Named, ...]:
    names = sorted(these.keys() - others.keys())
    return tuple(Named(name, these[name]["label"], these[name]["text"]) for name in names)


def _moved(name: str, old: Fact, new: Fact) -> Iterator[MovedFact]:
    """A fact and its cases, as far as they moved; its details only where nothing else did."""
    tolerance, label = new["tolerance"], new["label"]
    nothing = True
    for part, before, now in _pairs(old, new):
        how = apart(before, now, tolerance)
        if how:
            nothing = False
            yield MovedFact(name, label, part, told(before), told(now), how)
    for kind, words in _references(old, new):
        nothing = False
        yield MovedFact(name, label, kind, *words)
    first, second = old.get("details"), new.get("details")
    if nothing and first is not None and second is not None and (found := _details(first, second)):
        yield MovedFact(name, label, "details", *found)


def _pairs(old: Fact, new: Fact) -> Iterator[tuple[str, Part | None, Part | None]]:
    """The fact itself, and each of its cases."""
    yield "", old, new
    before, now = dict(old["parts"]), dict(new["parts"])
    for part in dict.fromkeys([*before, *now]):
        yield part, before.get(part), now.get(part)


def apart(old: Part | None, new: Part | None, tolerance: float) -> str:
    """How a number moved, in words; empty where it did not.

    It moved where each value lies beyond the other's interval, or where they are further apart than
    the fact's tolerance; within its tolerance and with the same words for the reader it did not.
    """
    if old is None or new is None:
        return "a case that there was not" if old is None else "a case that is no more"
    if old["unit"] != new["unit"] or without(old["of"]) != without(new["of"]):
        return ELSE.format(f"{new['of']} ({new['unit']})", f"{old['of']} ({old['unit']})")
    first, second = old["value"], new["value"]
    if first is None or second is None:
        if first is not None or second is not None:
            return CAME if first is None else WENT
        return WORDS if old["text"] != new["text"] else ""
    by = abs(second - first)
    free = ROUNDING * max(1.0, abs(first), abs(second))
    far = by > tolerance + free
    outside = _outside(old, second) and _outside(new, first) and by > free
    stated = f"{tolerance:g}"
    if far:
        sampled = not (_free(old) and _free(new))
        return (BOTH if outside and sampled else TOLERANCE if sampled else PLAIN).format(stated)
    if outside and not (_free(old) and _free(new)) and told(old) != told(new):
        return INTERVALS.format(stated)
    return ""


def _free(part: Part) -> bool:
    """Has it no interval: every case there is was tried, or too few were."""
    return part["low"] is None or part["high"] is None


def _outside(part: Part, value: float) -> bool:
    """Does a value lie beyond the interval of a number; where that has none, is it another one."""
    low, high = part["low"], part["high"]
    if low is None or high is None:
        return value != part["value"]
    return not low <= value <= high


def told(part: Part | None) -> str:
    """A number as a reader meets it."""
    if part is None:
        return ""
    return f"{part['text']} ({part['interval']})" if part["interval"] else part["text"]


def _references(old: Fact, new: Fact) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """What a fact is compared with, where that moved further than the fact may."""
    pairs = (("baseline", old["baseline"], new["baseline"]), ("floor", old["floor"], new["floor"]))
    for kind, first, second in pairs:
        words = [
            f"{each['label']}: {each['value']:.4g}" if each else "" for each in (first, second)
        ]
        if (first is None) != (second is None):
            yield kind, (words[0], words[1], f"its {kind} {'came' if second else 'went'}")
        elif first and second:
            free = new["tolerance"] + ROUNDING * max(1.0, abs(first["value"]))
            if abs(first["value"] - second["value"]) > free:
                yield kind, (words[0], words[1], PLAIN.format(f"{new['tolerance']:g}"))


def _details(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str, str, str] | None:
    """The first of the further values of a fact that is another one, and how many are."""
    before, now = dict(_flat(old, "")), dict(_flat(new, ""))
    places = dict.fromkeys([*before, *now])
    unlike = [at for at in places if not _alike(before.get(at), now.get(at))]
    if not unlike:
        return None
    first = unlike[0]
    shown = [f"{first}: {each}" for each in (before.get(first, "none"), now.get(first, "none"))]
    return shown[0], shown[1], f"{len(unlike)} of {len(places)} further values are others"


def _flat(value: object, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(each, f"{place} / {key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for i, each in enumerate(value):
            yield from _flat(each, f"{place} / {i}")
    else:
        yield place, value


def _alike(old: object, new: object) -> bool:
    """Are two further values the same as far as they need to be; their numbers have no tolerance of
    their own.
    """
    if isinstance(old, str) and isinstance(new, str):
        return without(old) == without(new)
    numbers = isinstance(old, int | float) and isinstance(new, int | float)
    if numbers and not isinstance(old, bool) and not isinstance(new, bool):
        first, second = float(str(old)), float(str(new))
        return abs(first - second) <= NOTED * max(abs(first), abs(second)) + ROUNDING
    return old == new
