"""Which part pushed the token that came, position by position in a passage."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix, name_tokens
from reportgen.drawing.scales import Sums
from reportgen.drawing.style import SMALL, TOKEN
from reportgen.systems.text.facts.components import pushes
from reportgen.systems.text.figures.parts.passage import Passage, in_view
from reportgen.systems.text.view import Study

TOP, LEFT, ROW, FOOT = 132, 40, 15, 56  # CSS pixels
COLUMN = 60


@dataclass(frozen=True)
class Data(Passage):
    """One passage. The columns of `pushed` [position, part] add up to `total` [position]."""

    names: tuple[str, ...]
    pushed: np.ndarray
    total: np.ndarray
    chance: np.ndarray  # [position] of the token that came


@figure("push-passage")
class PushPassage(Figure[Study, Data, Sums]):
    """A map of pushes, the sum of each row, and what came."""

    def compute(self, study: Study) -> Data:
        i, passages = study.demonstration, study.demonstrations
        names, values = pushes(study, study.trace, passages)
        logits, came = study.trace.logits[i], passages.targets[i]

        def pick(table: np.ndarray) -> np.ndarray:
            return np.take_along_axis(table, came[:, None], -1)[:, 0]

        return Data(
            *in_view(study),
            names,
            values[:, i].T,
            pick(logits) - logits.mean(-1),
            pick(study.trace.probabilities[i]),
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.tokens) * ROW + FOOT

    def scale(self, frames: Sequence[Data]) -> Sums:
        return Sums.of([f.pushed for f in frames], [f.total for f in frames])

    def draw(self, canvas: Canvas, data: Data, scale: Sums) -> None:
        theme, count = canvas.theme, len(data.tokens)
        left = max(LEFT, 26 + max(width_of(token, TOKEN, "bold") for token in data.tokens))
        tall, wide = count * ROW, min(COLUMN * len(data.names), canvas.width - left - 160)
        canvas.headline(
            self.title,
            f"Passage {data.passage}.  Row: the token that was read last.  Column: a part of the"
            " network.  Brown: it raised the token that came, blue: it lowered it.\nA row adds up"
            " to the logit, above the mean of all tokens.",
            stamp(data.step),
        )
        axes = canvas.panel(left, TOP, wide, tall)
        cells = Matrix(axes, theme, theme.signed, scale.parts, count, len(data.names))
        name_tokens(axes, theme, data.tokens, data.classes)
        for i, name in enumerate(data.names):
            canvas.text(
                left + (i + 0.5) * wide / len(data.names) + 3,
                TOP - 6,
                short(name),
                SMALL,
                theme.muted,
                rotation=45,
            )
        panel = canvas.panel(left + wide + 10, TOP, 34, tall)
        sums = Matrix(panel, theme, theme.signed, scale.sums, count, 1)
        canvas.text(left + wide + 16, TOP - 6, "logit", SMALL, weight="bold", rotation=45)
        x = left + wide + 56
        canvas.text(x, TOP - 7, "came, chance", SMALL, theme.muted)
        for j, (word, value) in enumerate(zip(data.came, data.chance)):
            canvas.text(
                x,
                TOP + (j + 0.78) * ROW,
                word,
                SMALL,
                theme.classes[data.classes[word]],
                weight="bold",
            )
            canvas.text(
                x + 62,
                TOP + (j + 0.78) * ROW,
                number(float(value), 3),
                SMALL,
                theme.muted,
                ha="right",
            )
        scale.key(canvas, left, TOP + tall + 20, ("logits of a part", "of all together"))
        cells.set(data.pushed)
        sums.set(data.total[:, None])

    def caption(self, data: Data) -> str:
        return (
            "How far each part of the network (column) raised the logit of the token that came"
            " after each position (row) above the mean of all tokens, by what it writes directly to"
            " the unembedding (direct logit attribution); the last column is the sum of a row, on a"
            " scale"
            " of colours of its own. H: a head, by layer and"
            " number; FF: a feed-forward part, by layer."
        )

    def alt(self, data: Data) -> str:
        position, part = np.unravel_index(int(data.pushed.argmax()), data.pushed.shape)
        mean = ", ".join(
            f"{name} {value:.1f}" for name, value in zip(data.names, data.pushed.mean(0))
        )
        return (
            f"Map of pushes by part over the passage “{''.join(data.tokens)}” at step"
            f" {data.step:,}. The strongest: {data.names[part]}, after {data.tokens[position]},"
            f" raised {data.came[position]} by {data.pushed.max():.1f} logits. Means: {mean}."
        )


def short(name: str) -> str:
    """A part's name for the head of a narrow column."""
    words = name.replace("layer ", "").replace(", head ", ".").replace(", feed-forward", "")
    return (
        f"H {words}"
        if "head" in name
        else (
            f"FF {words}"
            if "feed" in name
            else words.removeprefix("the ")
            .removeprefix("all ")
            .removeprefix("its ")
            .removesuffix(" itself")
        )
    )
