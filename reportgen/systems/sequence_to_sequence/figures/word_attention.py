"""One held-out input: where each output looks in every layer, and what is answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.answers import AnswerColumn
from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix
from reportgen.systems.sequence_to_sequence.facts.probe import mirrors, queries
from reportgen.systems.sequence_to_sequence.figures.parts.answering import (
    frame_mirrors,
    name_word,
    rows_tall,
)
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, APART, TOP, SAY, GAP = 44, 66, 84, 62, 30  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One demonstration."""

    step: int
    number: int
    classes: dict[str, str]
    tokens: tuple[str, ...]  # what is read
    wanted: tuple[str, ...]  # right outputs
    answers: tuple[str, ...]
    chances: np.ndarray  # [output] of the answer
    first: int  # position of the first output's query
    mirrors: np.ndarray
    pattern: np.ndarray  # [layer, output, key], NaN in the future

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Which outputs are right."""
        return tuple("obeyed" if a == w else "broken" for a, w in zip(self.answers, self.wanted))


@figure("word-attention")
class WordAttention(Figure[Study, Data, Normalize]):
    """A matrix a layer, and the answers beside the last one."""

    def compute(self, study: Study) -> Data:
        i, q = study.demonstration, queries(study)
        names, t = study.tokens, study.trace
        pattern = t.pattern()[i].mean(1)[:, q]
        chances = t.probabilities[i, q]
        best = chances.argmax(-1)
        future = np.arange(pattern.shape[-1]) > q[:, None]
        demo = study.demonstrations
        return Data(
            study.step,
            i + 1,
            dict(study.classes),
            tuple(names[x] for x in demo.inputs[i]),
            tuple(names[x] for x in demo.targets[i, q]),
            tuple(names[x] for x in best),
            chances.max(-1),
            int(q[0]),
            mirrors(study),
            np.where(future, np.nan, pattern),
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.pattern) * (rows_tall(len(data.wanted)) + APART) + 30

    def scale(self, frames: Sequence[Data]) -> Normalize:
        """Attention lies between 0 and 1."""
        return Normalize(0, 1)

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, high, count = canvas.theme, rows_tall(len(data.wanted)), len(data.tokens)
        digits = " ".join(data.tokens[1 : data.first + 1])
        canvas.headline(
            f"{self.title} ({data.number})",
            f"Read: {digits}.  To be written: {' '.join(data.wanted)}.  Rows: the query of each"
            " output; framed: the mirror.",
            stamp(data.step),
        )
        wide = canvas.width - LEFT - SAY - GAP
        maps = []
        for layer in range(len(data.pattern)):
            axes = canvas.panel(LEFT, TOP + layer * (high + APART), wide, high)
            cell = wide / count
            maps.append(
                Matrix(
                    axes,
                    theme,
                    theme.probability,
                    scale,
                    len(data.wanted),
                    count,
                    digits=2 if cell > 32 else None,
                )
            )
            name_word(
                axes,
                theme,
                data.tokens,
                data.classes,
                [f"y{k + 1}" for k in range(len(data.wanted))],
            )
            frame_mirrors(axes, theme, data.mirrors)
            canvas.caption(axes, "abcd"[layer % 4], f"Layer {layer}", "each row sums to 1")
        says = canvas.panel(
            canvas.width - SAY, TOP + (len(data.pattern) - 1) * (high + APART), SAY, high
        )
        canvas.caption(says, "", "Says")
        column = AnswerColumn(says, theme, len(data.wanted))
        chance_bar(canvas, LEFT, canvas.height - 34, 132, "attention")

        def update(data: Data) -> None:
            for matrix, values in zip(maps, data.pattern):
                matrix.set(values)
            column.set(data.answers, data.chances.tolist(), data.outcomes, data.classes)

        return update

    def caption(self, data: Data) -> str:
        return (
            "Attention of each output’s query on everything it can see, layer by layer, for one"
            " held-out input, drawn before any network was seen. At the right the answers:"
            " teal where the likeliest token is right, magenta where it is wrong, with its"
            " probability."
        )

    def alt(self, data: Data) -> str:
        mass = data.pattern[:, np.arange(len(data.wanted)), data.mirrors].mean(1)
        return (
            f"Input {' '.join(data.tokens[1 : data.first + 1])} at step {data.step:,}: answered"
            f" {' '.join(data.answers)}, right is {' '.join(data.wanted)}. Mean attention on the"
            f" mirror: {', '.join(f'{m:.2f} in layer {i}' for i, m in enumerate(mass))}."
        )
