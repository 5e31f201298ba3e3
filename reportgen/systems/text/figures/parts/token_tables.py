"""One table of tokens for each head, side by side, frequent tokens kind by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.matrices import Matrix, signed_norm
from reportgen.systems.text.figures.parts.kinds import by_kind, name_each
from reportgen.systems.text.view import Study

FEW = 27  # tokens that are drawn, each named
SIDE, LEFT, GAP, ROW = (
    328,
    34,
    66,
    392,
)  # CSS pixels: of a map, left of the first, between two, from row to row


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

    @property
    def drawn(self) -> np.ndarray:
        """The values of the tokens that are drawn."""
        return np.asarray(self.values[:, self.shown[:, None], self.shown])


def rows_of(count: int) -> int:
    """Rows of maps, two a row."""
    return -(-count // 2)


def common_scale(frames: Sequence[TokenTables]) -> Normalize:
    """One signed scale for all maps of all frames."""
    return signed_norm(*(f.drawn for f in frames))


def draw_tables(
    canvas: Canvas, top: float, data: TokenTables, names: Sequence[tuple[str, str]], norm: Normalize
) -> list[Matrix]:
    """A map for each head, with its name and a muted remark; the returned maps take other
    values.
    """
    made = []
    tokens, classes = [data.tokens[i] for i in data.shown], [data.classes[i] for i in data.shown]
    for i, (name, remark) in enumerate(names):
        row, column = divmod(i, 2)
        axes: Axes = canvas.panel(LEFT + column * (SIDE + GAP), top + row * ROW, SIDE, SIDE)
        made.append(
            Matrix(
                axes,
                canvas.theme,
                canvas.theme.signed,
                norm,
                [""] * len(tokens),
                [""] * len(tokens),
            )
        )
        for columns in (False, True):
            name_each(axes, canvas, tokens, classes, columns=columns)
        canvas.caption(axes, "abcdefgh"[i % 8], name, remark)
        made[-1].set(data.drawn[i])
    return made
