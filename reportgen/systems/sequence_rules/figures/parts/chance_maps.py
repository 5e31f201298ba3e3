"""Attention of every head, what comes out of the layers, logits and probabilities as matrices, for
each demonstration sequence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar, signed_bar
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
    constrained_words,
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
    """From attention to probabilities for the demonstrations."""

    pattern: np.ndarray  # [sequence, head, query, key], NaN where masked
    resid_post: np.ndarray  # [sequence, position, dim] what the unembedding receives
    logits: np.ndarray  # [sequence, position, token]
    probabilities: np.ndarray


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    output: Normalize
    logits: Normalize
    outcomes: frozenset[str]  # that occur in any frame of the sequence shown


class ChanceMaps(Variant[Study, Data, Scale]):
    """Attention by head, what comes out of the layers, logits and probabilities, and what is
    predicted, of one sequence.
    """

    data: ClassVar[type] = Data

    def compute(self, study: Study) -> Data:
        t = study.trace
        return Data(
            *in_view(study),
            heads(study).pattern,
            t.resid_post(layer=-1),
            t.logits,
            t.probabilities,
        )

    def _rows(self, data: Data) -> list[list[str]]:
        """Which matrices stand side by side: attention two heads to a row, a last odd one beside
        the output of the layers.
        """
        names = [*(f"attention {h}" for h in range(data.pattern.shape[1])), "output"]
        return [names[i : i + 2] for i in range(0, len(names), 2)] + [["logits", "probabilities"]]

    def height_of(self, data: Data) -> float:
        return TOP + block_tall(len(data.demo.tokens), len(self._rows(data))) + FOOT

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            signed_norm(*(f.resid_post for f in frames)),
            signed_norm(*(f.logits for f in frames)),
            outcomes(f.demo for f in frames),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp, count, dims = (
            canvas.theme,
            step_stamp(canvas),
            data.pattern.shape[1],
            data.resid_post.shape[-1],
        )
        canvas.headline(
            self.title,
            "The unembedding receives what comes out of the layers, not the attention output, and"
            " makes it into the logits.\nFramed or underlined in teal: what the rule allows. "
            f" {constrained_words(data.demo)}",
        )
        chance = Normalize(0, 1)
        panels = {
            f"attention {h}": Panel(
                f"Attention{f', {name}' if (name := head_name(h, count)) else ''}",
                "each row sums to 1",
                "keys",
                theme.probability,
                chance,
                2,
            )
            for h in range(count)
        } | {
            "output": Panel(
                "Layers’ output",
                "before the unembedding",
                "dims",
                theme.signed,
                scale.output,
                digits_for(scale.output),
                0.35 if dims < 5 else 1.0,
            ),
            "logits": Panel(
                "Logits",
                "of each next token",
                "tokens",
                theme.signed,
                scale.logits,
                digits_for(scale.logits, 10),
            ),
            "probabilities": Panel(
                "Probabilities", "each row sums to 1", "tokens", theme.probability, chance, 2
            ),
        }
        layout = self._rows(data)
        rows = [[panels[name] for name in row] for row in layout]
        shown = data.demo, data.shown + 1
        block = Grids(canvas, TOP, data.classes, *shown, rows, dims, says=True)
        y = TOP + block_tall(len(data.demo.tokens), len(rows))
        chance_bar(canvas, 36, y + 14, 100, "attention, probability")
        signed_bar(canvas, scale.output, 162, y + 14, 100, "layers’ output")
        signed_bar(canvas, scale.logits, 288, y + 14, 100, "logit")
        outcome_key(canvas, 416, y + 20, scale.outcomes - {"free"})

        def update(data: Data) -> None:
            stamp(data.step)
            values = {
                "output": data.resid_post[data.shown],
                "logits": data.logits[data.shown],
                "probabilities": data.probabilities[data.shown],
            } | {f"attention {h}": a for h, a in enumerate(data.pattern[data.shown])}
            block.set(
                data.demo,
                [f"{line}." for line in answers(data.demo)],
                [[values[name] for name in row] for row in layout],
            )

        return update

    def caption(self, data: Data) -> str:
        if data.shown:
            return again(data.demo)
        return (
            "Attention of each head, what the unembedding receives from the layers, the logits and"
            " probabilities of each next token, and the likeliest one with its probability, of the"
            f" demonstration {' '.join(data.demo.tokens)}. What the rule allows next is framed, or"
            " underlined where it allows many tokens. The likeliest token is framed in"
            f" {told(outcomes([data.demo]), DECIDED)}; it has no frame where the next token is"
            f" free.{scales_told(data.demos)}"
        )

    def alt(self, data: Data) -> str:
        return (
            "Attention, output of the layers, logits and probabilities of"
            f" {' '.join(data.demo.tokens)} at step {data.step:,}."
            f" {'; '.join(answers(data.demo)[-3:])}."
        )
