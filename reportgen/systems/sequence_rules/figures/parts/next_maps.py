"""Maps from the last token to the next one, named by token on both sides."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize

from reportgen.drawing.canvas import PX, Canvas, width_of
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import BODY, SMALL
from reportgen.drawing.views import if_wide

SIDE = 300  # CSS pixels of a map


def next_map(
    canvas: Canvas,
    tokens: Sequence[str],
    classes: Mapping[str, str],
    corner: tuple[float, float],
    cmap: Colormap,
    norm: Normalize,
    *,
    digits: int,
) -> Matrix:
    """A map whose rows and columns are named by token; numbers with so many decimals stand in
    cells that have room for them.
    """
    widest = "0." if norm.vmin == 0 else "−0."
    cell = SIDE / len(tokens)
    matrix = Matrix(
        canvas.panel(*corner, SIDE, SIDE),
        canvas.theme,
        cmap,
        norm,
        tokens,
        tokens,
        digits=if_wide(digits, cell, width_of(widest + digits * "0", SMALL) + 4),
    )
    matrix.mesh.set_linewidth(min(1.2, cell / 14))
    name_rows(matrix.axes, canvas, tokens, classes, columns=True)
    return matrix


def name_rows(
    axes: Axes,
    canvas: Canvas,
    tokens: Sequence[str],
    classes: Mapping[str, str],
    *,
    columns: bool = False,
) -> range:
    """Rows, and columns, named by token in the ink of its class, as many as have room; gives the
    rows that have a name.
    """
    cell = SIDE / len(tokens)
    size = BODY if cell >= BODY / PX else SMALL
    axes.set_yticks(np.arange(len(tokens)) + 0.5, tokens)
    axes.tick_params(axis="y", length=0, pad=3)
    for along, labels in (
        ("y", axes.get_yticklabels()),
        *([("x", axes.get_xticklabels())] if columns else []),
    ):
        shown = thinned(tokens, cell, across=along == "x")
        for i, (label, token) in enumerate(zip(labels, tokens)):
            label.set(
                color=canvas.theme.classes[classes[token]],
                weight="bold",
                size=size if along == "y" or width_of(token, size, "bold") < cell else SMALL,
                visible=i in shown,
            )
    if columns:
        axes.set_xlabel("next token", labelpad=2), axes.set_ylabel("last token", labelpad=2)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return thinned(tokens, cell, across=False)
