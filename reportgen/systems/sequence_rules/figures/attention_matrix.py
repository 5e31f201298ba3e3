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

from reportgen.drawing.canvas import Canvas, halo
from reportgen.drawing.figure import figure
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens, signed_norm
from reportgen.drawing.strips import step_stamp
from reportgen.drawing.style import SMALL, TOKEN, Theme
from reportgen.drawing.variants import ByWidth, Variant
from reportgen.drawing.views import digits_for, if_wide, signed_ticks
from reportgen.systems.sequence_rules.figures.parts.chance_maps import ChanceMaps
from reportgen.systems.sequence_rules.figures.parts.demonstration import (
    SHORT,
    STRIP,
    Demonstration,
    SequenceHead,
    answers,
    demonstrations,
    short_answers,
)
from reportgen.systems.sequence_rules.view import Study

# CSS pixels: above the first block, of a block beside its matrices, below the last block, of a row
TOP, REST, FOOT, ROW = (
    66,
    124,
    56,
    19,
)
LEFT, RIGHT, WIDE, NARROW = (
    32,
    420,
    340,
    84,
)  # left edges and width of the two columns of matrices; width of the head's input

MANY = 16  # tokens from which on columns are named in small type


@dataclass(frozen=True)
class Data:
    """Pattern, head input and output of the demonstrations."""

    step: int
    classes: dict[str, str]
    demos: tuple[Demonstration, ...]
    pattern: np.ndarray  # [sequence, query, key], NaN where masked
    resid_post: np.ndarray  # [sequence, position, dim] what the head receives
    logits: np.ndarray  # [sequence, position, token]
    probabilities: np.ndarray


@dataclass(frozen=True)
class Scale:
    """Common to all sequences and frames."""

    stream: Normalize
    logits: Normalize


