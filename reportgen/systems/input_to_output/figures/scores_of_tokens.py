"""Scores of the first output's query in the first layer, with each token at each place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import signed_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, signed_norm
from reportgen.measure.numbers import grouped
from reportgen.systems.input_to_output.facts.attention import head_name
from reportgen.systems.input_to_output.facts.circuits import key_tokens, query_tokens, scores
from reportgen.systems.input_to_output.figures.parts.names import name_axis
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, GAP, APART, FOOT = 52, 100, 62, 70, 54  # CSS pixels
TALL, ROW, COLUMNS = (
    300,
    24,
    2,
)  # a map with many rows, a row of one with few, and maps side by side


@dataclass(frozen=True)
class Data:
    """Scores of each head, less their mean over key tokens and places in each row."""

    step: int
    heads: tuple[str, ...]
    rows: tuple[str, ...]  # query tokens, or places of the input where there is one query token
    keys: tuple[str, ...]
    classes: Mapping[str, str]
    scores: np.ndarray  # [head, row, key]
    by_position: bool  # are rows places
    place: str  # of the key, where rows are query tokens


@figure("scores-of-tokens")
class ScoresOfTokens(Figure[Study, Data, Normalize]):
    """A map a head."""

    def compute(self, study: Study) -> Data:
        found = scores(study)
        every = np.stack([found[i] for i in sorted(found)])  # [head, place, query, key]
        by_position = every.shape[2] == 1
        made = every[:, :, 0] if by_position else every[:, 0]
        made = made - made.mean((1, 2) if by_position else 2, keepdims=True)
        names = study.tokens
        places = tuple(f"x{i + 1}" for i in range(every.shape[1]))
        return Data(
            study.step,
            tuple(head_name(study, (0, i)) for i in sorted(found)),
            places if by_position else tuple(names[i] for i in query_tokens(study)),
            tuple(names[i] for i in key_tokens(study)),
            dict(study.classes),
            made,
            by_position,
            "" if by_position else places[0],
        )

    def _tall(self, data: Data) -> float:
        return min(TALL, ROW * len(data.rows))

    def _lines(self, data: Data) -> tuple[int, int]:
        """Maps side by side, and one below another."""
        columns = 1 if data.by_position else min(COLUMNS, len(data.heads))
        return columns, -(-len(data.heads) // columns)

    def height_of(self, data: Data) -> float:
        return TOP + self._lines(data)[1] * (self._tall(data) + APART) + FOOT - 16

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return signed_norm(*(f.scores for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, (columns, _) = canvas.theme, self._lines(data)
        rows = (
            "Rows: places of the input."
            if data.by_position
            else f"Rows: the token that the query stands on.  The key is at {data.place}."
        )
        canvas.headline(
            self.title,
            f"Columns: tokens that may be looked at.  {rows}\nThe more a score is above the others"
            " of its row, the more of the attention the token gets.",
            stamp(data.step),
        )
        wide = (canvas.width - LEFT - 8 - GAP * (columns - 1)) / columns
        wide = wide if data.by_position else min(wide, 340)
        high, made = self._tall(data), []
        for i, name in enumerate(data.heads):
            row, column = divmod(i, columns)
            axes = canvas.panel(
                LEFT + column * (wide + GAP), TOP + row * (high + APART), wide, high
            )
            count = len(data.rows), len(data.keys)
            made.append(Matrix(axes, theme, theme.signed, scale, *count))
            name_axis(axes, theme, data.keys, along_x=True, classes=data.classes)
            kinds = None if data.by_position else data.classes
            name_axis(axes, theme, data.rows, along_x=False, classes=kinds)
            canvas.caption(axes, "abcdefgh"[i % 8], name.capitalize())
        signed_bar(
            canvas,
            scale,
            LEFT,
            canvas.height - 32,
            132,
            "score, less the mean of its row"
            if not data.by_position
            else "score, less the mean of the head",
        )

        def update(data: Data) -> None:
            for matrix, values in zip(made, data.scores):
                matrix.set(values)

        return update

    def caption(self, data: Data) -> str:
        return (
            "The score, before softmax, of the query that writes the first output with a key, in"
            " each head of the first layer; read off the weights, since the first layer sees token"
            " and position alone. "
            + (
                "Rows: where the key stands; the mean of a head is taken away."
                if data.by_position
                else f"Rows: the token at the query; the key stands at {data.place}; the mean of"
                " each row, which changes no attention, is taken away."
            )
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{name}: highest on average for {data.keys[int(each.mean(0).argmax())]}, lowest for"
            f" {data.keys[int(each.mean(0).argmin())]}, from {each.min():.1f} to {each.max():.1f}"
            for name, each in zip(data.heads, data.scores)
        )
        return f"Scores of {len(data.keys)} tokens at step {grouped(data.step)}. {said}."
