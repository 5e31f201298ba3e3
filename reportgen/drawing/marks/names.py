"""What readers call rows, columns and points of a panel: names that were written there by hand, and
those along its axes.
"""

from collections.abc import Iterable, Sequence
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter, NullLocator
from matplotlib.typing import ColorType

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.keys import KEY, WORDS
from reportgen.measure.numbers import THIN

LEADER = "leader"  # label of a line that leads from a point to its name
NEAR = 1e-6  # of the numbers along an axis: what two that are the same may be off
Along = Literal["x", "y"]
Named = tuple[float, float, str]  # a point of a panel and its name
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

CELLS: WeakKeyDictionary[Axes, dict[Along, list[str]]] = WeakKeyDictionary()
EACH: WeakKeyDictionary[Axes, list[list[str]]] = WeakKeyDictionary()
POINTS: WeakKeyDictionary[Axes, list[Named]] = WeakKeyDictionary()


def at_position(token: str, position: int | None) -> str:
    """A token with its position as an index."""
    return token if position is None else f"{token}{str(position).translate(LOWERED)}"


def name_cells(axes: Axes, along: Along, names: Sequence[str]) -> None:
    """Remember what the rows (y) or columns (x) of a panel are called."""
    CELLS.setdefault(axes, {})[along] = list(names)


def name_each(axes: Axes, names: Sequence[Sequence[str]]) -> None:
    """Remember what each cell [row, column] of a panel shows, where a row holds different things
    than the next one.
    """
    EACH[axes] = [list(row) for row in names]


def name_points(axes: Axes, points: Iterable[Named]) -> None:
    """Remember what points of a panel are called, instead of those named before."""
    POINTS[axes] = list(points)


def cell_names(axes: Axes, along: Along, edges: np.ndarray) -> list[str]:
    """Names of rows (y) or columns (x) between these edges; empty where there is none."""
    middles: list[float] = ((edges[1:] + edges[:-1]) / 2).tolist()
    known = CELLS.get(axes, {}).get(along, [])
    if len(known) == len(middles):
        return known
    ticks = ticked(axes.yaxis if along == "y" else axes.xaxis)
    return [_at(ticks, middle) for middle in middles]


def point_name(axes: Axes, x: float, y: float) -> str:
    """The name of a point, if it has one."""
    return " ".join(name for at, up, name in POINTS.get(axes, ()) if _near(x, at, y, up))


def _near(x: float, at: float, y: float, up: float) -> bool:
    return abs(x - at) <= NEAR * max(1.0, abs(at)) and abs(y - up) <= NEAR * max(1.0, abs(up))


def ticked(axis: Axis) -> dict[float, str]:
    """Words along an axis by the number at which they stand: none where they say that number."""
    locator, formatter = axis.get_major_locator(), axis.get_major_formatter()
    if not isinstance(locator, FixedLocator) or not isinstance(
        formatter, FixedFormatter | FuncFormatter
    ):
        return {}
    words = {float(at): str(formatter(at, i)) for i, at in enumerate(locator())}
    return {at: said for at, said in words.items() if said.strip() and not _says(said, at)}


def _says(words: str, number: float) -> bool:
    """Do words only write this number."""
    if words.rstrip().endswith("%"):
        return True
    try:
        return bool(np.isclose(float(words.replace("−", "-").replace(THIN, "")), number))
    except ValueError:
        return False


def _at(ticks: dict[float, str], number: float) -> str:
    return next((said for at, said in ticks.items() if abs(at - number) < NEAR), "")


def said(axis: Axis, numbers: Iterable[float]) -> list[float | str | None]:
    """Numbers along an axis, rounded, or the words that stand there instead."""
    ticks = ticked(axis)
    return [_at(ticks, number) or rounded(number) for number in map(float, numbers)]


def measures(axis: Axis) -> bool:
    """Does an axis say what stands along it, and not only put marks apart."""
    locator = axis.get_major_locator()
    return not isinstance(locator, FixedLocator | NullLocator) or len(locator()) > 0


def rounded(number: float) -> float:
    """To four significant digits, and whole where nothing is lost."""
    near = float(f"{number:.4g}")
    return int(near) if near.is_integer() else near


Ink = tuple[tuple[int, int, int], bool]  # red, green and blue of 255, and whether a line is broken


def inks(canvas: Canvas) -> dict[Ink, str]:
    """What the key of a sheet says of each ink; nothing of one that stands for several things."""
    found: dict[Ink, set[str]] = {}
    for put, after in zip(canvas.content, [*canvas.content[1:], None]):
        sign, beside = put.artist, after.artist if after else None
        if isinstance(sign, Axes) and sign.get_label() == KEY and isinstance(beside, Text):
            for ink in _drawn(sign):
                found.setdefault(ink, set()).add(beside.get_text())
        elif isinstance(sign, Text) and sign.get_label() == WORDS:
            ink = ink_of(sign.get_color())
            if ink != ink_of(canvas.theme.muted):
                found.setdefault(ink, set()).add(sign.get_text())
    return {ink: words.pop() for ink, words in found.items() if len(words) == 1}


def ink_of(colour: ColorType, broken: bool = False) -> Ink:
    """A colour, and whether a line is broken."""
    red, green, blue = to_rgb(colour)
    return (round(red * 255), round(green * 255), round(blue * 255)), broken


def _drawn(sign: Axes) -> set[Ink]:
    """The inks of a sign of a key."""
    lines = {ink_of(line.get_color(), line.is_dashed()) for line in sign.lines}
    fills = [c.get_facecolor() for c in sign.collections] + [
        [p.get_facecolor()] for p in sign.patches
    ]
    return lines | {ink_of(colours[0]) for colours in fills if len(colours)}
