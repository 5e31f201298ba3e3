"""The residual stream before and after attention as matrices, for each demonstration sequence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.keys import outcome_key, told
from reportgen.drawing.matrices import signed_norm
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.variants import Variant
from reportgen.drawing.views import digits_for
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    DECIDED,
    InView,
    again,
    answers,
    in_view,
    outcomes,
    scales_told,
)
from reportgen.systems.sequence_rules.figures.parts.grids import Grids, Panel, block_tall
from reportgen.systems.sequence_rules.view import Study

TOP, FOOT = 70, 44  # CSS pixels above the block of the sequence and below it


@dataclass(frozen=True)
class Data(InView):
    """The stream of the demonstrations."""

    before: np.ndarray  # [sequence, position, dim] token plus position
    added: np.ndarray  # what attention adds
    after: np.ndarray  # their sum


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    vectors: Normalize
    outcomes: frozenset[str]  # that occur in any frame of the sequence shown


class StreamMaps(Variant[Study, Data, Scale]):
    """Token plus position, what attention adds, the sum, and what is predicted, of one sequence."""

    data: ClassVar[type] = Data

    def compute(self, study: Study) -> Data:
        t = study.trace
        return Data(
            *in_view(study),
            t.resid_pre(layer=-1),
            t.attn_out(layer=-1),
            t.resid_mid(layer=-1),
        )

    def height_of(self, data: Data) -> float:
        return TOP + block_tall(len(data.demo.tokens), 1) + FOOT

    def scale(self, frames: Sequence[Data]) -> Scale:
        norm = signed_norm(*(a for f in frames for a in (f.before, f.added, f.after)))
        return Scale(norm, outcomes(f.demo for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp, dims = canvas.theme, step_stamp(canvas), data.before.shape[-1]
        canvas.headline(
            self.title,
            "Token plus position (a) and what attention adds (b) make the sum (c) that enters the"
            " feed-forward network.  Says (d): the likeliest next token.\nOnly positions after"
            " which the rule decides are coloured; everywhere else the next token is free.",
        )
        row = [
            Panel(
                words, "", "dims", theme.signed, scale.vectors, digits_for(scale.vectors), 1, role
            )
            for words, role in (("Start", None), ("+ Attention", "value"), ("= Sum", None))
        ]
        shown = data.demo, data.shown + 1
        block = Grids(canvas, TOP, data.classes, *shown, [row], dims, says=True)
        y = TOP + block_tall(len(data.demo.tokens), 1)
        signed_bar(canvas, scale.vectors, 36, y + 14, 150, "component")
        outcome_key(canvas, 320, y + 20, scale.outcomes - {"free"})

        def update(data: Data) -> None:
            stamp(data.step)
            block.set(
                data.demo,
                [f"{line}." for line in answers(data.demo)],
                [[each[data.shown] for each in (data.before, data.added, data.after)]],
            )

        return update

    def caption(self, data: Data) -> str:
        if data.shown:
            return again(data.demo)
        return (
            "Token plus position (a), what attention adds (b), their sum (c) and the likeliest"
            " next token with its probability (d), of the demonstration"
            f" {' '.join(data.demo.tokens)} on one scale;"
            f" rows are positions, columns the {data.before.shape[-1]} dimensions of the stream."
            f" The likeliest token is framed in {told(outcomes([data.demo]), DECIDED)}; it has no"
            f" frame where the next token is free.{scales_told(data.demos)}"
        )

    def alt(self, data: Data) -> str:
        length: Callable[[np.ndarray], float] = lambda a: float(
            np.linalg.norm(a[data.shown], axis=-1).mean()
        )
        return (
            f"Residual stream of {' '.join(data.demo.tokens)} at step {data.step:,}, before and"
            f" after attention; what attention adds has mean length {length(data.added):.2f}, the"
            f" start {length(data.before):.2f}. {'; '.join(answers(data.demo)[-3:])}."
        )
