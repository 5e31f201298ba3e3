"""What looking at a token adds to the logits, head by head."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, signed_norm
from reportgen.measure.heads import heads
from reportgen.measure.numbers import grouped
from reportgen.systems.input_to_output.facts.attention import head_name
from reportgen.systems.input_to_output.facts.circuits import copied, key_tokens
from reportgen.systems.input_to_output.facts.probe import names
from reportgen.systems.input_to_output.figures.parts.names import name_axis
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, GAP, APART, FOOT = 52, 100, 62, 70, 54  # CSS pixels
TALL, ROW, COLUMNS = 300, 24, 2


@dataclass(frozen=True)
class Data:
    """Logits of each head, less their mean over answers in each row."""

    step: int
    heads: tuple[str, ...]
    keys: tuple[str, ...]
    answers: tuple[str, ...]
    classes: Mapping[str, str]
    logits: np.ndarray  # [head, key, answer]


@figure("values-of-tokens")
class ValuesOfTokens(Figure[Study, Data, Normalize]):
    """A map a head."""

    def compute(self, study: Study) -> Data:
        found = copied(study)
        made = np.stack([found[at] for at in heads(study)])
        return Data(
            study.step,
            tuple(head_name(study, at) for at in heads(study)),
            tuple(study.tokens[i] for i in key_tokens(study)),
            names(study),
            dict(study.classes),
            made - made.mean(2, keepdims=True),
        )

    def _lines(self, data: Data) -> tuple[int, int]:
        columns = min(COLUMNS, len(data.heads))
        return columns, -(-len(data.heads) // columns)

    def _tall(self, data: Data) -> float:
        return min(TALL, ROW * len(data.keys))

    def height_of(self, data: Data) -> float:
        return TOP + self._lines(data)[1] * (self._tall(data) + APART) + FOOT - 16

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return signed_norm(*(f.logits for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, (columns, _), high = canvas.theme, self._lines(data), self._tall(data)
        canvas.headline(
            self.title,
            "Rows: the token that a head looks at.  Columns: the answers that this makes likelier"
            " (warm colours) or less likely (cold).\nWhere tokens are copied, the diagonal stands"
            " out.",
            stamp(data.step),
        )
        wide = min(340, (canvas.width - LEFT - 8 - GAP * (columns - 1)) / columns)
        made = []
        for i, name in enumerate(data.heads):
            row, column = divmod(i, columns)
            axes = canvas.panel(
                LEFT + column * (wide + GAP), TOP + row * (high + APART), wide, high
            )
            count = len(data.keys), len(data.answers)
            made.append(Matrix(axes, theme, theme.signed, scale, *count))
            name_axis(axes, theme, data.answers, along_x=True, classes=data.classes)
            name_axis(axes, theme, data.keys, along_x=False, classes=data.classes)
            canvas.caption(axes, "abcdefgh"[i % 8], name.capitalize())
        signed_bar(canvas, scale, LEFT, canvas.height - 32, 132, "logit, less the mean of its row")

        def update(data: Data) -> None:
            for matrix, values in zip(made, data.logits):
                matrix.set(values)

        return update

    def caption(self, data: Data) -> str:
        return (
            "W_E W_V W_O W_U of each head, without the mean of each row, which changes no"
            " probability: what looking at a token adds to the logit of each possible answer. What"
            " goes past attention, or through a feed-forward layer, is not in it."
        )

    def alt(self, data: Data) -> str:
        own = [
            sum(data.answers[int(row.argmax())] == key for key, row in zip(data.keys, each))
            for each in data.logits
        ]
        said = "; ".join(
            f"in {name} {count} of {len(data.keys)} tokens raise themselves most"
            for name, count in zip(data.heads, own)
        )
        return f"What looking at each token says, at step {grouped(data.step)}: {said}."
