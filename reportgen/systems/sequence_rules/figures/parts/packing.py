"""Square panels of two sizes that fill a box: large for what matters, small for the rest, whatever
their numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

SMALLEST, LARGEST = 56, 250  # CSS pixels: sides of a panel
# side of a small panel over that of a large one, so that the two differ at a glance
LEAST, MOST = 0.32, 0.62
SHARES = [
    0.3 + 0.025 * i for i in range(25)
]  # of the box's width or height that the large panels may have
WIDER = 0.6  # of a small panel's side, what may lie between two of them beyond the gap, at most
APART = 24  # CSS pixels between the large panels and the small ones


@dataclass(frozen=True)
class Box:
    """A rectangle in CSS pixels from the upper left corner of the sheet."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Packing:
    """Where square panels stand; each has its head room above it, inside the box."""

    large: tuple[Box, ...]
    small: tuple[Box, ...]

    @property
    def filled(self) -> float:
        """Area of all panels in square pixels."""
        return sum(b.width * b.height for b in (*self.large, *self.small))


def pack(box: Box, large: int, small: int = 0, *, head: float = 24, gap: float = 14) -> Packing:
    """Squares with head room above each that fill a box best: the small ones beside or below the
    large ones, or in the row these leave open.

    Where one of the two numbers is zero, all squares are alike. The side of a small square is LEAST
    to MOST of a large one's, and none is smaller than SMALLEST unless nothing else fits. What is
    left of the box's width goes to its two sides, of its height to its end.
    """
    if not large or not small:
        count = large + small
        squares = max(
            (_grid(box, count, c, head, gap) for c in range(1, count + 1)),
            key=lambda g: g[0].width,
            default=(),
        )
        return _centred(box, Packing(squares, ()) if large else Packing((), squares))
    found = [p for c in range(1, large + 1) for p in _mixed(box, large, small, c, head, gap)]
    legible = [p for p in found if p.small[0].width >= SMALLEST]
    return _centred(box, max(legible or found, key=lambda p: p.filled))


def _grid(
    box: Box, count: int, columns: int, head: float, gap: float, side: float = LARGEST
) -> tuple[Box, ...]:
    """Squares in rows, as large as the box and `side` allow."""
    rows = -(-count // columns)
    side = max(
        1.0,
        min(
            side,
            (box.width - (columns - 1) * gap) / columns,
            (box.height - (rows - 1) * gap) / rows - head,
        ),
    )
    return tuple(
        Box(
            box.x + (i % columns) * (side + gap),
            box.y + head + (i // columns) * (side + head + gap),
            side,
            side,
        )
        for i in range(count)
    )


def _mixed(
    box: Box, large: int, small: int, columns: int, head: float, gap: float
) -> Iterator[Packing]:
    """Packings with this many columns of large squares."""
    end: Callable[[Sequence[Box]], tuple[float, float]] = lambda squares: (
        max(b.x + b.width for b in squares),
        max(b.y + b.height for b in squares),
    )
    right, bottom = box.x + box.width, box.y + box.height
    for share in SHARES:
        beside = _grid(Box(box.x, box.y, box.width * share, box.height), large, columns, head, gap)
        x = end(beside)[0] + APART
        yield from _small_in(Box(x, box.y, right - x, box.height), beside, small, head, gap)
        above = _grid(Box(box.x, box.y, box.width, box.height * share), large, columns, head, gap)
        y = end(above)[1] + gap
        yield from _small_in(
            Box(box.x, y, end(above)[0] - box.x, bottom - y), above, small, head, gap
        )
    whole = _grid(box, large, columns, head, gap)
    if large % columns:
        x, y = whole[-1].x + whole[-1].width + gap, whole[-1].y - head
        yield from _small_in(
            Box(x, y, end(whole)[0] - x, end(whole)[1] - y), whole, small, head, gap * 0.7
        )


def _small_in(
    rest: Box, squares: tuple[Box, ...], small: int, head: float, gap: float
) -> Iterator[Packing]:
    """The small squares in the rest of the box, if it holds them, from its left edge to its right
    one where there are enough of them.
    """
    side = squares[0].width
    for columns in range(1, small + 1):
        fitted = _grid(rest, small, columns, head, gap, side * MOST)
        spare = rest.x + rest.width - fitted[columns - 1].x - fitted[0].width
        wider = min(spare / max(1, columns - 1), WIDER * fitted[0].width)
        if fitted[0].width >= side * LEAST:
            yield Packing(
                squares,
                tuple(replace(b, x=b.x + (i % columns) * wider) for i, b in enumerate(fitted)),
            )


def _centred(box: Box, packing: Packing) -> Packing:
    """The same squares in the middle of the box's width."""
    every = (*packing.large, *packing.small)
    spare = box.x + box.width - max((b.x + b.width for b in every), default=box.x + box.width)

    def moved(squares: Sequence[Box]) -> tuple[Box, ...]:
        return tuple(replace(b, x=b.x + spare / 2) for b in squares)

    return Packing(moved(packing.large), moved(packing.small))
