"""What follows what, all of it: the network's table beside the table of counts, on one scale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, colour_bar
from reportgen.drawing.style import PANEL, SMALL
from reportgen.measure.numbers import grouped
from reportgen.systems.text.facts.neighbours import kinds
from reportgen.systems.text.facts.table import excess_by_token
from reportgen.systems.text.figures.parts.kinds import by_kind, name_each, name_kinds, order_told
from reportgen.systems.text.view import Study

LEAST = 1e-3  # chance at the pale end of the scale
FEW = 25  # tokens of the lower maps, each of which is named
SIDE, LEFT, RIGHT = 330, 40, 424  # CSS pixels of a map, left edges of the two columns
UPPER, LOWER = 104, 472


@dataclass(frozen=True)
class Data:
    """Chances [token, next] of tokens kind by kind."""

    step: int
    tokens: tuple[str, ...]
    classes: tuple[str, ...]
    kinds: tuple[str, ...]
    network: np.ndarray
    counts: np.ndarray
    often: np.ndarray  # times each token is followed by another in the training blocks
    excess: float  # nats, over all tokens of the text
    left_out: int  # tokens that are rarer than those of the maps

    @property
    def frequent(self) -> np.ndarray:
        """Positions of the most frequent tokens, in the order of the map."""
        return np.sort(np.argsort(-self.often, kind="stable")[:FEW])


@dataclass(frozen=True)
class Scale:
    """Chances on a logarithmic scale; what is less is as pale as the least."""

    norm: Normalize


def chances(study: Study) -> Data:
    """Both tables for the most frequent tokens."""
    often, told = study.counts.often, kinds(study)
    order = by_kind(told, often)
    classes = list(study.classes.values())

    def pick(values: Sequence[str]) -> tuple[str, ...]:
        return tuple(values[i] for i in order)

    excess = float((excess_by_token(study) * often).sum() / often.sum())
    return Data(
        study.step,
        pick(study.tokens),
        pick(classes),
        pick(told),
        study.table[np.ix_(order, order)],
        study.counts.after[np.ix_(order, order)],
        often[order],
        excess,
        len(often) - len(order),
    )


def among(shown: int, left_out: int) -> str:
    """How many tokens a map shows, in words."""
    return (
        f"the {shown} most frequent tokens of {grouped(shown + left_out)}"
        if left_out
        else f"all {shown} tokens"
    )


@figure("pair-tables")
class PairTables(Figure[Study, Data, Scale]):
    """Two tables of chances, whole and in part."""

    height = 880

    def compute(self, study: Study) -> Data:
        return chances(study)

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(Normalize(np.log10(LEAST), 0))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Row: the last token.  Column: the next one.  The stronger the colour, the likelier,"
            " by powers of ten; equal colours are equal chances.\nAbove:"
            f" {among(len(data.tokens), data.left_out)}, kind by kind; below: the"
            f" {len(data.frequent)} most frequent of them.",
            stamp(data.step),
        )
        whole = [self._map(canvas, x, UPPER, len(data.tokens), scale) for x in (LEFT, RIGHT)]
        part = [self._map(canvas, x, LOWER, len(data.frequent), scale) for x in (LEFT, RIGHT)]
        for axes, letter, words in (
            (whole[0].axes, "a", "Network"),
            (whole[1].axes, "b", "Counts of the training blocks"),
        ):
            self._head(canvas, axes, letter, words, 20)
            for columns in (False, True):
                name_kinds(canvas, axes, data.kinds, columns=columns)
        few = data.frequent
        for axes, letter, words in (
            (part[0].axes, "c", "Network, frequent tokens"),
            (part[1].axes, "d", "Counts, frequent tokens"),
        ):
            self._head(canvas, axes, letter, words, 2)
            for columns in (False, True):
                name_each(
                    axes,
                    canvas,
                    [data.tokens[i] for i in few],
                    [data.classes[i] for i in few],
                    columns=columns,
                )
        colour_bar(
            canvas,
            theme.probability,
            scale.norm,
            LEFT,
            self.height - 34,
            200,
            "",
            (-3, -2, -1, 0),
            ("≤ 0.001", "0.01", "0.1", "1"),
        )
        canvas.text(LEFT + 224, self.height - 27, "chance of the next token", SMALL, theme.muted)

        def update(data: Data) -> None:
            for large, small, values in zip(whole, part, (data.network, data.counts)):
                shown = np.log10(np.maximum(values, LEAST))
                large.set(shown)
                small.set(shown[np.ix_(data.frequent, data.frequent)])

        return update

    @staticmethod
    def _map(canvas: Canvas, x: float, y: float, count: int, scale: Scale) -> Matrix:
        axes = canvas.panel(x, y, SIDE, SIDE)
        return Matrix(axes, canvas.theme, canvas.theme.probability, scale.norm, count, count)

    @staticmethod
    def _head(canvas: Canvas, axes: Axes, letter: str, words: str, above: float) -> None:
        left, top, *_ = canvas.frame(axes)
        canvas.text(left, top - 7 - above, f"{letter}  {words}", PANEL, weight="bold")

    def caption(self, data: Data) -> str:
        return (
            "Chance of each next token (column) after each token (row), on one logarithmic scale:"
            " (a, c) softmax of W_E W_U + b_U, which is the whole network; (b, d) share of each"
            " next token in the training blocks. The kinds of (a, b), from the first row and"
            f" column on: {order_told(data.kinds)}. Since a row of logits is the logarithm of its"
            " chances up to a constant, a and c are the network’s logits with each row shifted."
        )

    def alt(self, data: Data) -> str:
        rank = (
            np.corrcoef(
                np.log(np.maximum(data.network, LEAST)).ravel(),
                np.log(np.maximum(data.counts, LEAST)).ravel(),
            )[0, 1]
            if data.network.std()
            else 0.0
        )
        return (
            f"Two maps of {len(data.tokens)} by {len(data.tokens)} chances at step {data.step:,},"
            f" the network’s and those of the counts; their logarithms correlate with {rank:.3f}."
            f" On average over the text the network is {data.excess:.3f} nats from the counts."
        )