class Blocks(Variant):
    """Attention, the input of the unembedding, logits and probabilities: one block a sequence."""

    data: ClassVar[type] = Data
    needs: ClassVar[tuple[str, ...]] = ("plane", "one_head", "one_answer", "held")

    def suits(self, study: Study) -> bool:
        return (
            super().suits(study) and study.config.model.n_ctx <= SHORT
        )  # a longer one has no room beside its matrices

    def height_of(self, data: Data) -> float:
        return TOP + len(data.demos) * self._block_height(data) + FOOT

    @staticmethod
    def _block_height(data: Data) -> float:
        return REST + 2 * ROW * data.pattern.shape[-1]

    def compute(self, study: Study) -> Data:
        t = study.trace
        pattern = np.where(t.future, np.nan, t.pattern(layer=0, head=0))
        return Data(
            study.step,
            dict(study.classes),
            demonstrations(study),
            pattern,
            t.resid_post(layer=-1),
            t.logits,
            t.probabilities,
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            signed_norm(*(f.resid_post for f in frames)), signed_norm(*(f.logits for f in frames))
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, stamp = canvas.theme, step_stamp(canvas)
        canvas.headline(
            self.title,
            "The head receives what comes out of the layers (b), not the attention output.  Framed"
            " rows: positions after which the\nrule decides, teal or magenta by what is then"
            " predicted; framed cells: in a the key that holds the answer, in c and d the answer.",
        )
        tall = self._block_height(data)
        blocks = [
            self._block(canvas, TOP + i * tall, data, i, scale) for i in range(len(data.demos))
        ]
        foot = TOP + len(blocks) * tall + 16
        for cmap, norm, x, words, ticks in (
            (theme.probability, Normalize(0, 1), LEFT, "a, d: attention, probability", (0, 0.5, 1)),
            (theme.signed, scale.stream, LEFT + 180, "b: component", signed_ticks(scale.stream)),
            (theme.signed, scale.logits, LEFT + 360, "c: logit", signed_ticks(scale.logits)),
        ):
            colour_bar(canvas, cmap, norm, x, foot, 140, words, ticks)
        canvas.text(LEFT + 530, foot + 8, "Plain cells in a lie in the future.", SMALL, theme.muted)

        def update(data: Data) -> None:
            stamp(data.step)
            for i, block in enumerate(blocks):
                block(data, i)

        update(data)
        return update

    def _block(
        self, canvas: Canvas, y: float, data: Data, index: int, scale: Scale
    ) -> Callable[[Data, int], None]:
        """One sequence: attention and head input above, logits and probabilities below."""
        theme, demo, names = canvas.theme, data.demos[index], list(data.classes)
        count, dims = len(demo.tokens), data.resid_post.shape[-1]
        blank = [""] * count
        tall = ROW * count
        upper, lower = y + 30, y + 30 + tall + 46
        a_axes, b_axes = (
            canvas.panel(LEFT, upper, WIDE, tall),
            canvas.panel(RIGHT, upper, NARROW, tall),
        )
        c_axes, d_axes = (
            canvas.panel(LEFT, lower, WIDE, tall),
            canvas.panel(RIGHT, lower, WIDE, tall),
        )
        head = SequenceHead(
            canvas, canvas.width - STRIP, upper - 6, data.classes, demo, index + 1, below=True
        )
        a = Matrix(
            a_axes,
            theme,
            theme.probability,
            Normalize(0, 1),
            blank,
            blank,
            digits=if_wide(2, WIDE / count),
        )
        b = Matrix(
            b_axes,
            theme,
            theme.signed,
            scale.stream,
            blank,
            [f"dim {i}" for i in range(dims)] if dims < 3 else [""] * dims,
            digits=if_wide(digits_for(scale.stream), NARROW / dims),
        )
        c = Matrix(
            c_axes,
            theme,
            theme.signed,
            scale.logits,
            blank,
            names,
            digits=if_wide(digits_for(scale.logits, 10), WIDE / len(names)),
        )
        d = Matrix(
            d_axes,
            theme,
            theme.probability,
            Normalize(0, 1),
            blank,
            names,
            digits=if_wide(2, WIDE / len(names)),
        )
        for axes, letter, words, note in (
            (a_axes, "a", "Attention", "each row sums to 1"),
            (b_axes, "b", "Head input", ""),
            (c_axes, "c", "Logits", "of each next token"),
            (d_axes, "d", "Probabilities", "of each next token; each row sums to 1"),
        ):
            canvas.caption(axes, letter, words, note)
            name_tokens(axes, theme, demo.tokens, data.classes, columns=axes is a_axes)
            if axes in (c_axes, d_axes):
                self._next(axes, theme, data.classes)
        rows = {
            i: [
                axes.add_patch(
                    Rectangle(
                        (0.02, i + 0.04),
                        wide - 0.04,
                        0.92,
                        fill=False,
                        lw=1.6,
                        zorder=5,
                        clip_on=False,
                    )
                )
                for axes, wide in ((a_axes, i + 1), (c_axes, len(names)), (d_axes, len(names)))
            ]
            for i in demo.judged
        }
        for i in demo.judged:
            cells = [(a_axes, demo.sources[i])] * (demo.sources[i] >= 0) + [
                (axes, t) for axes in (c_axes, d_axes) for t in demo.targets[i]
            ]
            for axes, at in cells:
                axes.add_patch(
                    Rectangle(
                        (at + 0.035, i + 0.1),
                        0.93,
                        0.8,
                        fill=False,
                        edgecolor=theme.outcomes["obeyed"],
                        lw=1.8,
                        zorder=6,
                        path_effects=halo(theme, 3),
                    )
                )

        def update(data: Data, index: int) -> None:
            demo = data.demos[index]
            head.set(demo, short_answers(demo))
            for matrix, values in (
                (a, data.pattern),
                (b, data.resid_post),
                (c, data.logits),
                (d, data.probabilities),
            ):
                matrix.set(values[index])
            for i, frames in rows.items():
                for frame in frames:
                    frame.set_edgecolor(theme.outcomes[demo.outcomes[i]])

        return update

    @staticmethod
    def _next(axes: Axes, theme: Theme, classes: dict[str, str]) -> None:
        """Columns named by next token in its class colour."""
        axes.set_xticks(np.arange(len(classes)) + 0.5, list(classes))
        for label, kind in zip(axes.get_xticklabels(), classes.values()):
            label.set(
                size=TOKEN if len(classes) <= MANY else SMALL,
                weight="bold",
                color=theme.classes[kind],
            )

    def caption(self, data: Data) -> str:
        return (
            "Attention (a), what the head receives from the layers (b), and the logits (c) and"
            " probabilities (d) of each next token, for each demonstration sequence on common"
            " scales. Framed rows are positions after which the rule decides: teal where the"
            " network then predicts the answer, magenta where it does not."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Attention, head input, logits and probabilities of {len(data.demos)} sequences at"
            f" step {data.step:,}. "
            + " ".join(f"In {' '.join(d.tokens)}: {'; '.join(answers(d))}." for d in data.demos)
        )


@figure
class AttentionMatrix(ByWidth):
    """Attention, the input of the unembedding, logits and probabilities: one block a sequence."""

    slug, title = "attention-matrix", "From attention to the probability of the next token"
    height = TOP + 3 * (REST + 2 * 8 * ROW) + FOOT
    ways = (Blocks(), ChanceMaps())
