"""What a token is called in a figure: itself, or something short where it is too wide for a cell or no font has its characters."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count
from unicodedata import category

from matplotlib.font_manager import FontProperties, fontManager, get_font

from reportgen.figures.parts.canvas import width_of
from reportgen.figures.parts.settings import plain
from reportgen.figures.style import TOKEN, family

WIDEST = 28  # CSS pixels: a cell of the narrowest strips, with some air
GONE = "…"


def short_names(names: Sequence[str]) -> tuple[str, ...]:
    """A name for each token that fits and that no other token has; most tokens keep theirs."""
    taken = {name for name in names if _fits(name)}
    short = []
    for i, name in enumerate(names):
        short.append(
            name if _fits(name) else next(s for s in _shortened(name, i) if s not in taken)
        )
        taken.add(short[-1])
    return tuple(short)


def drawable(name: str) -> str:
    """A name of any width: characters that no font has, or that cannot be seen, by their numbers."""
    return "".join(c if c in _drawable() else f"U+{ord(c):04X}" for c in name)


def readable(names: Sequence[str], short: Sequence[str], widest: float) -> tuple[str, ...]:
    """Whole names where they can be drawn and are not too wide, short ones elsewhere."""
    whole = [
        name if all(c in _drawable() for c in name) and sum(map(_wide, name)) <= widest else other
        for name, other in zip(names, short)
    ]
    return (
        tuple(other if whole.count(name) > 1 else name for name, other in zip(whole, short))
        if len(set(whole)) < len(whole)
        else tuple(whole)
    )


def _shortened(name: str, index: int) -> Iterator[str]:
    """Ever worse names: the number of its only character, its beginning, beginning and end, and, as many as are wanted, numbers."""
    if len(name) == 1:
        yield f"{ord(name):X}"  # as the tables of Unicode list it
    if re.fullmatch("U\\+[0-9A-F]{4,6}", name):
        yield name[2:]  # the number of one that cannot be seen
    known = "".join(c for c in name if c in _drawable())
    for last in ("", known[-1:]):
        yield from (
            s
            for head in range(len(known), 0, -1)
            if _fits(s := known[:head].rstrip() + GONE + last)
        )
    yield from (f"{GONE}{n}" for n in count(index))


@cache
def _fits(name: str) -> bool:
    if not all(c in _drawable() for c in name):
        return False
    about = sum(
        map(_wide, name)
    )  # letters that stand side by side: only near the limit the name itself has to be set
    if not 0.8 * WIDEST < about < 1.25 * WIDEST:
        return about < WIDEST
    with plain({"text.parse_math": False}):
        return width_of(name, TOKEN, "bold") <= WIDEST


@cache
def _wide(letter: str) -> float:
    """Set width of a letter between two others."""
    with plain({"text.parse_math": False}):
        return width_of(f"m{letter}m", TOKEN, "bold") - width_of("mm", TOKEN, "bold")


@cache
def _drawable() -> frozenset[str]:
    """Every character that one of the fonts of the figures has and that can be seen."""
    files = [fontManager.findfont(FontProperties(family=face, weight="bold")) for face in family()]
    return frozenset(
        c for file in files for c in map(chr, get_font(file).get_charmap()) if category(c)[0] != "C"
    )
