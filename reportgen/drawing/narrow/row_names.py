"""Rows that are named at one panel of several: each panel that moves away needs the names again."""

from collections.abc import Sequence
from dataclasses import replace

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from reportgen.drawing.narrow.atoms import Atom
from reportgen.drawing.narrow.legible import AGAIN
from reportgen.drawing.narrow.pieces import Box, Piece, around

NAMES = 150.0  # CSS pixels from which on a name of a row is long
NAMED = 6  # CSS pixels at the left of a panel from which on its rows have names
FAR = 20  # CSS pixels at most from words that name a row to their panel


def long_names(group: Sequence[Atom]) -> set[Piece]:
    """Names of rows at the left of all panels that are so long that they are better broken."""
    edge = min(p.frame.left for atom in group for p in atom.frames if p.frame)
    words = (p for atom in group for p in atom.pieces if p.kind == "words" and not p.over)
    return {p for p in words if not p.begins and p.box.right <= edge and p.box.wide > NAMES}


def without(group: Sequence[Atom], long: set[Piece]) -> Box:
    """The box around a group once these names are broken."""
    return around(
        [
            replace(p.box, left=p.box.right - NAMES) if p in long else p.box
            for atom in group
            for p in atom.pieces
            if not p.over
        ]
    )


def unnamed(
    group: Sequence[Atom], groups: Sequence[Sequence[Atom]]
) -> tuple[dict[Artist, Piece], float]:
    """Panels of a group whose rows are named at another panel, which stood at their left, and CSS
    pixels that these names need; the first of each row of panels gets them.
    """
    panels = [(piece, atom) for other in groups for atom in other for piece in atom.frames]
    found: dict[Artist, Piece] = {}
    begun: list[Piece] = []
    wide = 0.0
    mine = [(piece, atom) for atom in group for piece in atom.frames]
    for own, around_it in sorted(mine, key=lambda pair: pair[0].at[0]):
        if any(_beside(other, own) for other in begun):
            continue
        begun.append(own)
        rows = [(p, its) for p, its in panels if _beside(p, own) and p.square == own.square]
        beside = [(p, names_beside(p, its)) for p, its in rows]
        named = [(p, names) for p, names in beside if names > NAMED]
        if named and names_beside(own, around_it) <= NAMED:
            found[own.artist] = named[0][0]
            wide = max(wide, named[0][1])
    return found, wide


def names_beside(panel: Piece, atom: Atom) -> float:
    """CSS pixels of names at the left of a panel: its own, and words that end there."""
    frame = panel.frame
    if frame is None:
        return 0.0
    words = [p.box.left for p in atom.pieces if names_row(p, frame)]
    return frame.left - min([panel.box.left, *words])


def names_row(words: Piece, frame: Box) -> bool:
    """Do words at the left of a panel end there."""
    middle = (words.box.top + words.box.bottom) / 2
    return (
        words.kind == "words"
        and not words.begins
        and not words.over
        and frame.left - FAR <= words.box.right <= frame.left
        and frame.top <= middle <= frame.bottom
    )


def _beside(left: Piece, right: Piece) -> bool:
    """Do two panels stand in one row, as tall as each other."""
    a, b = left.frame, right.frame
    return (
        a is not None
        and b is not None
        and a.left < b.left
        and abs(a.top - b.top) + abs(a.bottom - b.bottom) < 2
    )


def _written(axes: Axes) -> dict[float, str]:
    """What can be read along the vertical axis of a panel, by where it stands; ticks beyond its
    limits, which matplotlib keeps too, would widen these where they are set again.
    """
    low, high = sorted(axes.get_ylim())
    labels = zip(axes.get_yticks().tolist(), axes.get_yticklabels())
    return {
        at: label.get_text()
        for at, label in labels
        if low <= at <= high and label.get_visible() and label.get_text()
    }


def name_again(source: Axes, target: Axes) -> None:
    """Give the rows of a panel the names of another one with the same rows."""
    (low, high), (own, end) = source.get_ylim(), target.get_ylim()

    def to_own(at: float) -> float:
        """Where a row of the other panel is on this one."""
        return own + (at - low) / (high - low) * (end - own)

    names = {to_own(at): said for at, said in _written(source).items()}
    if not target.axison:
        for at, said in names.items():
            look = source.get_yticklabels()[0]
            target.annotate(
                said,
                (0, at),
                (-3, 0),
                xycoords=target.get_yaxis_transform(),
                textcoords="offset points",
                annotation_clip=False,
                ha="right",
                va="center",
                size=look.get_fontsize(),
                color=look.get_color(),
            )
    elif names and not _written(target):
        plain = {} if len(target.get_yticks()) else dict(length=0)
        target.set_yticks(list(names), list(names.values()))
        target.tick_params(axis="y", labelleft=True, pad=3, **plain)
    for text in source.texts:
        if isinstance(text, Annotation) and text.xy[0] == 0 and not text.get_annotation_clip():
            target.annotate(
                text.get_text(),
                (0, to_own(text.xy[1])),
                text.xyann,
                xycoords=target.get_yaxis_transform(),
                textcoords="offset points",
                annotation_clip=False,
                size=text.get_fontsize(),
                weight=text.get_fontweight(),
                color=text.get_color(),
                label=AGAIN,
            )
