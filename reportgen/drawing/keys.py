"""A key says what the marks of a picture stand for, and lists those alone that are drawn in it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.style import BODY, Colour

# labels of all that belongs to a key, by which it is told from the picture: signs with their words,
# and words without a sign
KEY, WORDS = "key", "key in words"
BAR = "colour bar"  # label of a panel that says what colours are worth
Sign = Callable[[Axes], object]  # draws a mark in a panel from 0 to 1


@dataclass(frozen=True)
class Entry:
    """One mark of a key. A film has one key for all of its frames, so `drawn` is decided over all
    of them.
    """

    words: str
    sign: Sign | None  # None where words in the colour of the mark say enough
    drawn: bool = True  # is there such a mark in the picture, in any frame
    ink: Colour | None = None  # of the words; muted unless it is that of the mark
    weight: str = "normal"


@dataclass(frozen=True)
class Layout:
    """Where signs and words stand, in CSS pixels."""

    wide: float = 12  # of a sign
    tall: float = 12
    rise: float = 10  # from the line that words stand on up to the top of their sign
    beside: float = 17  # from the left edge of a sign to its words
    apart: float = 38  # from one entry to the next, without the width of its words
    size: float = BODY  # points


def key(
    canvas: Canvas, x: float, y: float, entries: Iterable[Entry], layout: Layout | None = None
) -> float:
    """What is drawn of these entries, in a row; gives where a further one would begin."""
    at = layout or Layout()
    for entry in entries:
        if not entry.drawn:
            continue
        if entry.sign is not None:
            axes = canvas.panel(x, y - at.rise, at.wide, at.tall)
            axes.set(xlim=(0, 1), ylim=(0, 1), label=KEY)
            axes.set_axis_off()
            entry.sign(axes)
        canvas.text(
            x + (at.beside if entry.sign else 0),
            y,
            entry.words,
            at.size,
            entry.ink or canvas.theme.muted,
            weight=entry.weight,
            label=KEY if entry.sign else WORDS,
        )
        x += width_of(entry.words, at.size, entry.weight) + at.apart
    return x


def dot(marker: str, colour: Colour, size: float = 34, **look: object) -> Sign:
    """A point of this area."""
    return lambda axes: axes.scatter([0.5], [0.5], marker=marker, s=size, color=[colour]).set(
        **look
    )


def line(colour: Colour, width: float, **look: object) -> Sign:
    """A line across."""
    return lambda axes: axes.plot([0, 1], [0.5, 0.5], color=colour, lw=width)[0].set(**look)


def fill(colour: Colour) -> Sign:
    """A patch of a colour."""
    return lambda axes: axes.axhspan(0, 1, color=colour)


def class_key(
    canvas: Canvas, x: float, y: float, names: Mapping[str, str], shown: Collection[str]
) -> None:
    """Token classes with their marker, since colour never stands alone; of `names`, class -> what a
    reader calls it, those that are `shown`.
    """
    theme = canvas.theme
    key(
        canvas,
        x,
        y,
        [
            Entry(words, dot(theme.markers[kind], ink := theme.classes[kind]), kind in shown, ink)
            for kind, words in names.items()
        ],
    )


OUTCOMES = {
    "obeyed": "obeys the rule",
    "broken": "breaks it",
    "free": "next token is free",
}
TOLD = {"obeyed": "teal", "broken": "magenta", "free": "grey"}


def outcome_key(canvas: Canvas, x: float, y: float, outcomes: Collection[str]) -> float:
    """What teal, magenta and grey say, of these outcomes, with the weight of their lines; gives
    where the next entry would begin.
    """
    theme = canvas.theme
    return key(
        canvas,
        x,
        y,
        [
            Entry(
                words,
                line(theme.outcomes[kind], 2.6 if kind != "free" else 1.3),
                kind in outcomes,
                theme.outcomes[kind] if kind != "free" else theme.muted,
            )
            for kind, words in OUTCOMES.items()
        ],
        Layout(22, 3, 5, 28, 50),
    )


def told(outcomes: Collection[str], words: Mapping[str, str]) -> str:
    """What the colours of outcomes mean, of those that occur: "teal where the rule is obeyed and
    grey where the next token is free".
    """
    *first, last = [
        f"{colour} {words[kind]}"
        for kind, colour in TOLD.items()
        if kind in outcomes and kind in words
    ] or [""]
    return f"{', '.join(first)} and {last}" if first else last
