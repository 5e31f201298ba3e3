"""What each head says: what looking at a token adds to the logit of each next token."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.measure.head_circuits import copying
from reportgen.systems.text.facts.circuits import centred, tables
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
    """Logits [head, source, next], each row without its mean, which changes no chance."""

    step: int
    table: TokenTables
    copying: tuple[float, ...]  # copying score of each head


@figure("ov-circuits")
class OvCircuits(Figure[Study, Data, Normalize]):
    """A map for each head."""

    def compute(self, study: Study) -> Data:
        said = tables(study).copied
        return Data(
            study.step,
            TokenTables.of(study, kinds(study), centred(said)),
            tuple(copying(table) for table in said),
        )

    def height_of(self, data: Data) -> float:
        return height_of(len(data.copying))

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return common_scale([f.table for f in frames])

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> None:
        canvas.headline(
            self.title,
            "Row: the token that is looked at.  Column: the next token.  Brown: raised, blue:"
            f" lowered, if all attention goes there.\nThe {len(data.table.shown)} most frequent"
            " tokens, kind by kind.  A brown diagonal would be a head that copies.",
            stamp(data.step),
        )
        draw_tables(
            canvas,
            data.table,
            [
                (f"Head {i}", f"copying score {number(score, 2)}")
                for i, score in enumerate(data.copying)
            ],
            scale,
            "logits; one more multiplies the chance by about e",
        )

    def caption(self, data: Data) -> str:
        return (
            "W_E W_V W_O W_U of each head: what a token that gets all its attention (row) adds to"
            " the logit of each next token (column), without the mean of its row, which changes no"
            " chance. The copying score is the sum of the real parts of the eigenvalues of the"
            " whole table over the sum of their sizes: 1 where every token raises itself, 0 where"
            " raising and lowering weigh the same."
        )

    def alt(self, data: Data) -> str:
        said = [
            f"head {i} (copying score {data.copying[i]:.2f}) raises {name} most after {source}, by"
            f" {value:.1f}"
            for i, (source, name, value) in enumerate(data.table.strongest())
        ]
        return f"Maps of what heads add to logits at step {data.step:,}: {'; '.join(said)}."
