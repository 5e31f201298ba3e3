"""Rows that are named at one panel of several: each panel that moves away needs the names again."""

from collections.abc import Sequence
from dataclasses import replace

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.text import Annotation

from reportgen.drawing.narrow.atoms import Atom
from reportgen.drawing.narrow.pieces import Box, Piece, around

NAMES = 150.0  # CSS pixels from which on a name of a row is long
NAMED = 6  # CSS pixels at the left of a panel from which on its rows have names


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
        ]
    )


def unnamed(group: Sequence[Atom], groups: Sequence[Sequence[Atom]]) -> dict[Artist, Piece]:
    """Panels of a group whose rows are named at another panel, which stood at their left."""
    panels = [piece for other in groups for atom in other for piece in atom.frames]
    found = {}
    for own in (piece for atom in group for piece in atom.frames):
        named = [p for p in panels if _beside(p, own) and margin(p) > NAMED >= margin(own)]
        if named:
            found[own.artist] = named[0]
    return found


def margin(panel: Piece) -> float:
    """CSS pixels of names at the left of a panel."""
    return panel.frame.left - panel.box.left if panel.frame else 0.0


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
    if source.get_ylim() != target.get_ylim():
        return
    names = _written(source)
    if names and not _written(target):
        plain = {} if len(target.get_yticks()) else dict(length=0)
        target.set_yticks(list(names), list(names.values()))
        target.tick_params(axis="y", labelleft=True, pad=3, **plain)
    for text in source.texts:
        if isinstance(text, Annotation) and text.xy[0] == 0 and not text.get_clip_on():
            target.annotate(
                text.get_text(),
                text.xy,
                text.xyann,
                xycoords=target.get_yaxis_transform(),
                textcoords="offset points",
                annotation_clip=False,
                size=text.get_fontsize(),
                weight=text.get_fontweight(),
                color=text.get_color(),
            )
