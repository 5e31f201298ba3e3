"""Blocks of matrices over the positions of one sequence: its head above, rows of matrices that
share their rows of cells below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Colormap, Normalize

from reportgen.drawing.answers import AnswerColumn
from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.matrices import Matrix, name_tokens
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import SMALL
from reportgen.systems.sequence_rules.figures.parts.cells import (
    frame_cell,
    frame_row,
    name_some_next,
)
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    FEW,
    Demonstration,
    SequenceHead,
    framed,
    head_room,
)

# CSS pixels: left edge of a block, and room between its matrices for the names of rows
LEFT, GAP = 36, 44
EDGE = 6  # CSS pixels at the right for the last index of a row of names
# CSS pixels: above the first row of matrices, between two rows, below the last one
ABOVE, BETWEEN, BELOW = 76, 44, 26
# CSS pixels: height of a row of cells at most and at least, width of the column of answers
TALL, LOW, SAY = 19, 11, 62
MOST = 304  # CSS pixels of a matrix, unless its rows would be lower than LOW
NUMBER = 13  # CSS pixels of a row that holds a number


@dataclass(frozen=True)
class Panel:
    """One matrix of a block: `over` "keys" has a column a key position, "dims" a column a
    dimension, "tokens" a column a next token.
    """

    words: str
    note: str
    over: str
    cmap: Colormap
    norm: Normalize
    digits: int
    share: float = 1.0  # of the width
    role: str | None = None  # whose colour its name has


def rows_tall(count: int) -> float:
    """Height of a matrix of so many positions."""
    return count * max(LOW, min(TALL, MOST / count))


def block_tall(count: int, rows: int) -> float:
    """Height of a block with so many rows of matrices, the room below it included."""
    return ABOVE + head_room(count) + rows * rows_tall(count) + (rows - 1) * BETWEEN + BELOW


class Grids:
    """One sequence: its tokens, then rows of matrices; framed rows are constrained, teal cells hold
    the answer.
    """

    def __init__(
        self,
        canvas: Canvas,
        y: float,
        classes: Mapping[str, str],
        demo: Demonstration,
        number: int,
        rows: Sequence[Sequence[Panel]],
        dims: int,
        *,
        says: bool = False,
    ) -> None:
        self.canvas, self.classes, self.demo = canvas, classes, demo
        self.head = SequenceHead(canvas, 32, y, classes, demo, number)
        count = len(demo.tokens)
        tall, top = rows_tall(count), y + ABOVE + head_room(count)
        self.matrices: list[list[Matrix]] = []
        letter = iter(ascii_lowercase)
        for row in rows:
            gap = GAP if any(p.over != "dims" for p in row[1:]) else 16
            room = canvas.width - LEFT - gap * (len(row) - 1) - (SAY + 14 if says else EDGE)
            x, made = float(LEFT), []
            for i, panel in enumerate(row):
                wide = room * panel.share / sum(p.share for p in row)
                made.append(
                    self._matrix(
                        panel,
                        x,
                        top,
                        wide,
                        tall,
                        next(letter),
                        dims,
                        named=i == 0 or panel.over != "dims",
                    )
                )
                x += wide + gap
            self.matrices.append(made)
            top += tall + BETWEEN
        self.says = None
        if says:
            axes = canvas.panel(canvas.width - SAY, top - tall - BETWEEN, SAY, tall)
            canvas.caption(axes, next(letter), "Says")
            self.says = AnswerColumn(axes, canvas.theme, count)

    def _matrix(
        self,
        panel: Panel,
        x: float,
        y: float,
        wide: float,
        tall: float,
        letter: str,
        dims: int,
        named: bool,
    ) -> Matrix:
        canvas, theme, demo = self.canvas, self.canvas.theme, self.demo
        count = len(demo.tokens)
        columns = {"keys": count, "dims": dims, "tokens": len(self.classes)}[panel.over]
        axes = canvas.panel(x, y, wide, tall)
        fits = tall / count >= NUMBER and wide / columns >= 9 + 6.5 * (panel.digits + 1)
        made = Matrix(
            axes,
            theme,
            panel.cmap,
            panel.norm,
            count,
            columns,
            digits=panel.digits if fits else None,
        )
        canvas.caption(
            axes, letter, panel.words, panel.note, theme.roles[panel.role] if panel.role else None
        )
        if named:
            name_tokens(axes, theme, demo.tokens, self.classes, columns=panel.over == "keys")
        if panel.over == "dims":
            names = [f"dim {d}" for d in range(dims)]
            names = (
                names
                if wide / dims > 6 + width_of(names[-1], SMALL)
                else [str(d) for d in range(dims)]
            )
            shown = thinned(names, wide / dims, across=True)
            axes.set_xticks([d + 0.5 for d in shown], [names[d] for d in shown])
        if panel.over == "tokens":
            self._next(axes, wide)
        for i in demo.constrained:
            if i in framed(demo):
                ink, edge = (
                    theme.classes[self.classes[demo.tokens[i]]],
                    i + 1 if panel.over == "keys" else columns,
                )
                frame_row(axes, i, edge, ink)
            if panel.over == "keys" and demo.sources[i] >= 0:
                frame_cell(axes, theme, i, demo.sources[i])
        return made

    def _next(self, axes: Axes, wide: float) -> None:
        """Columns named by next token; what the rule allows is underlined where it allows many, and
        framed where it allows few.
        """
        theme, names = self.canvas.theme, list(self.classes)
        shown = thinned(names, wide / len(names), across=True)
        name_some_next(axes, theme, self.classes, shown)
        allowed = [(i, t) for i in self.demo.constrained for t in self.demo.targets[i]]
        many = any(len(targets) > FEW for targets in self.demo.targets)
        if many:
            axes.add_collection(
                LineCollection(
                    [[(t + 0.12, i + 0.9), (t + 0.88, i + 0.9)] for i, t in allowed],
                    colors=[theme.outcomes["obeyed"]],
                    linewidths=1.6,
                    zorder=6,
                ),
                autolim=False,
            )
        for i, t in [] if many else allowed:
            frame_cell(axes, theme, i, t)

    def set(
        self, demo: Demonstration, lines: Sequence[str], values: Sequence[Sequence[np.ndarray]]
    ) -> None:
        """Sentences beside the sequence, and the values [position, column] of each matrix of each
        row.
        """
        self.head.set(demo, lines)
        for matrices, arrays in zip(self.matrices, values):
            for matrix, array in zip(matrices, arrays):
                matrix.set(array)
        if self.says is not None:
            self.says.set(demo.predicted, demo.chance.tolist(), demo.outcomes, self.classes)
