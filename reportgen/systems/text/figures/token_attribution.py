"""What raised the token that came? Every position of a passage, and what each token read so far
added to the logit of the right next one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, name_tokens
from reportgen.drawing.scales import Sums
from reportgen.drawing.style import BODY, SMALL
from reportgen.systems.text.facts.attribution import pushes
from reportgen.systems.text.figures.parts.passage import Passage, in_view
from reportgen.systems.text.view import Study

TOP, LEFT, ROW, FOOT = 104, 40, 16, 56  # CSS pixels
WIDE, GAP, COLUMN = 494, 12, 38  # of the map, between it and the columns, of a column


@dataclass(frozen=True)
class Data(Passage):
    """One passage. `pushed` [head, query, source] and `direct` [query] add up to `total` [query],
    the logit of the token that came above the mean of all tokens.
    """

    direct: np.ndarray
    pushed: np.ndarray
    total: np.ndarray
    chance: np.ndarray  # [query] of the token that came

    @property
    def by_source(self) -> np.ndarray:
        """All heads together [query, source]; later sources are no number."""
        return np.where(np.tri(len(self.tokens), dtype=bool), self.pushed.sum(0), np.nan)


@figure("token-attribution")
class TokenAttribution(Figure[Study, Data, Sums]):
    """A map of pushes, and three columns."""

    def compute(self, study: Study) -> Data:
        i, passages = study.demonstration, study.demonstrations
        direct, pushed = pushes(study, study.trace, passages)
        logits, came = study.trace.logits[i], passages.targets[i]
        total = np.take_along_axis(logits - logits.mean(-1, keepdims=True), came[:, None], -1)[:, 0]
        chance = np.take_along_axis(study.trace.probabilities[i], came[:, None], -1)[:, 0]
        return Data(
            *in_view(study),
            direct[i],
            pushed[i],
            total,
            chance,
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.tokens) * ROW + FOOT

    def scale(self, frames: Sequence[Data]) -> Sums:
        parts = [a for f in frames for a in (f.by_source, f.direct)]
        return Sums.of(parts, [f.total for f in frames])

    def draw(self, canvas: Canvas, data: Data, scale: Sums) -> Callable[[Data], None]:
        theme, count = canvas.theme, len(data.tokens)
        tall = count * ROW
        canvas.headline(
            self.title,
            f"Passage {data.passage}.  Row: the token that was read last.  Column: where the heads"
            " took from.  Brown: it raised the token that came, blue: it lowered it.\nA row of the"
            " map and the last token by itself add up to the logit, above the mean of all tokens.",
            stamp(data.step),
        )
        axes = canvas.panel(LEFT, TOP, WIDE, tall)
        cells = Matrix(axes, theme, theme.signed, scale.parts, count, count)
        name_tokens(axes, theme, data.tokens, data.classes, columns=True)
        canvas.caption(axes, "a", "All heads, by source", "logits")
        columns = []
        for i, (words, norm) in enumerate((("itself", scale.parts), ("logit", scale.sums))):
            x = LEFT + WIDE + GAP + i * (COLUMN + 6)
            panel = canvas.panel(x, TOP, COLUMN, tall)
            columns.append(Matrix(panel, theme, theme.signed, norm, count, 1, 1))
            canvas.text(x, TOP - 7, f"{'bc'[i]}  {words}", SMALL, weight="bold")
        x = LEFT + WIDE + GAP + 2 * (COLUMN + 6) + 8
        canvas.text(x, TOP - 7, "came, and its chance", SMALL, theme.muted)
        names = [
            (
                canvas.text(x, TOP + (j + 0.78) * ROW, "", BODY, weight="bold"),
                canvas.text(x + 34, TOP + (j + 0.78) * ROW, "", SMALL, theme.muted),
            )
            for j in range(count)
        ]
        scale.key(canvas, LEFT, TOP + tall + 28, ("logits (a, b)", "logits (c)"))

        def update(data: Data) -> None:
            cells.set(data.by_source)
            for column, values in zip(columns, (data.direct, data.total)):
                column.set(values[:, None])
            for (token, chance), word, value in zip(names, data.came, data.chance):
                token.set(text=word, color=theme.classes[data.classes[word]])
                chance.set_text(number(float(value), 3))

        return update

    def caption(self, data: Data) -> str:
        return (
            "(a) What each token read so far (column), through all heads, added to the logit of the"
            " token that came after the position (row), above the mean of all tokens; on the"
            " diagonal is the last token as heads read it, and plain cells lie in the future. (b)"
            " What the last token added by itself, the direct path from embedding to unembedding,"
            " bias included. (c) Their sum over a row, the logit, on a"
            " scale of colours of its own. The file of numbers holds every"
            " head apart."
        )

    def alt(self, data: Data) -> str:
        values = np.where(np.isfinite(data.by_source), data.by_source, -np.inf)
        query, source = np.unravel_index(int(values.argmax()), values.shape)
        back = int(query - source)
        where = "on the position itself" if back == 0 else f"{back} position{'s' * (back > 1)} back"
        return (
            f"Map of pushes on the token that came, over the passage “{''.join(data.tokens)}” at"
            f" step {data.step:,}. The strongest: {data.tokens[source]}, {where} from"
            f" {data.tokens[query]}, raised {data.came[query]} by {values.max():.1f} logits. On"
            f" average attention added {float(data.pushed.sum((0, 2)).mean()):.2f} and the last"
            f" token by itself {float(data.direct.mean()):.2f}."
        )
