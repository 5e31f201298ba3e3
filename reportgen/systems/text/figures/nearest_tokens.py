"""Which tokens point the same way, and whether such tokens go on alike in the text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas, halo, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.keys import Entry, Layout, dot, key
from reportgen.drawing.marks.names import name_cells, name_each, name_points
from reportgen.drawing.names import readable
from reportgen.drawing.style import PANEL, SMALL, TOKEN
from reportgen.drawing.twins import readable_on
from reportgen.measure.numbers import grouped
from reportgen.systems.text.facts.neighbours import (
    cosines,
    distances,
    divergences,
    kinds,
    nearest,
    seen,
)
from reportgen.systems.text.figures.parts.choices import asked
from reportgen.systems.text.view import Study

ROWS, NEAR = 18, dict(characters=5, words=3)  # tokens in the list, neighbours of each
TOP, ROW, LEFT, WIDE, BESIDE = 106, 24, 44, 310, 56
RIGHT, SIDE, TALL = 438, 318, 356


@dataclass(frozen=True)
class Data:
    """A list of neighbours, and all pairs of frequent tokens."""

    step: int
    classes: Mapping[str, str]  # of all names
    tokens: tuple[str, ...]
    kinds: tuple[str, ...]  # their classes
    neighbours: tuple[tuple[str, ...], ...]  # by cosine, the nearest first
    cosine: np.ndarray  # [token, neighbour]
    euclidean: tuple[str, ...]  # nearest by Euclidean distance
    pairs: np.ndarray  # [pair, 2]: cosine, and how differently the two tokens go on, nats
    nearest: np.ndarray  # [token, 2]: the same of each token and its nearest one by cosine
    closest: tuple[str, ...]  # what these two are called, in the order of their ids
    others: float  # mean divergence of all pairs


@dataclass(frozen=True)
class Scale:
    """Cosines from -1 to 1, divergences from 0 to ln 2."""

    cosine: Normalize


def related(pairs: np.ndarray) -> float:
    """Correlation of the two columns; 0 where one does not vary."""
    return float(np.corrcoef(pairs.T)[0, 1]) if len(pairs) > 2 and pairs.std(0).all() else 0.0


@figure("nearest-tokens")
class NearestTokens(Figure[Study, Data, Scale]):
    """Neighbours at the left; cosine against likeness of use at the right."""

    height = TOP + ROWS * ROW + 64

    def compute(self, study: Study) -> Data:
        ids = seen(study)
        near_by = NEAR[study.rule.unit]
        written = readable(study.rule.tokens.names, study.tokens, min(BESIDE, WIDE / near_by - 36))
        points, told, names = study.weights["W_E"][ids], kinds(study), [written[i] for i in ids]
        close, apart, far = cosines(points), divergences(study.counts.after[ids]), distances(points)
        listed = asked([told[i] for i in ids], study.counts.often[ids], ROWS)
        order = [
            np.argsort(-np.where(np.arange(len(ids)) == i, -np.inf, close[i]), kind="stable")[
                : min(near_by, len(ids) - 1)
            ]
            for i in listed
        ]
        upper, best = np.triu_indices(len(ids), 1), nearest(close)
        rows = np.arange(len(ids))
        classes = dict(zip(written, study.classes.values()))
        return Data(
            study.step,
            classes,
            tuple(study.tokens[ids[i]] for i in listed),
            tuple(list(study.classes.values())[ids[i]] for i in listed),
            tuple(tuple(names[j] for j in near) for near in order),
            np.array([close[i, near] for i, near in zip(listed, order)]),
            tuple(names[nearest(-far)[i]] for i in listed),
            np.stack([close[upper], apart[upper]], 1),
            np.stack([close[rows, best], apart[rows, best]], 1),
            tuple(f"{names[min(i, j)]} and {names[max(i, j)]}" for i, j in enumerate(best)),
            float(apart[upper].mean()),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(Normalize(-1, 1))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> None:
        canvas.headline(
            self.title,
            "Left: the tokens whose embeddings point most nearly the same way, with the cosine; the"
            " last column is the nearest by distance.\nRight: every pair of frequent tokens, with"
            " how differently the two go on in the text.",
            stamp(data.step),
        )
        self._list(canvas, data, scale)
        self._pairs(canvas, data)

    @staticmethod
    def _list(canvas: Canvas, data: Data, scale: Scale) -> None:
        """A row a token: its nearest ones with their cosines, and the one nearest by distance."""
        theme, (tall, wide) = canvas.theme, data.cosine.shape
        axes = canvas.panel(LEFT, TOP, WIDE, ROW * tall)
        axes.set(xlim=(0, wide), ylim=(tall, 0))
        axes.set_axis_off()
        canvas.text(0, TOP - 7, "a  Nearest by cosine", PANEL, weight="bold")
        apart = canvas.panel(LEFT + WIDE + 8, TOP, 48, ROW * tall)
        apart.set(xlim=(0, 48), ylim=(ROW * tall, 0))
        apart.set_axis_off()
        canvas.caption(apart, "", "", "distance")
        axes.pcolormesh(
            np.arange(wide + 1),
            np.arange(tall + 1),
            data.cosine,
            cmap=theme.signed,
            norm=scale.cosine,
            edgecolors=[theme.paper],
            linewidth=1.2,
        )
        name_cells(axes, "y", data.tokens)
        name_each(axes, data.neighbours)
        bold = partial(canvas.text, size=TOKEN, weight="bold")
        inside = partial(axes.text, va="center")
        for i, (token, kind, row, other) in enumerate(
            zip(data.tokens, data.kinds, data.neighbours, data.euclidean)
        ):
            y, of_other = (i + 0.7) * ROW, theme.classes[data.classes[other]]
            bold(LEFT - 12, TOP + y, token, colour=theme.classes[kind], ha="right")
            apart.text(24, y, other, size=TOKEN, weight="bold", color=of_other, ha="center")
            for j, name in enumerate(row):
                ink = readable_on(theme, theme.signed(scale.cosine(data.cosine[i, j]))[:3])
                middle = j + 0.5 * (1 - 26 * wide / WIDE)
                said = number(data.cosine[i, j], 2)
                inside(middle, i + 0.54, name, size=TOKEN, weight="bold", color=ink, ha="center")
                inside(j + 0.94, i + 0.54, said, size=SMALL, color=ink, ha="right")
        foot = TOP + ROW * tall + 34
        signed_bar(canvas, scale.cosine, LEFT, foot, 160, "cosine")

    @staticmethod
    def _pairs(canvas: Canvas, data: Data) -> None:
        """A dot a pair of tokens, those of nearest ones larger."""
        theme = canvas.theme
        plot = canvas.panel(RIGHT, TOP, SIDE, TALL)
        plot.set(xlim=(-1, 1.02), ylim=(0, float(np.log(2)) * 1.03))
        plain, near = theme.series["train"], theme.ink
        x, y = data.pairs.T
        plot.scatter(x, y, s=4, color=plain, alpha=0.35, lw=0, zorder=2)
        x, y = data.nearest.T
        name_points(plot, {(*at, words) for at, words in zip(data.nearest.tolist(), data.closest)})
        edge = [theme.paper]
        plot.scatter(x, y, s=20, color=near, edgecolors=edge, linewidths=0.6, zorder=4)
        plot.axhline(data.others, color=theme.muted, lw=0.9, dashes=(4, 3), zorder=3)
        plot.text(
            -0.97,
            data.others + 0.012,
            f"any two tokens  {number(data.others, 3)}",
            size=SMALL,
            color=theme.muted,
            va="bottom",
            path_effects=halo(theme),
            zorder=5,
        )
        plot.set_xlabel("cosine of the two embeddings", labelpad=3)
        plot.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
        plot.set_yticks([0, 0.2, 0.4, 0.6])
        canvas.caption(plot, "b", "How differently they go on", "nats, at most ln 2")
        for i, (size, colour, words) in enumerate(
            (
                (4, plain, f"{grouped(len(data.pairs))} pairs of frequent tokens"),
                (20, near, "each of these tokens with its nearest one"),
            )
        ):
            entry = Entry(words, dot("o", colour, size, linewidths=0))
            key(canvas, RIGHT, TOP + TALL + 62 + 18 * i, [entry], Layout(rise=9, beside=18))

    def caption(self, data: Data) -> str:
        return (
            "(a) For some frequent tokens of each kind the tokens of largest cosine with them, that"
            " of the angle between two rows of W_E, and the nearest one by Euclidean distance. (b)"
            " Cosine of two embeddings against the Jensen-Shannon divergence of what follows the"
            " two tokens in the training blocks: 0 where they go on in the same way, ln 2 where"
            " never alike. Rarer tokens are left out."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{token}: {' '.join(near[:3])}" for token, near in zip(data.tokens, data.neighbours)
        )
        return (
            f"Nearest tokens by cosine at step {data.step:,}: {said}. What follows a token and its"
            f" nearest one differs by {data.nearest[:, 1].mean():.3f} nats on average, any two"
            f" tokens by {data.others:.3f}; over all pairs cosine and difference correlate with"
            f" {related(data.pairs):.2f}."
        )
