"""What stood in line on a wide sheet stays in line on a narrow one: panels of one height side by
side, panels of one width below one another, and bars of colours below their own panels.
"""

from collections.abc import Sequence
from dataclasses import replace

from reportgen.drawing.narrow.atoms import Atom
from reportgen.drawing.narrow.pieces import Box, around
from reportgen.drawing.narrow.stretches import Move, Stretch

FLUSH = 2  # CSS pixels by which edges that are in line may differ
OVER = 12  # CSS pixels by which the numbers at a bar of colours may reach beyond its panel
UNDER = 44  # CSS pixels at most from a panel, with its names, to its bar of colours

Laid = tuple[list[Move], float]  # moves of a group, and where it ends


def apart_from_keys(atoms: Sequence[Atom]) -> tuple[list[Atom], list[Atom]]:
    """Atoms that keep their places, and keys and bars of colours, which need not."""
    keys = [a for a in atoms if not a.frames and any(p.sign or p.bar for p in a.pieces)]
    return [atom for atom in atoms if atom not in keys], keys


def in_line(bands: Sequence[list[Atom]]) -> list[list[Atom]]:
    """For each band the atoms of others whose panels are one column with its own."""
    sides = [_sides(band) for band in bands]
    return [
        [
            atom
            for other, its in zip(bands, sides)
            if own and its and other is not band and _flush(own, its)
            for atom in other
        ]
        for band, own in zip(bands, sides)
    ]


def _sides(band: Sequence[Atom]) -> Box | None:
    """The frame of the only panel of a band, or around those in one column."""
    frames = [p.frame for atom in band for p in atom.frames if p.frame]
    if not frames or any(not _flush(frames[0], frame) for frame in frames):
        return None
    return around(frames)


def _flush(a: Box, b: Box) -> bool:
    """Do two boxes begin and end in line."""
    return abs(a.left - b.left) < FLUSH and abs(a.right - b.right) < FLUSH


def level(laid: Sequence[Laid]) -> list[Laid]:
    """Groups side by side, lowered so that panels whose upper edges were in line still are."""
    tops = [_top(moves) for moves, _ in laid]
    found = []
    for (moves, low), (old, new) in zip(laid, tops):
        more = max(y for x, y in tops if abs(x - old) < FLUSH or x == old) - new
        found.append(([_lowered(move, more) for move in moves], low + more))
    return found


def _top(moves: Sequence[Move]) -> tuple[float, float]:
    """Upper edge of the uppermost panel on the wide sheet and on the narrow one."""
    tops = [(m.piece.frame.top, m.y(m.piece.frame.top)) for m in moves if m.piece.frame]
    return min(tops, default=(float("-inf"), 0.0))


def _lowered(move: Move, more: float) -> Move:
    return replace(move, y=Stretch(move.y.old, tuple(value + more for value in move.y.new)))


def with_their_bars(bands: Sequence[list[Atom]]) -> list[list[Atom]]:
    """Bands, of which those that hold a bar of colours below each of several panels are one with
    the panels.
    """
    joined: list[list[Atom]] = []
    for band in bands:
        if joined and _bars_of(joined[-1], band):
            joined[-1] = [*joined[-1], *band]
        else:
            joined.append(band)
    return joined


def _bars_of(panels: Sequence[Atom], band: Sequence[Atom]) -> bool:
    """Are there nothing but bars of colours in a band, each right below a panel of its own."""
    frames = [p.frame for atom in panels for p in atom.frames if p.frame]
    bars = [p.box for atom in band for p in atom.pieces if p.bar]
    if len(bars) < 2 or len(bars) < len(band) or any(atom.frames for atom in band):
        return False
    lowest = max((frame.bottom for frame in frames), default=0.0)
    own = [
        [
            i
            for i, frame in enumerate(frames)
            if frame.bottom > lowest - FLUSH
            and frame.left - OVER < bar.left
            and bar.right < frame.right + OVER
            and bar.top - frame.bottom < UNDER
        ]
        for bar in bars
    ]
    return all(len(each) == 1 for each in own) and len({each[0] for each in own}) == len(bars)
