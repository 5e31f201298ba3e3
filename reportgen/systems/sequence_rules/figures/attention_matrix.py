"""From attention to the next token: pattern, what the head receives, logits and probabilities, for
each demonstration sequence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reportgen.drawing.bars import chance_bar, signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import figure
from reportgen.drawing.keys import told
from reportgen.drawing.matrices import Matrix, name_tokens, signed_norm
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL, Theme
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.drawing.views import digits_for, if_wide
from reportgen.systems.sequence_rules.figures.parts.cells import frame_cell, frame_row, name_next
from reportgen.systems.sequence_rules.figures.parts.chance_maps import ChanceMaps
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    BRIEFLY,
    PREDICTED,
    SHORT,
    STRIP,
    Demonstration,
    InView,
    SequenceHead,
    again,
    answers,
    in_view,
    outcomes,
    scales_told,
    short_answers,
)
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: above the sequence, of it beside its matrices, below them, of a row
TOP, REST, FOOT, ROW = 66, 124, 56, 19
# left edges and width of the two columns of matrices; width of the head's input
LEFT, RIGHT, WIDE, NARROW = 32, 420, 340, 84


@dataclass(frozen=True)
class Data(InView):
    """Pattern, head input and output of the demonstrations."""

    pattern: np.ndarray  # [sequence, query, key], NaN where masked
    resid_post: np.ndarray  # [sequence, position, dim] what the head receives
    logits: np.ndarray  # [sequence, position, token]
    probabilities: np.ndarray


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    stream: Normalize
    logits: Normalize
    outcomes: frozenset[str]  # that occur in any frame of the sequence shown


class Blocks(Variant[Study, Data, Scale]):
    """Attention, the input of the unembedding, logits and probabilities, of one
    sequence.
    """

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("plane", "one_head", "one_answer", "held")

    def suits(self, study: Study) -> bool:
        return (
            super().suits(study) and study.config.model.n_ctx <= SHORT
        )  # a longer one has no room beside its matrices

    def height_of(self, data: Data) -> float:
        return TOP + self._block_height(data) + FOOT

    @staticmethod
    def _block_height(data: Data) -> float:
        return REST + 2 * ROW * int(data.pattern.shape[-1])

    def compute(self, study: Study) -> Data:
        t = study.trace
        pattern = np.where(t.future, np.nan, t.pattern(layer=0, head=0))
        return Data(
            *in_view(study),
            pattern,
            t.resid_post(layer=-1),
            t.logits,
            t.probabilities,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            signed_norm(*(f.resid_post for f in frames)),
            signed_norm(*(f.logits for f in frames)),
            outcomes(f.demo for f in frames),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp = canvas.theme, step_stamp(canvas)
        canvas.headline(
            self.title,
            "The head receives what comes out of the layers (b), not the attention output.  Framed"
            f" rows: positions after which the\nrule decides, {told(scale.outcomes, BRIEFLY)};"
            " framed cells: in a the key that holds the answer, in c and d the answer.",
        )
        block = self._block(canvas, data, scale)
        foot = TOP + self._block_height(data) + 16
        chance_bar(canvas, LEFT, foot, 140, "a, d: attention, probability")
        signed_bar(canvas, scale.stream, LEFT + 180, foot, 140, "b: component")
        signed_bar(canvas, scale.logits, LEFT + 360, foot, 140, "c: logit")
        canvas.text(LEFT + 530, foot + 8, "Plain cells in a lie in the future.", SMALL, theme.muted)

        def update(data: Data) -> None:
            stamp(data.step)
            block(data)

        return update

    def _block(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        """The sequence: attention and head input above, logits and probabilities below."""
        theme, demo, number = canvas.theme, data.demo, data.shown + 1
        tall = ROW * len(demo.tokens)
        upper, lower = TOP + 30, TOP + 30 + tall + 46
        panels = [
            canvas.panel(x, top, wide, tall)
            for x, top, wide in (
                (LEFT, upper, WIDE),
                (RIGHT, upper, NARROW),
                (LEFT, lower, WIDE),
                (RIGHT, lower, WIDE),
            )
        ]
        head = SequenceHead(
            canvas, canvas.width - STRIP, upper - 6, data.classes, demo, number, below=True
        )
        matrices = self._matrices(panels, canvas, data, demo, scale)
        rows = self._frames(panels, theme, demo, len(data.classes))

        def update(data: Data) -> None:
            demo = data.demo
            head.set(demo, short_answers(demo))
            for matrix, values in zip(
                matrices, (data.pattern, data.resid_post, data.logits, data.probabilities)
            ):
                matrix.set(values[data.shown])
            for i, frames in rows.items():
                for frame in frames:
                    frame.set_edgecolor(theme.outcomes[demo.outcomes[i]])

        return update

    @staticmethod
    def _matrices(
        panels: Sequence[Axes], canvas: Canvas, data: Data, demo: Demonstration, scale: Scale
    ) -> list[Matrix]:
        """The four matrices, their rows named by token, their columns by what they hold."""
        theme, names, dims = canvas.theme, list(data.classes), data.resid_post.shape[-1]
        count, chance = len(demo.tokens), Normalize(0, 1)
        columns = [f"dim {i}" for i in range(dims)] if dims < 3 else dims
        matrices = [
            Matrix(axes, theme, cmap, norm, count, across, digits=if_wide(digits, wide / n))
            for axes, wide, cmap, norm, across, n, digits in zip(
                panels,
                (WIDE, NARROW, WIDE, WIDE),
                (theme.probability, theme.signed, theme.signed, theme.probability),
                (chance, scale.stream, scale.logits, chance),
                (count, columns, names, names),
                (count, dims, len(names), len(names)),
                (2, digits_for(scale.stream), digits_for(scale.logits, 10), 2),
            )
        ]
        for axes, letter, words, note in zip(
            panels,
            "abcd",
            ("Attention", "Head input", "Logits", "Probabilities"),
            (
                "each row sums to 1",
                "",
                "of each next token",
                "of each next token; each row sums to 1",
            ),
        ):
            canvas.caption(axes, letter, words, note)
            name_tokens(axes, theme, demo.tokens, data.classes, columns=letter == "a")
            if letter in "cd":
                name_next(axes, theme, data.classes)
        return matrices

    @staticmethod
    def _frames(
        panels: Sequence[Axes], theme: Theme, demo: Demonstration, tokens: int
    ) -> dict[int, list[Rectangle]]:
        """Frames around the constrained rows, by position; those around the answers stay as they
        are.
        """
        attention, _, *chances = panels
        rows = {
            i: [frame_row(attention, i, i + 1), *(frame_row(axes, i, tokens) for axes in chances)]
            for i in demo.constrained
        }
        for i in demo.constrained:
            if demo.sources[i] >= 0:
                frame_cell(attention, theme, i, demo.sources[i])
            for axes in chances:
                for target in demo.targets[i]:
                    frame_cell(axes, theme, i, target)
        return rows

    def caption(self, data: Data) -> str:
        if data.shown:
            return again(data.demo)
        return (
            "Attention (a), what the head receives from the layers (b), and the logits (c) and"
            " probabilities (d) of each next token, of the demonstration"
            f" {' '.join(data.demo.tokens)}. Framed rows are positions after which the rule"
            f" decides: {told(outcomes([data.demo]), PREDICTED)}.{scales_told(data.demos)}"
        )

    def alt(self, data: Data) -> str:
        return (
            "Attention, head input, logits and probabilities of"
            f" {' '.join(data.demo.tokens)} at step {data.step:,}. {'; '.join(answers(data.demo))}."
        )


@figure("attention-matrix")
class AttentionMatrix(ByWidth):
    """Attention, the input of the unembedding, logits and probabilities, of one
    sequence.
    """

    ways = (Blocks(), ChanceMaps())
