"""A passage read at every depth: the token that would be named, and the chance of the one that
came.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.core.recording import softmax
from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.marks.names import at_position, name_cells
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.scales import share_norm
from reportgen.drawing.style import SMALL
from reportgen.drawing.twins import readable_on
from reportgen.measure.logit_lens import logit_lens
from reportgen.systems.text.facts.lens import depths
from reportgen.systems.text.figures.parts.passage import Passage, in_view
from reportgen.systems.text.view import Study

TOP, LEFT, ROW, APART, FOOT = 72, 86, 24, 40, 46  # CSS pixels
ACROSS = 24  # positions in a line
WIDEST = 46  # CSS pixels of a cell of a passage that is shorter


@dataclass(frozen=True)
class Data(Passage):
    """One passage."""

    names: tuple[str, ...]  # of depths
    named: tuple[tuple[str, ...], ...]  # [depth][position] likeliest token
    chance: np.ndarray  # [depth, position] of the token that came


@figure("lens-passage")
class LensPassage(Figure[Study, Data, Normalize]):
    """Lines of text, each with a row of cells a depth."""

    def compute(self, study: Study) -> Data:
        i, passages = study.demonstration, study.demonstrations
        chances = {
            name: softmax(logit_lens(study, stream[i]))
            for name, stream in depths(study.trace).items()
        }
        own = np.stack(
            [
                np.take_along_axis(c, passages.targets[i][:, None], -1)[:, 0]
                for c in chances.values()
            ]
        )
        return Data(
            *in_view(study),
            tuple(chances),
            tuple(study.spelled(c.argmax(-1)) for c in chances.values()),
            own,
        )

    def _lines(self, data: Data) -> int:
        return -(-len(data.tokens) // ACROSS)

    def height_of(self, data: Data) -> float:
        return TOP + self._lines(data) * ((len(data.names) + 2) * ROW + APART) - APART + FOOT

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return share_norm(*(f.chance for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            f"Passage {data.passage}.  In each cell the token that would be named at that depth;"
            " its shade is the chance of the token that came.\nBelow: the token that came.  Bold:"
            " it is the one named.",
            stamp(data.step),
        )
        cell = min((canvas.width - LEFT) / min(len(data.tokens), ACROSS), WIDEST)

        def size(words: str) -> float:
            return SMALL if width_of(words, SMALL, "bold") <= cell - 2 else 0

        for line in range(self._lines(data)):
            part = slice(line * ACROSS, (line + 1) * ACROSS)
            tokens, y = data.tokens[part], TOP + line * ((len(data.names) + 2) * ROW + APART)
            canvas.text(LEFT - 10, y + 0.68 * ROW, "read", SMALL, theme.muted, ha="right")
            canvas.text(
                LEFT - 10,
                y + (len(data.names) + 1.72) * ROW,
                "came",
                SMALL,
                theme.muted,
                ha="right",
            )
            axes = canvas.panel(LEFT, y + ROW, cell * len(tokens), ROW * len(data.names))
            cells = Matrix(axes, theme, theme.probability, scale, len(data.names), len(tokens))
            cells.set(data.chance[:, part])
            name_cells(axes, "y", data.names)
            steps = enumerate(zip(tokens, data.came[part]), part.start)
            name_cells(axes, "x", [f"{at_position(read, i)} → {came}" for i, (read, came) in steps])
            for row, name in enumerate(data.names):
                canvas.text(LEFT - 10, y + (row + 1.68) * ROW, name, SMALL, ha="right")
            for j, (token, came) in enumerate(zip(tokens, data.came[part])):
                x = LEFT + (j + 0.5) * cell
                for words, at in ((token, 0.68), (came, len(data.names) + 1.72)):
                    canvas.text(
                        x,
                        y + at * ROW,
                        words if size(words) else "…",
                        SMALL,
                        theme.classes[data.classes[words]],
                        ha="center",
                        weight="bold",
                    )
                for row in range(len(data.names)):
                    words, value = (
                        data.named[row][line * ACROSS + j],
                        data.chance[row, line * ACROSS + j],
                    )
                    ink = readable_on(theme, theme.probability(scale(value))[:3])
                    canvas.text(
                        x,
                        y + (row + 1.68) * ROW,
                        words if size(words) else "…",
                        SMALL,
                        ink,
                        ha="center",
                        weight="bold" if words == came else "normal",
                        alpha=1 if words == came else 0.75,
                    )
        bottom = canvas.height - 30
        chance_bar(canvas, LEFT, bottom, 170, norm=scale)
        canvas.text(LEFT + 184, bottom + 8, "chance of the token that came", SMALL, theme.muted)

    def caption(self, data: Data) -> str:
        return (
            "Each column is a position of the passage, each row a depth: the stream there is"
            " normalized as at the end, with its own mean and length, and read by the unembedding."
            " Written in a cell: the likeliest token; its shade: the chance of the token that came,"
            " which stands below. Only the last row is what the network says."
        )

    def alt(self, data: Data) -> str:
        right = [sum(n == c for n, c in zip(named, data.came)) for named in data.named]
        said = ", ".join(f"{name} {count}" for name, count in zip(data.names, right))
        return (
            f"The passage “{''.join(data.tokens)}” read at every depth at step {data.step:,}."
            f" Positions, of {len(data.tokens)}, at which the token that came is named: {said}."
        )
