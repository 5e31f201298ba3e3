"""Every weight of the embeddings as heat maps: tokens, positions, and their sums where there is
room for them.
"""

from collections.abc import Iterator, Sequence

from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import BODY, SMALL
from reportgen.drawing.views import if_wide
from reportgen.systems.sequence_rules.figures.parts.cells import in_class_colours
from reportgen.systems.sequence_rules.figures.parts.embeddings import Embeddings

TOP, MAPS = 86, 240  # CSS pixels: upper edge and height of the maps
ROW = 11  # CSS pixels of a row, at least
FEW = 6  # dimensions whose columns are called so
NUMBERED = 15  # CSS pixels of a row that has room for numbers


def dim_names(dims: int) -> list[str]:
    """What columns of dimensions are called: by their numbers alone where they are many."""
    return [f"dim {d}" if dims <= FEW else str(d) for d in range(dims)]


def with_room(names: Sequence[str], cell: float) -> list[str]:
    """Names of columns of this width in CSS pixels; those that have no room are empty."""
    shown = thinned(names, cell, across=True)
    return [name if i in shown else "" for i, name in enumerate(names)]


def row_tall(data: Embeddings) -> float:
    """CSS pixels of a row of the maps."""
    return max(ROW, MAPS / max(len(data.tokens), len(data.position)))


def maps_tall(data: Embeddings) -> float:
    """CSS pixels of the highest of the maps."""
    return row_tall(data) * max(len(data.tokens), len(data.position))


def summed(data: Embeddings) -> int:
    """Dimensions whose sums have a map of their own: all, where there is room for them."""
    dims = data.token.shape[1]
    return dims if dims <= 2 else 0


def embedding_maps(
    canvas: Canvas, data: Embeddings, norm: Normalize, letters: Iterator[str]
) -> list[Matrix]:
    """The heat maps side by side, and the bar that says what their colours are worth."""
    theme, row, many = canvas.theme, row_tall(data), data.token.shape[1]
    positions = [str(p) for p in range(len(data.position))]
    dims = dim_names(many)
    sums = [("Token + position", f"dim {d}") for d in range(summed(data))]
    own, each = (92, (760 - 318 - 30 * (len(sums) - 1)) / len(sums)) if sums else (334, 0)
    second = 30 + own + 52
    kinds = [
        ("Token", "", 30, own, data.tokens, dims),
        ("Position", "", second, own, positions, dims),
        *(
            (*head, 318 + i * (each + 30), each, data.tokens, positions)
            for i, head in enumerate(sums)
        ),
    ]
    maps = []
    for words, note, x, wide, rows, columns in kinds:
        axes = canvas.panel(x, TOP, wide, len(rows) * row)
        maps.append(
            Matrix(
                axes,
                theme,
                theme.signed,
                norm,
                rows,
                with_room(columns, wide / len(columns)),
                digits=if_wide(1, wide / len(columns)) if row >= NUMBERED else None,
            )
        )
        canvas.caption(axes, next(letters), words, note)
        if rows is data.tokens:
            axes.tick_params(axis="y", labelsize=BODY if row >= NUMBERED else SMALL)
            in_class_colours(axes.get_yticklabels(), theme, data.classes, rows)
        if columns is not dims or many > FEW:
            axes.set_xlabel("position" if columns is positions else "dimension", labelpad=2)
    below = min(len(positions) * row + 56, maps_tall(data) + 40)
    signed_bar(canvas, norm, second, TOP + below, 92, "weight")
    return maps
