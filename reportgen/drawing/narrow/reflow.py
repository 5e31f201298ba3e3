"""A wide sheet laid out anew in a narrow room: rows become columns, panels stack, words keep their
size.

Bands of a sheet are cut where nothing crosses them, first across, then down, and again within. What
stood side by side wraps like words; what cannot be cut is squeezed, its panels alone, since names
and numbers beside them keep their size.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from reportgen.drawing.narrow.atoms import Atom, body_of, box_of
from reportgen.drawing.narrow.columns import apart_from_keys, in_line, level, with_their_bars
from reportgen.drawing.narrow.extra_lines import LINE, crowded, higher, lower
from reportgen.drawing.narrow.lines import (
    BETWEEN,
    LEAST,
    MOST,
    alike,
    caption_width,
    in_lines,
    scale_of,
    widths,
    with_panels,
)
from reportgen.drawing.narrow.pieces import Box, Piece
from reportgen.drawing.narrow.row_names import NAMES, long_names, unnamed, without
from reportgen.drawing.narrow.stretches import Move, Stretch, covered, stretched
from reportgen.drawing.narrow.wrapping import lines_of

CLOSE = 10  # CSS pixels below which lines are those of one text
APART = 30  # CSS pixels at most between what stands one below another


def reflow(atoms: Sequence[Atom], left: float, top: float, room: float) -> tuple[list[Move], float]:
    """Where every piece goes in a column of this width, and where the column ends."""
    bands = _paragraphs(cut([atom for atom in atoms if not atom.sentence], across=True))
    bands = with_their_bars(bands)
    sentences = [atom for atom in atoms if atom.sentence]
    for sentence in sorted(sentences, key=lambda atom: (atom.box.top, atom.box.left)):
        after = [i for i, band in enumerate(bands) if _follows(sentence.box, band)]
        bands.insert(max(after, default=-1) + 1, [sentence])
    return _column(bands, left, top, room)


def _paragraphs(bands: Sequence[list[Atom]]) -> list[list[Atom]]:
    """Bands, of which those that are lines of a text, close to one another, are one."""
    joined: list[list[Atom]] = []
    for band in bands:
        lines = [*joined[-1], *band] if joined else []
        close = joined and box_of(band).top - box_of(joined[-1]).bottom < CLOSE
        if close and all(atom.loose for atom in lines):
            joined[-1] = lines
        else:
            joined.append(band)
    return joined


def _follows(sentence: Box, band: Sequence[Atom]) -> bool:
    """Does a sentence come after a band: it stands below its beginning, or beside it."""
    box = box_of(band)
    if band[0].sentence:
        return sentence.top >= box.top
    beside = sentence.left > box.left + 60 and sentence.bottom > box.top
    return sentence.top > box.top + 24 or beside


def _column(
    bands: Sequence[list[Atom]], left: float, top: float, room: float
) -> tuple[list[Move], float]:
    """Bands one below another, no farther apart than they were."""
    moves: list[Move] = []
    above = None
    for band, stacked in zip(bands, in_line(bands)):
        box = box_of(band)
        if above is not None:
            top += min(max(box.top - above, 4), APART)
        more, top = _row(band, left, top, room, stacked)
        moves += more
        above = box.bottom
    return moves, top


def _part(atoms: list[Atom], left: float, top: float, room: float) -> tuple[list[Move], float]:
    """A part of a row, which may be cut again."""
    bands = cut(atoms, across=True)
    if len(bands) > 1:
        return _column(bands, left, top, room)
    return _fitted(atoms, left, top, room)


def cut(atoms: Sequence[Atom], *, across: bool, gap: float = 0) -> list[list[Atom]]:
    """Atoms in bands that nothing crosses, one below another (across) or side by side."""
    low: Callable[[Atom], float] = lambda atom: atom.box.top if across else atom.box.left
    high: Callable[[Atom], float] = lambda atom: atom.box.bottom if across else atom.box.right
    bands: list[list[Atom]] = []
    end = 0.0
    for atom in sorted(atoms, key=low):
        if bands and low(atom) < end + gap:
            bands[-1].append(atom)
            end = max(end, high(atom))
        else:
            bands.append([atom])
            end = high(atom)
    return bands


def _row(
    atoms: list[Atom], left: float, top: float, room: float, stacked: Sequence[Atom] = ()
) -> tuple[list[Move], float]:
    """What stood side by side, in as many lines as it needs; `stacked` stays in line with it."""
    if not any(atom.frames for atom in atoms):
        return _words(atoms, left, top, room)
    groups = with_panels(cut(atoms, across=False))
    if len(groups) == 1:
        return _fitted(groups[0], left, top, room, stacked)
    moves: list[Move] = []
    lines = in_lines(groups, room)
    scales = [scale_of(line, room) for line in lines]
    if alike(groups):
        scales = [min(scales)] * len(lines)
    for number, (line, scale) in enumerate(zip(lines, scales)):
        x, bottom = left, top
        names, beside = unnamed(line[0], groups) if number else ({}, 0.0)
        if names:
            scale, x = min(scale, scale_of(line, room - beside)), x + beside
        laid = []
        for group in line:
            flexible, fixed = widths(group)
            wide = max(flexible * scale + fixed, min(caption_width(group), room / len(line)))
            parts, low = _part(group, x, top, min(left + room - x, wide))
            parts = [replace(m, names=m.names or names.get(m.piece.artist)) for m in parts]
            laid.append((parts, low))
            x += wide + BETWEEN
        for parts, low in level(laid):
            moves += parts
            bottom = max(bottom, low)
        top = bottom + BETWEEN
    return moves, top - BETWEEN


def _words(atoms: list[Atom], left: float, top: float, room: float) -> tuple[list[Move], float]:
    """A row without a panel: columns of lines one after the other, all else like words."""
    columns = cut(atoms, across=False)
    if (
        len(columns) < 2
        or len(columns) > len(atoms) / 2
        or any(p.sign for a in atoms for p in a.pieces)
    ):
        return _flowing(atoms, left, top, room)
    return _column(columns, left, top, room)


def _fitted(
    atoms: list[Atom], left: float, top: float, room: float, stacked: Sequence[Atom] = ()
) -> tuple[list[Move], float]:
    """What cannot be cut: its panels squeezed until it fits, keys and bars of colours below; it is
    as wide as what is `stacked` with it.
    """
    group, rest = apart_from_keys(atoms)
    if not any(atom.frames for atom in group):
        return _flowing(atoms, left, top, room)
    column = [*group, *apart_from_keys(stacked)[0]]
    sides, (flexible, fixed), long = body_of(column), widths(column), set[Piece]()
    if (room - fixed) / flexible < LEAST:
        long = long_names(column)
        sides = without(column, long)
    scale = max(min((room - sides.wide + flexible) / flexible, MOST), 0.1)
    box = replace(box_of(group), left=sides.left, right=sides.right)
    x = stretched(box.left, box.right, covered(group, across=False), scale, left)
    top += max((higher(atom, box, x, left + room) for atom in group), default=0)
    y = stretched(box.top, box.bottom, covered(group, across=True, square=True), scale, top)
    for low, more in crowded(group, room):
        y = y.lowered(low, more)
    most = {piece: NAMES for piece in long}
    moves = [
        Move(p, x, y, left + room, most.get(p, math.inf), scale)
        for atom in group
        for p in atom.pieces
    ]
    end = y(box.bottom) + lower(group, scale)
    if not rest:
        return moves, end
    below, bottom = _flowing(rest, left, end + BETWEEN, room)
    return [*moves, *below], bottom


def _flowing(group: list[Atom], left: float, top: float, room: float) -> tuple[list[Move], float]:
    """Words and keys, one after the other, in lines."""
    moves: list[Move] = []
    x, low = left, top
    for atom in sorted(group, key=lambda a: (round(a.box.top / LINE), a.box.left)):
        wide = min(atom.box.wide, room)
        if x > left and x + wide > left + room:
            x, top = left, low + 5
        rows = max(len(lines_of(p.words, p.box, room)) - p.words.count("\n") for p in atom.pieces)
        line = min(p.box.tall for p in atom.pieces)
        across = Stretch((atom.box.left,), (x,))
        down = Stretch((atom.box.top,), (top,))
        moves += [Move(piece, across, down, left + room) for piece in atom.pieces]
        low = max(low, top + atom.box.tall + 1.1 * line * (rows - 1))
        x += wide + BETWEEN + 4
    return moves, low
