"""What each head looks for: the score that a token gives another, whatever their positions."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.systems.text.facts.circuits import tables
from reportgen.systems.text.facts.neighbours import kinds
from reportgen.systems.text.figures.parts.token_tables import (
    TokenTables,
    common_scale,
    draw_tables,
    height_of,
)
from reportgen.systems.text.view import Study


@dataclass(frozen=True)
class Data:
    """Scores [head, query, source], each row without its mean, which changes no share of
    attention.
    """

    step: int
    table: TokenTables


@figure("qk-circuits")
class QkCircuits(Figure[Study, Data, Normalize]):
    """A map for each head."""

    def compute(self, study: Study) -> Data:
        scores = tables(study).matched
        return Data(
            study.step,
            TokenTables.of(study, kinds(study), scores - scores @ study.counts.shares[:, None]),
        )

    def height_of(self, data: Data) -> float:
        return height_of(len(data.table.values))

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return common_scale([f.table for f in frames])

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> None:
        canvas.headline(
            self.title,
            "Row: the token that asks.  Column: the token that is asked.  Brown: more attention"
            f" than the usual token, blue: less.\nThe {len(data.table.shown)} most frequent tokens,"
            " kind by kind; what positions add to a score is left out.",
            stamp(data.step),
        )
        draw_tables(
            canvas,
            data.table,
            [
                (f"Head {i}", "query · key / √d, above the row’s mean")
                for i in range(len(data.table.values))
            ],
            scale,
            "score; one more multiplies the attention by e",
        )

    def caption(self, data: Data) -> str:
        return (
            "W_E W_Q W_Kᵀ W_Eᵀ / √d_head of each head: the score of a token that asks (row) with a"
            " token that is asked (column), from which the mean of its row, weighted by how often"
            " tokens occur, is taken away. Up to a constant for each query, a score is this plus"
            " terms of the two positions, and of each position with the other token. The file of"
            " numbers holds all tokens."
        )

    def alt(self, data: Data) -> str:
        said = [
            f"in head {i} {query} asks most for {source} ({value:.1f})"
            for i, (query, source, value) in enumerate(data.table.strongest())
        ]
        return f"Maps of scores between frequent tokens at step {data.step:,}: {'; '.join(said)}."
