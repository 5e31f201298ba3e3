"""What a token is called in a figure: itself, or something short where it is too wide for a cell,
or a number where no font has its characters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from unicodedata import bidirectional

import regex

from reportgen.drawing.canvas import width_of
from reportgen.drawing.fonts import coverage, family
from reportgen.drawing.settings import plain
from reportgen.drawing.style import TOKEN

WIDEST = 28  # CSS pixels: a cell of the narrowest strips, with some air
GONE = "…"
NUMBER = "#"  # begins the name of a token that is called by its id
TO_THE_RIGHT = "\u200e"  # a mark that cannot be seen: what stands beside it runs from left to right
# what no font shows, and what shows nothing by itself
UNSEEN = regex.compile(r"\p{C}|\p{Default_Ignorable_Code_Point}")
CLUSTER = regex.compile(r"\X")


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


def readable(names: Sequence[str], short: Sequence[str], widest: float) -> tuple[str, ...]:
    """Whole names where they can be drawn and are not too wide, short ones elsewhere."""
    whole = [
        name if _has_glyphs(name) and sum(map(_wide, CLUSTER.findall(name))) <= widest else other
        for name, other in zip(names, short)
    ]
    return (
        tuple(other if whole.count(name) > 1 else name for name, other in zip(whole, short))
        if len(set(whole)) < len(whole)
        else tuple(whole)
    )


def numbered(names: Sequence[str], short: Sequence[str]) -> dict[str, str]:
    """The tokens that are called by a number, name -> the whole token."""
    return {name: whole for name, whole in zip(short, names) if name != whole and name[0] == NUMBER}


def legend(
    called: Mapping[str, str],
    words: Iterable[str],
    signs: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Sentences that say what the signs and the numbers stand for that occur in the words of a
    picture; nothing where none does.

    `called` are the tokens of the numbers, `signs` what a reader is told of each sign.
    """
    said = tuple(words)
    found = {number for text in said for number in re.findall(rf"{NUMBER}+\d+", text)}
    told = ", ".join(f"{n} is {_apart(whole)}" for n, whole in called.items() if n in found)
    stand = [f"{sign} {m}" for sign, m in signs.items() if any(sign in text for text in said)]
    return " ".join(
        sentence
        for sentence in (
            ", ".join(stand).replace(" ", " is ", 1) + "." if stand else "",
            f"A number stands for a token that has no glyph in the fonts, or no room: {told}."
            if told
            else "",
        )
        if sentence
    )


def in_line(name: str) -> str:
    """A name as it stands in a line with others: one that runs from right to left turns around
    nothing but itself.
    """
    return f"{TO_THE_RIGHT}{name}{TO_THE_RIGHT}" if _turned(name) else name


def _turned(name: str) -> bool:
    return any(bidirectional(c) in ("R", "AL", "AN") for c in name)


def _apart(token: str) -> str:
    """A token that runs from right to left stands in a line that runs from left to right, and moves
    nothing there.
    """
    return f"\u2068{token}\u2069" if _turned(token) else token


def _shortened(name: str, index: int) -> Iterator[str]:
    """Ever worse names: the number of one that cannot be seen, its beginning, beginning and end,
    and its id.
    """
    if re.fullmatch("U\\+[0-9A-F]{4,6}", name):
        yield name[2:]
    if _has_glyphs(name):
        letters = CLUSTER.findall(name)
        for last in ("", letters[-1]):
            yield from (
                s
                for head in range(len(letters), 0, -1)
                if _fits(s := "".join(letters[:head]).rstrip() + GONE + last)
            )
    sign = NUMBER
    while True:  # a token may be called so itself
        yield f"{sign}{index}"
        sign += NUMBER


def _has_glyphs(name: str) -> bool:
    """Can every character be drawn, each with its marks in one font, in which they find their
    places.
    """
    if UNSEEN.match(name):
        return False
    for cluster in CLUSTER.findall(name):
        seen = UNSEEN.sub("", cluster)
        font = next((font for font in coverage() if seen[:1] in font), frozenset())
        if seen and not font.issuperset(seen):
            return False
    return True


def _fits(name: str) -> bool:
    return _fits_in(name, tuple(family()))


@cache
def _fits_in(name: str, fonts: tuple[str, ...]) -> bool:
    if not _has_glyphs(name):
        return False
    # letters that stand side by side: only near the limit the name itself has to be set
    about = sum(map(_wide, CLUSTER.findall(name)))
    if not 0.8 * WIDEST < about < 1.25 * WIDEST:
        return about < WIDEST
    with plain({"text.parse_math": False}):
        return width_of(name, TOKEN, "bold") <= WIDEST


def _wide(letter: str) -> float:
    """Set width of a letter between two others."""
    with plain({"text.parse_math": False}):
        return width_of(f"m{letter}m", TOKEN, "bold") - width_of("mm", TOKEN, "bold")
