"""One table of tokens for each head, side by side, frequent tokens kind by kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.matrices import Matrix, signed_norm
from reportgen.drawing.style import SMALL
from reportgen.systems.text.figures.parts.kinds import by_kind, name_each
from reportgen.systems.text.view import Study

FEW = 27  # tokens that are drawn, each named
SIDE, LEFT, GAP, ROW = (
    328,
    34,
    66,
    392,
)  # CSS pixels: of a map, left of the first, between two, from row to row

TOP, FOOT = 92, 22


@dataclass(frozen=True)
class TokenTables:
    """Values [head, row token, column token] of all tokens in the order of ids, and which of them
    are drawn.
    """

    tokens: tuple[str, ...]
    classes: tuple[str, ...]
    shown: np.ndarray  # ids of the frequent tokens, kind by kind
    values: np.ndarray

    @classmethod
    def of(cls, study: Study, kinds: Sequence[str], values: np.ndarray) -> "TokenTables":
        """Tables of a study; `kinds` are those of its tokens, in the order of ids."""
        return cls(
            tuple(study.tokens),
            tuple(study.classes.values()),
            by_kind(kinds, study.counts.often, FEW),
            values,
        )

    def strongest(self) -> Iterator[tuple[str, str, float]]:
        """Of each head the pair with the largest value: the tokens of its row and of its column,
        and the value.
        """
        for values in self.drawn:
            row, column = np.unravel_index(int(values.argmax()), values.shape)
            yield (
                self.tokens[self.shown[row]],
                self.tokens[self.shown[column]],
                float(values.max()),
            )

    @property
    def drawn(self) -> np.ndarray:
        """The values of the tokens that are drawn."""
        return np.asarray(self.values[:, self.shown[:, None], self.shown])


def height_of(heads: int) -> float:
    """CSS pixels of a sheet with a map for each head, two a row."""
    return TOP + -(-heads // 2) * ROW + FOOT


def common_scale(frames: Sequence[TokenTables]) -> Normalize:
    """One signed scale for all maps of all frames."""
    return signed_norm(*(f.drawn for f in frames))


def draw_tables(
    canvas: Canvas,
    data: TokenTables,
    names: Sequence[tuple[str, str]],
    norm: Normalize,
    unit: str,
) -> None:
    """A map for each head, with its name and a muted remark, and below them what a colour is
    worth.
    """
    theme = canvas.theme
    tokens, classes = [data.tokens[i] for i in data.shown], [data.classes[i] for i in data.shown]
    for i, (name, remark) in enumerate(names):
        row, column = divmod(i, 2)
        axes: Axes = canvas.panel(LEFT + column * (SIDE + GAP), TOP + row * ROW, SIDE, SIDE)
        cells = Matrix(axes, theme, theme.signed, norm, len(tokens), len(tokens))
        for columns in (False, True):
            name_each(axes, canvas, tokens, classes, columns=columns)
        canvas.caption(axes, "abcdefgh"[i % 8], name, remark)
        cells.set(data.drawn[i])
    foot = canvas.height - 28
    signed_bar(canvas, norm, LEFT, foot, 180)
    canvas.text(LEFT + 198, foot + 7, unit, SMALL, theme.muted)
