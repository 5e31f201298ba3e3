"""Attention, values and outputs of every head as matrices, for each demonstration sequence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.matrices import signed_norm
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.drawing.variants import Variant
from reportgen.drawing.views import digits_for
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    Demonstration,
    InView,
    again,
    constrained_words,
    in_view,
    scales_told,
)
from reportgen.systems.sequence_rules.figures.parts.grids import Grids, Panel, block_tall
from reportgen.systems.sequence_rules.figures.parts.heads import Heads, head_name, heads
from reportgen.systems.sequence_rules.view import Study

TOP, FOOT = 70, 44  # CSS pixels above the block of the sequence and below it


@dataclass(frozen=True)
class Data(InView):
    """Values and outputs of the demonstrations in the heads."""

    heads: Heads


def reading(demo: Demonstration, outputs: np.ndarray, i: int) -> str:
    """How long the outputs [head, position, dim] of one position are."""
    count = len(outputs)
    lengths = [
        f"{head_name(h, count)} {number(float(np.linalg.norm(out)), 1)}".strip()
        for h, out in enumerate(outputs[:, i])
    ]
    return (
        f"{demo.tokens[i]} at {i}: output of length {', '.join(lengths)}; predicts"
        f" {demo.predicted[i]} ({demo.chance[i]:.2f})"
    )


class ValueMaps(Variant[Study, Data, Normalize]):
    """One row a head: attention, values, and attention times values, of one sequence."""

    data: ClassVar[type] = Data

    def compute(self, study: Study) -> Data:
        return Data(*in_view(study), heads(study))

    def height_of(self, data: Data) -> float:
        return TOP + block_tall(len(data.demo.tokens), data.heads.count) + FOOT

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return signed_norm(
            *(f.heads.values for f in frames)
        )  # outputs are means of values, so they lie among them

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, stamp, count, dims = (
            canvas.theme,
            step_stamp(canvas),
            data.heads.count,
            data.heads.values.shape[-1],
        )
        each = "" if count == 1 else "  One row of matrices a head."
        where = (
            "Values stand as the output projection writes them.  " if data.heads.projected else ""
        )
        canvas.headline(
            self.title,
            "Each row of attention weighs the values; the weighted mean is the row’s"
            f" output.{each}\n{where}{constrained_words(data.demo)}",
        )

        def named(words: str, h: int) -> str:
            return f"{words}, {name}" if (name := head_name(h, count)) else words

        share = 0.85 if dims < 5 else 1.25
        rows = [
            [
                Panel(
                    named("Attention", h),
                    "each row sums to 1",
                    "keys",
                    theme.probability,
                    Normalize(0, 1),
                    2,
                    1.7,
                ),
                Panel("Values", "", "dims", theme.signed, scale, digits_for(scale), share, "value"),
                Panel("Output", "", "dims", theme.signed, scale, digits_for(scale), share),
            ]
            for h in range(count)
        ]
        block = Grids(canvas, TOP, data.classes, data.demo, data.shown + 1, rows, dims)
        y = TOP + block_tall(len(data.demo.tokens), count)
        chance_bar(canvas, 36, y + 14, 150, "attention")
        signed_bar(canvas, scale, 220, y + 14, 150, "component of a value or an output")
        canvas.text(
            404, y + 20, "Rows: positions.  Plain cells lie in the future.", SMALL, theme.muted
        )

        def update(data: Data) -> None:
            stamp(data.step)
            demo, h, i = data.demo, data.heads, data.shown
            block.set(
                demo,
                [f"{reading(demo, h.outputs[i], at)}." for at in demo.constrained],
                list(zip(h.pattern[i], h.values[i], h.outputs[i])),
            )

        return update

    def caption(self, data: Data) -> str:
        if data.shown:
            return again(data.demo)
        where = (
            " Values stand as the output projection writes them, so that the outputs of the heads"
            " add up to what attention adds."
            if data.heads.projected
            else ""
        )
        return (
            "Attention, values and outputs of every position, one row of matrices a head, of the"
            f" demonstration {' '.join(data.demo.tokens)}. An output is the mean of the values,"
            f" weighted by its row of attention.{where}{scales_told(data.demos)}"
        )

    def alt(self, data: Data) -> str:
        demo = data.demo
        return (
            f"Attention, values and outputs of {' '.join(demo.tokens)} at step {data.step:,}."
            f" {reading(demo, data.heads.outputs[data.shown], demo.constrained[-1])}."
        )
