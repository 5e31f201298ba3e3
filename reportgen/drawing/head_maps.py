"""Attention maps of all heads of all layers for one long sequence, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.matrices import Matrix, name_tokens
from reportgen.drawing.style import Theme

GAP, LEFT = 44, 34  # CSS pixels between maps, and left of the first one, for the names of rows


@dataclass(frozen=True)
class Layout:
    """Where the maps stand: rows and columns of squares."""

    columns: int
    rows: int
    side: float
    left: float


def layout(count: int, width: float, tallest: float | None = None, head: float = 40) -> Layout:
    """Squares for so many maps: two a row on a page, or as many as fit into a height."""
    best = Layout(1, count, 0, 0)
    for columns in range(1, count + 1) if tallest else (min(2, count),):
        rows = -(-count // columns)
        side = (width - LEFT - GAP * (columns - 1)) / columns
        side = min(side, 340 if tallest is None else (tallest - head * rows) / rows)
        if side > best.side:
            best = Layout(
                columns,
                rows,
                side,
                LEFT + (width - LEFT - columns * side - GAP * (columns - 1)) / 2,
            )
    return best


class HeadMaps:
    """One map of attention a head; `marked` cells are framed: the positions where prefix matching
    would look.
    """

    def __init__(
        self,
        canvas: Canvas,
        names: Sequence[str],
        tokens: Sequence[str],
        classes: dict[str, str],
        top: float,
        place: Layout,
        head: float = 40,
        x: float = 0,
    ) -> None:
        self.maps: list[Matrix] = []
        self.axes: list[Axes] = []
        count, theme = len(tokens), canvas.theme
        for i, name in enumerate(names):
            row, column = divmod(i, place.columns)
            axes = canvas.panel(
                x + place.left + column * (place.side + GAP),
                top + row * (place.side + head),
                place.side,
                place.side,
            )
            self.maps.append(Matrix(axes, theme, theme.probability, Normalize(0, 1), count, count))
            name_tokens(axes, theme, tokens, classes, columns=True)
            canvas.caption(axes, "abcdefgh"[i % 8], name)
            self.axes.append(axes)

    def mark(self, theme: Theme, cells: np.ndarray) -> None:
        """Frame cells [(query, key)] in every map by a line along them."""
        for axes in self.axes:
            for query, key in cells:
                axes.plot(
                    [key, key + 1, key + 1, key, key],
                    [query, query, query + 1, query + 1, query],
                    color=theme.outcomes["obeyed"],
                    lw=0.8,
                    zorder=4,
                )

    def set(self, patterns: np.ndarray) -> None:
        """Attention [head, query, key]; the future is masked."""
        for cells, values in zip(self.maps, patterns):
            cells.set(np.where(np.tri(len(values), dtype=bool), values, np.nan))
