"""Scores and attention of every head, of one demonstration sequence: what of attention a page can
show at any width.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.keys import told
from reportgen.drawing.matrices import signed_norm
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL
from reportgen.drawing.variants import Variant
from reportgen.drawing.views import digits_for
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    PREDICTED,
    Demonstration,
    InView,
    again,
    constrained_words,
    frames_told,
    in_view,
    outcomes,
    scales_told,
)
from reportgen.systems.sequence_rules.figures.parts.grids import Grids, Panel, block_tall
from reportgen.systems.sequence_rules.figures.parts.heads import head_name, heads
from reportgen.systems.sequence_rules.view import Study

TOP, FOOT = 70, 44  # CSS pixels above the block of the sequence and below it


@dataclass(frozen=True)
class Data(InView):
    """The demonstrations in the heads, and which of them is shown: all share their scales."""

    d_head: int
    scores: np.ndarray  # [sequence, head, query, key], NaN where masked
    pattern: np.ndarray


def reading(demo: Demonstration, pattern: np.ndarray, i: int) -> str:
    """Where the attention [head, query, key] of one position goes: onto the answer where a position
    holds it, else where most of it goes.
    """
    count, source = len(pattern), demo.sources[i]
    said = []
    for head, row in enumerate(pattern[:, i]):
        at = source if source >= 0 else int(np.nanargmax(row))
        said.append(f"{head_name(head, count)} {row[at]:.2f} on {demo.tokens[at]} at {at}".strip())
    what = "the answer: " if source >= 0 else "most attention: "
    return (
        f"{demo.tokens[i]} at {i}: {what}{', '.join(said)}; predicts {demo.predicted[i]}"
        f" ({demo.chance[i]:.2f})"
    )


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    scores: Normalize
    outcomes: frozenset[str]  # that occur in any frame of the sequence shown


class AttentionMaps(Variant[Study, Data, Scale]):
    """One row a head: scores and attention."""

    data: ClassVar[type] = Data

    def compute(self, study: Study) -> Data:
        every = heads(study)
        return Data(
            *in_view(study),
            study.config.model.d_head,
            every.scores,
            every.pattern,
        )

    def height_of(self, data: Data) -> float:
        return TOP + block_tall(len(data.demo.tokens), data.pattern.shape[1]) + FOOT

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            signed_norm(*(f.scores for f in frames)),
            outcomes(f.demo for f in frames),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp, count = canvas.theme, step_stamp(canvas), data.pattern.shape[1]
        demo = data.demo
        canvas.headline(
            self.title,
            "One sequence through"
            f" {'the attention head' if count == 1 else f'{count} attention heads'}. "
            f" {constrained_words(demo)}\n"
            + (
                "Teal cells: the key that holds the answer. "
                f" Arcs: {told(scale.outcomes, PREDICTED)}."
                if any(demo.sources[i] >= 0 for i in demo.constrained)
                else "The rule names no key that holds the answer."
            ),
        )
        rows = [
            [
                Panel(
                    f"Scores{f', {name}' if (name := head_name(h, count)) else ''}",
                    f"query · key / √{data.d_head}, later keys masked",
                    "keys",
                    theme.signed,
                    scale.scores,
                    digits_for(scale.scores),
                ),
                Panel(
                    f"Attention{f', {name}' if name else ''}",
                    "each row sums to 1",
                    "keys",
                    theme.probability,
                    Normalize(0, 1),
                    2,
                ),
            ]
            for h in range(count)
        ]
        block = Grids(canvas, TOP, data.classes, demo, data.shown + 1, rows, 0)
        y = TOP + block_tall(len(demo.tokens), count)
        signed_bar(canvas, scale.scores, 36, y + 14, 150, "score")
        chance_bar(canvas, 220, y + 14, 150, "attention")
        canvas.text(
            404,
            y + 20,
            "Down: the position that reads.  Across: the position that is read.",
            SMALL,
            theme.muted,
        )

        def update(data: Data) -> None:
            stamp(data.step)
            demo, scores, pattern = data.demo, data.scores[data.shown], data.pattern[data.shown]
            block.set(
                demo,
                [f"{reading(demo, pattern, at)}." for at in demo.constrained],
                list(zip(scores, pattern)),
            )

        return update

    def caption(self, data: Data) -> str:
        if data.shown:
            return again(data.demo)
        return (
            "Scaled products of queries and keys, and the attention they become, for each head, of"
            f" the demonstration {' '.join(data.demo.tokens)}. Rows are positions that read,"
            " columns positions that are read; plain cells lie in the future and are masked."
            f"{frames_told(data.demo)}{scales_told(data.demos)}"
        )

    def alt(self, data: Data) -> str:
        demo = data.demo
        return (
            f"Scores and attention of {' '.join(demo.tokens)} at step {data.step:,}."
            f" {reading(demo, data.pattern[data.shown], demo.constrained[-1])}."
        )
