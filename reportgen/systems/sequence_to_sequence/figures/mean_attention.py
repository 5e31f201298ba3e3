"""Where the outputs look on average, layer by layer, and how much of it lies on the mirror."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.scales import halves, share_norm
from reportgen.drawing.style import SMALL
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_to_sequence.facts.attention import looks
from reportgen.systems.sequence_to_sequence.facts.probe import mirrors, queries
from reportgen.systems.sequence_to_sequence.figures.parts.answering import (
    frame_mirrors,
    output_names,
    position_names,
    rows_tall,
)
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, WIDE, BARS, TOP, APART, FOOT = 40, 440, 540, 98, 66, 46  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Mean attention of the outputs' queries over the inputs."""

    step: int
    positions: tuple[str, ...]
    outputs: tuple[str, ...]
    mirrors: np.ndarray  # [output]
    pattern: np.ndarray  # [layer, output, key], NaN in the future
    even: np.ndarray  # [output] what uniform attention gives a position
    inputs: int
    heads: int

    @property
    def mass(self) -> np.ndarray:
        """Attention on the mirror [layer, output]."""
        return self.pattern[:, np.arange(len(self.mirrors)), self.mirrors]


@figure("mean-attention")
class MeanAttention(Figure[Study, Data, Normalize]):
    """A matrix and a row of bars for each layer."""

    def compute(self, study: Study) -> Data:
        q = queries(study)
        pattern = np.stack(
            [looks(study, layer).mean(0) for layer in range(study.config.model.n_layers)]
        )
        future = np.arange(pattern.shape[-1]) > q[:, None]
        return Data(
            study.step,
            position_names(study),
            output_names(study),
            mirrors(study),
            np.where(future, np.nan, pattern),
            1 / (q + 1),
            len(study.data.probe),
            study.config.model.n_heads,
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.pattern) * (rows_tall(len(data.outputs)) + APART) + FOOT - 16

    def scale(self, frames: Sequence[Data]) -> Normalize:
        """The same end for cells and bars."""
        return share_norm(*(f.pattern for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, high = canvas.theme, rows_tall(len(data.outputs))
        canvas.headline(
            self.title,
            "Rows: the query that writes an output.  Columns: what it can look at; x: digits of"
            " the input, y: outputs read so far.\nFramed: the mirror, the digit that the output is"
            f" made from.  Mean over {grouped(data.inputs)} inputs.",
            stamp(data.step),
        )
        made, end = [], float(scale.vmax or 1)
        for layer in range(len(data.pattern)):
            y = TOP + layer * (high + APART)
            axes = canvas.panel(LEFT, y, WIDE, high)
            cell = WIDE / len(data.positions)
            matrix = Matrix(
                axes,
                theme,
                theme.probability,
                scale,
                data.outputs,
                data.positions,
                digits=2 if cell > width_of("0.00", SMALL) + 4 else 1 if cell > 18 else None,
            )
            frame_mirrors(axes, theme, data.mirrors)
            canvas.caption(axes, "abcdefgh"[2 * layer % 8], f"Layer {layer}", "each row sums to 1")
            bars = canvas.panel(BARS, y, canvas.width - BARS - 34, high)
            canvas.caption(
                bars, "abcdefgh"[(2 * layer + 1) % 8], "On the mirror", "dashed: uniform"
            )
            rects = bars.barh(
                np.arange(len(data.outputs)) + 0.5,
                np.zeros(len(data.outputs)),
                height=0.7,
                color=theme.series["attention"],
            )
            bars.set(xlim=(0, end), ylim=(len(data.outputs), 0))
            (
                bars.set_yticks(np.arange(len(data.outputs)) + 0.5, data.outputs),
                bars.set_xticks(*halves(scale)),
            )
            bars.tick_params(axis="y", length=0, pad=3)
            bars.vlines(
                data.even,
                np.arange(len(data.outputs)) + 0.08,
                np.arange(len(data.outputs)) + 0.92,
                color=theme.ink,
                lw=1.2,
                linestyles=[(0, (2, 1.5))],
                zorder=4,
            )
            numbers = [
                bars.text(
                    0, i + 0.53, "", size=SMALL, va="center", color=theme.muted, clip_on=False
                )
                for i in range(len(data.outputs))
            ]
            made.append((matrix, rects, numbers))
        chance_bar(canvas, LEFT, canvas.height - 34, 132, "attention", scale)

        def update(data: Data) -> None:
            for layer, (matrix, rects, numbers) in enumerate(made):
                matrix.set(data.pattern[layer])
                for rect, text, value, even in zip(rects, numbers, data.mass[layer], data.even):
                    rect.set_width(value)
                    text.set(
                        x=value + 0.02 * end
                        if abs(value + 0.08 * end - even) > 0.09 * end
                        else even + 0.03 * end,
                        text=f"{value:.2f}",
                    )

        return update

    def caption(self, data: Data) -> str:
        heads = f" and {data.heads} heads" if data.heads > 1 else ""
        return (
            "Mean attention of each output’s query (row) on every position it can see (column),"
            f" over {data.inputs:,} inputs{heads}, layer by layer; {data.positions[0]} is the first"
            f" token. Framed cells: the mirror. The query of {data.outputs[0]} is at the position"
            f" of its own digit, {data.positions[data.mirrors[0]]}, so nothing has to be fetched"
            " for it. Bars: the framed cells, beside uniform attention."
        )

    def alt(self, data: Data) -> str:
        one: Callable[[int], str] = lambda layer: (
            f"layer {layer} gives its mirror {data.mass[layer].mean():.2f} of the attention, and in"
            f" {int((np.nanargmax(data.pattern[layer], 1) == data.mirrors).sum())} of"
            f" {len(data.outputs)} rows more than any other position"
        )
        return (
            f"Mean attention at step {data.step:,}: "
            + "; ".join(one(layer) for layer in range(len(data.pattern)))
            + f". Uniform attention would give it {data.even.mean():.2f}."
        )
