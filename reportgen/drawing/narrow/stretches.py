"""How far every part of a sheet moves when it is laid out anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Point
from reportgen.drawing.narrow.atoms import Atom
from reportgen.drawing.narrow.pieces import Piece

HAIR = 0.1  # CSS pixels within which a gap begins


@dataclass(frozen=True)
class Stretch:
    """A map along one axis: knots of the wide sheet, and where they are in the narrow one."""

    old: tuple[float, ...]
    new: tuple[float, ...]

    def __call__(self, value: float) -> float:
        first, last = self.old[0], self.old[-1]
        beyond = min(0.0, value - first) + max(0.0, value - last)
        return float(np.interp(value, self.old, self.new)) + beyond

    def lowered(self, after: float, more: float) -> "Stretch":
        """The same with so much more room after one value."""
        old = sorted({*self.old, after, after + HAIR})
        return Stretch(tuple(old), tuple(self(v) + (more if v > after else 0) for v in old))


@dataclass(frozen=True)
class Move:
    """Where a piece goes, and how wide its words may be."""

    piece: Piece
    x: Stretch
    y: Stretch
    right: float  # edge that its words may not cross
    widest: float = np.inf  # its words, which are broken around their middle
    scale: float = 1.0  # times as wide as it was
    names: Piece | None = None  # the panel whose names of rows it needs, which stood at its left


def stretched(
    low: float, high: float, parts: Sequence[Point], scale: float, start: float
) -> Stretch:
    """The map that changes these parts by a factor and moves all else."""
    old = [low, *(end for part in parts for end in part), high]
    new = [start]
    for i, (a, b) in enumerate(zip(old[:-1], old[1:])):
        new.append(new[-1] + (b - a) * (scale if i % 2 else 1.0))
    return Stretch(tuple(old), tuple(new))


def covered(group: Sequence[Atom], *, across: bool, square: bool = False) -> list[Point]:
    """Intervals that panels cover, along one side of the sheet."""
    frames = [
        piece.frame
        for atom in group
        for piece in atom.frames
        if piece.frame and (piece.square or not square)
    ]
    ends = sorted((f.top, f.bottom) if across else (f.left, f.right) for f in frames)
    merged: list[Point] = []
    for low, high in ends:
        if merged and low <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return merged
