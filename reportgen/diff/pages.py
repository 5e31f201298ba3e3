"""Sentences that changed, page by page; of those whose numbers alone did, how many."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from reportgen.diff.built import Build
from reportgen.diff.numerals import without
from reportgen.diff.sentences import Sentence
from reportgen.files import read


@dataclass(frozen=True)
class Said:
    """A sentence that is another one, came or went."""

    page: str
    old: str
    new: str


@dataclass(frozen=True)
class Pages:
    """What became of all pages."""

    said: tuple[Said, ...]
    came: tuple[str, ...]
    went: tuple[str, ...]
    numbers: int  # sentences whose numbers alone are others


def compare(old: Build, new: Build, named: Collection[str]) -> Pages:
    """What became of all pages, without the blocks of claims that are `named` already."""
    before, now = old.pages or {}, new.pages or {}
    said: list[Said] = []
    numbers = 0
    for place in sorted(before.keys() & now.keys()):
        if read(before[place]) == read(now[place]):
            continue
        first, second = (_left(each.said(place), named) for each in (old, new))
        numbers += sum(pair[0] != pair[1] for pair in _aligned(first, second, alike=True))
        said += [Said(place, *pair) for pair in _aligned(first, second, alike=False)]
    came, went = sorted(now.keys() - before.keys()), sorted(before.keys() - now.keys())
    return Pages(tuple(said), tuple(came), tuple(went), numbers)


def _left(said: list[Sentence], named: Collection[str]) -> list[str]:
    return [each.text for each in said if each.claim not in named]


def _aligned(old: list[str], new: list[str], *, alike: bool) -> Iterator[tuple[str, str]]:
    """Pairs of sentences that differ in nothing but numbers, or those that do otherwise."""
    matcher = SequenceMatcher(None, [*map(without, old)], [*map(without, new)], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if (tag == "equal") == alike:
            yield from zip_longest(old[a:b], new[c:d], fillvalue="")
