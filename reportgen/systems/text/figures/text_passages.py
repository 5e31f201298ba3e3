"""Some held-out passages, token by token: how likely the network held each token before it came,
and what it would have said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.names import readable
from reportgen.drawing.style import BODY, SMALL, TOKEN
from reportgen.drawing.twins import readable_on
from reportgen.systems.text.view import Study

TOP, BLOCK, FOOT, ROW = (
    76,
    112,
    50,
    24,
)  # CSS pixels: above the first passage, of one, below the last, of a row
LEFT, LINE = 86, dict(characters=32, words=11)  # left edge of the cells; tokens in a line at most


@dataclass(frozen=True)
class Data:
    """Passages [passage, position]: tokens that came, and what was expected there."""

    step: int
    before: tuple[str, ...]  # the token before each passage
    tokens: tuple[tuple[str, ...], ...]
    guesses: tuple[tuple[str, ...], ...]  # the network's likeliest token at each position
    network: np.ndarray  # chance of the token that came
    counts: np.ndarray  # the same for pair counts
    right: np.ndarray


@dataclass(frozen=True)
class Scale:
    """Chances from 0 to 1."""

    norm: Normalize


@figure("text-passages")
class TextPassages(Figure[Study, Data, Scale]):
    """Tokens, chances of them, and guesses."""

    def compute(self, study: Study) -> Data:
        passages, t = study.demonstrations, study.trace
        unit = study.rule.unit
        line = slice(LINE[unit])
        names = readable(study.rule.tokens.names, study.tokens, (760 - LEFT) / LINE[unit] - 4)
        inputs, targets, chances = (
            passages.inputs[:, line],
            passages.targets[:, line],
            t.probabilities[:, line],
        )

        def spelled(rows: np.ndarray) -> tuple[tuple[str, ...], ...]:
            return tuple(tuple(names[i] for i in row) for row in rows)

        guesses = chances.argmax(-1)
        return Data(
            study.step,
            tuple(names[i] for i in inputs[:, 0]),
            spelled(targets),
            spelled(guesses),
            np.take_along_axis(chances, targets[..., None], -1)[..., 0],
            study.counts.smoothed[inputs, targets],
            guesses == targets,
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.tokens) * BLOCK + FOOT

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(Normalize(0, 1))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> None:
        canvas.headline(
            self.title,
            "Upper cells: the tokens that came, filled by the chance that the network gave them. "
            " Lower cells: the same by pair counts.\nBelow: the network’s likeliest"
            " token at that position, bold where it came.",
            stamp(data.step),
        )
        for i in range(len(data.tokens)):
            self._passage(canvas, TOP + i * BLOCK + 14, data, i, scale)
        foot = TOP + len(data.tokens) * BLOCK + 22
        chance_bar(canvas, LEFT, foot, 180, "chance of the token that came")

    def _passage(self, canvas: Canvas, y: float, data: Data, i: int, scale: Scale) -> None:
        theme, count = canvas.theme, len(data.tokens[i])
        wide = (canvas.width - LEFT - 2) / count
        axes = canvas.panel(LEFT, y, canvas.width - LEFT - 2, 3 * ROW)
        axes.set(xlim=(0, count), ylim=(3, 0))
        axes.set_axis_off()
        canvas.text(0, y - 8, f"Passage {i + 1}", BODY, weight="bold")
        canvas.text(60, y - 8, f"after {data.before[i]}", SMALL, theme.muted)
        for row, words in enumerate(("network", "counts", "says")):
            canvas.text(LEFT - 8, y + (row + 0.65) * ROW, words, SMALL, theme.muted, ha="right")
        for row, values in enumerate((data.network[i], data.counts[i])):
            axes.pcolormesh(
                np.arange(count + 1),
                [row, row + 1],
                values[None],
                cmap=theme.probability,
                norm=scale.norm,
                edgecolors=[theme.paper],
                linewidth=1.2,
            )
            for j, (token, value) in enumerate(zip(data.tokens[i], values)):
                ink = readable_on(theme, theme.probability(scale.norm(value))[:3])
                axes.text(
                    j + 0.5,
                    row + 0.54,
                    token,
                    size=self._size(token, wide),
                    weight="bold",
                    color=ink,
                    ha="center",
                    va="center",
                )
        for j, (token, right) in enumerate(zip(data.guesses[i], data.right[i])):
            axes.text(
                j + 0.5,
                2.5,
                token,
                size=self._size(token, wide),
                weight="bold" if right else "normal",
                color=theme.ink if right else theme.muted,
                ha="center",
                va="center",
            )

    @staticmethod
    def _size(token: str, wide: float) -> float:
        return TOKEN if width_of(token, TOKEN, "bold") < wide - 2 else SMALL

    def caption(self, data: Data) -> str:
        return (
            "Passages from blocks that neither trained nor chose anything, the first ones of the"
            " held-out windows. Each cell is a token that came, filled by the chance that it had"
            " been given just before: by the network (upper row), and by the pair counts"
            " of the training blocks (lower row). Below them stands the token that the"
            " network held likeliest at that position."
        )

    def alt(self, data: Data) -> str:
        return (
            f"{len(data.tokens)} {'passage' if len(data.tokens) == 1 else 'passages'} of"
            f" {len(data.tokens[0])} tokens at step {data.step:,}; the network gave the tokens that"
            f" came {data.network.mean():.3f} on average, pair counts"
            f" {data.counts.mean():.3f}; its likeliest token came in {int(data.right.sum())} of"
            f" {data.right.size} positions. The first passage: {' '.join(data.tokens[0])}."
        )
