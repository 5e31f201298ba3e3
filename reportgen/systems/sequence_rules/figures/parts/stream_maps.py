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
    Demonstration,
    answers,
    demonstrations,
    number_of,
    outcomes,
    told_of_each,
)
from reportgen.systems.sequence_rules.figures.parts.grids import Grids, Panel, block_tall
from reportgen.systems.sequence_rules.view import Study

TOP, FOOT = 70, 44  # CSS pixels above the first block and below the last


@dataclass(frozen=True)
class Data:
    """The stream of the demonstrations."""

    step: int
    classes: dict[str, str]
    demos: tuple[Demonstration, ...]
    before: np.ndarray  # [sequence, position, dim] token plus position
    added: np.ndarray  # what attention adds
    after: np.ndarray  # their sum


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    vectors: Normalize
    outcomes: frozenset[str]  # that occur in any frame


class StreamMaps(Variant[Study, Data, Scale]):
    """One block a sequence: token plus position, what attention adds, the sum, and what is
    predicted.
    """

    data: ClassVar[type] = Data

    def compute(self, study: Study) -> Data:
        t = study.trace
        return Data(
            study.step,
            dict(study.classes),
            demonstrations(study),
            t.resid_pre(layer=-1),
            t.attn_out(layer=-1),
            t.resid_mid(layer=-1),
        )

    def height_of(self, data: Data) -> float:
        return TOP + sum(block_tall(len(d.tokens), 1) for d in data.demos) + FOOT

    def scale(self, frames: Sequence[Data]) -> Scale:
        norm = signed_norm(*(a for f in frames for a in (f.before, f.added, f.after)))
        return Scale(norm, outcomes(demo for f in frames for demo in f.demos))

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
        y, blocks = float(TOP), []
        for i, demo in enumerate(data.demos):
            blocks.append(Grids(canvas, y, data.classes, demo, i + 1, [row], dims, says=True))
            y += block_tall(len(demo.tokens), 1)
        signed_bar(canvas, scale.vectors, 36, y + 14, 150, "component")
        outcome_key(canvas, 320, y + 20, scale.outcomes - {"free"})

        def update(data: Data) -> None:
            stamp(data.step)
            for i, block in enumerate(blocks):
                demo = data.demos[i]
                block.set(
                    demo,
                    [f"{line}." for line in answers(demo)],
                    [[data.before[i], data.added[i], data.after[i]]],
                )

        return update

    def caption(self, data: Data) -> str:
        return (
            "Token plus position (a), what attention adds (b), their sum (c) and the likeliest"
            " next token with its probability (d), for each demonstration sequence on one scale;"
            f" rows are positions, columns the {data.before.shape[-1]} dimensions of the stream."
            f" The likeliest token is framed in {told(outcomes(data.demos), DECIDED)}; it has no"
            " frame where the next token is free."
        )

    def alt(self, data: Data) -> str:
        length: Callable[[np.ndarray], float] = lambda a: float(np.linalg.norm(a, axis=-1).mean())
        return (
            f"Residual stream of {number_of(data.demos)} at step {data.step:,}, before and"
            f" after attention; what attention adds has mean length {length(data.added):.2f}, the"
            f" start {length(data.before):.2f}. "
            + told_of_each(data.demos, lambda i: f"{'; '.join(answers(data.demos[i])[-3:])}.")
        )
