"""One input: where its outputs look, and what they say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.answers import AnswerColumn
from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.style import SMALL
from reportgen.measure.heads import heads
from reportgen.systems.input_to_output.facts.attention import head_name
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, ROW, APART, SAY, GAP, CELL = 108, 92, 24, 54, 96, 40, 66  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One demonstration."""

    step: int
    number: int
    classes: Mapping[str, str]
    read: tuple[str, ...]
    wanted: tuple[str, ...]
    answers: tuple[str, ...]
    chances: np.ndarray  # [output] of the answer, among the possible ones
    heads: tuple[str, ...]
    pattern: np.ndarray  # [head, output, key], NaN in the future
    input: str

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Which outputs are right."""
        return tuple("obeyed" if a == w else "broken" for a, w in zip(self.answers, self.wanted))


@figure("one-input")
class OneInput(Figure[Study, Data, Normalize]):
    """A matrix a head, and the answers beside the first one."""

    def compute(self, study: Study) -> Data:
        i, data, names, t = study.demonstration, study.data, study.tokens, study.trace
        every = heads(study)
        allowed = t.logits[i, data.queries][:, data.answerable]
        chances = np.exp(allowed - allowed.max(-1, keepdims=True))
        chances /= chances.sum(-1, keepdims=True)
        row = study.demonstrations.tokens[i]
        length = data.rows.inputs.shape[1]
        pattern = np.array(
            [t.pattern(layer=layer, head=head)[i, data.queries] for layer, head in every]
        ).reshape(len(every), data.width, length)
        future = np.arange(length) > data.queries[:, None]
        return Data(
            study.step,
            i + 1,
            dict(study.classes),
            tuple(names[x] for x in row[:-1]),
            tuple(names[x] for x in row[data.head :]),
            tuple(names[data.answerable[x]] for x in chances.argmax(-1)),
            chances.max(-1),
            tuple(head_name(study, at) for at in every),
            np.where(future, np.nan, pattern),
            " ".join(names[row[at]] for at in data.places),
        )

    def height_of(self, data: Data) -> float:
        return TOP + max(1, len(data.heads)) * (ROW * len(data.wanted) + APART) + 40

    def scale(self, frames: Sequence[Data]) -> Normalize:
        """Attention lies between 0 and 1."""
        return Normalize(0, 1)

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, high = canvas.theme, ROW * len(data.wanted)
        canvas.headline(
            f"{self.title} ({data.number})",
            f"Read: {data.input}.  To be written: {' '.join(data.wanted)}.\nRows: the query of each"
            " output.  Columns: what it can look at.",
            stamp(data.step),
        )
        room = canvas.width - LEFT - SAY - GAP - 8
        cell = min(CELL, room / len(data.read))
        digits = 2 if cell > width_of("0.00", SMALL) + 4 else None
        rows = [f"writes {w}" for w in data.wanted] if len(data.wanted) <= 8 else data.wanted
        made = []
        for i, name in enumerate(data.heads):
            axes = canvas.panel(LEFT, TOP + i * (high + APART), cell * len(data.read), high)
            matrix = Matrix(axes, theme, theme.probability, scale, rows, data.read, digits=digits)
            for label, token in zip(axes.get_xticklabels(), data.read):
                label.set(weight="bold", color=theme.classes[data.classes[token]])
            canvas.caption(axes, "abcdefgh"[i % 8], name.capitalize(), "each row sums to 1")
            made.append(matrix)
        says = canvas.panel(LEFT + cell * len(data.read) + GAP, TOP, SAY, high)
        canvas.caption(says, "", "Says")
        column = AnswerColumn(says, theme, len(data.wanted))
        if data.heads:
            chance_bar(canvas, LEFT, canvas.height - 34, 132, "attention")

        def update(data: Data) -> None:
            for matrix, values in zip(made, data.pattern):
                matrix.set(values)
            column.set(data.answers, data.chances.tolist(), data.outcomes, data.classes)

        return update

    def caption(self, data: Data) -> str:
        return (
            "Attention of each output’s query on everything that it can see, head by head, for one"
            " input, drawn before any network was seen. At the right the likeliest of the possible"
            " answers, with its probability among them: teal where it is right, magenta where it is"
            " wrong."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Input {data.input} at step {data.step:,}: answered {' '.join(data.answers)}, right is"
            f" {' '.join(data.wanted)}; probabilities"
            f" {', '.join(f'{c:.2f}' for c in data.chances)}."
        )
