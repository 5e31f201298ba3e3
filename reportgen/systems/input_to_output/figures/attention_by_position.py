"""Where the outputs look on average, head by head."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import chance_bar
from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.scales import share_norm
from reportgen.drawing.style import SMALL
from reportgen.measure.heads import heads
from reportgen.measure.numbers import grouped
from reportgen.systems.input_to_output.facts.attention import head_name, looks
from reportgen.systems.input_to_output.facts.probe import output_name, position_names
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, ROW, APART, FOOT, WIDE = 108, 92, 24, 52, 58, 70  # CSS pixels; WIDE: of a cell, at most


@dataclass(frozen=True)
class Data:
    """Mean attention of the outputs' queries over all inputs."""

    step: int
    heads: tuple[str, ...]
    outputs: tuple[str, ...]
    places: tuple[str, ...]
    pattern: np.ndarray  # [output, head, key], NaN in the future
    inputs: int


@figure("attention-by-position")
class AttentionByPosition(Figure[Study, Data, Normalize]):
    """A matrix for each output, a row a head."""

    def compute(self, study: Study) -> Data:
        every = heads(study)
        pattern = np.stack([looks(study, at).mean(0) for at in every], 1)
        future = np.arange(pattern.shape[-1]) > study.data.queries[:, None, None]
        return Data(
            study.step,
            tuple(head_name(study, at) for at in every),
            tuple(output_name(study, i) for i in range(study.data.width)),
            position_names(study),
            np.where(future, np.nan, pattern),
            len(study.data.rows),
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.outputs) * (ROW * len(data.heads) + APART) + FOOT - 20

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return share_norm(*(f.pattern for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> Callable[[Data], None]:
        theme, high = canvas.theme, ROW * len(data.heads)
        canvas.headline(
            self.title,
            "Rows: heads.  Columns: what the query of an output can look at; x: places of the"
            f" input.\nMean over all {grouped(data.inputs)} inputs.",
            stamp(data.step),
        )
        cell = min(WIDE, (canvas.width - LEFT - 8) / len(data.places))
        digits = 2 if cell > width_of("0.00", SMALL) + 4 else None
        made = []
        for i, name in enumerate(data.outputs):
            y = TOP + i * (high + APART)
            axes = canvas.panel(LEFT, y, cell * len(data.places), high)
            matrix = Matrix(
                axes, theme, theme.probability, scale, data.heads, data.places, digits=digits
            )
            canvas.caption(axes, "abcdefgh"[i % 8], f"To write {name}", "each row sums to 1")
            made.append(matrix)
        chance_bar(canvas, LEFT, canvas.height - 34, 132, "attention", scale)

        def update(data: Data) -> None:
            for matrix, values in zip(made, data.pattern):
                matrix.set(values)

        return update

    def caption(self, data: Data) -> str:
        return (
            "Mean attention of the query that writes an output (row: head) on every position that"
            f" it can see (column), over all {data.inputs:,} inputs. x1, x2, …: places of the"
            " input; y: outputs written before; others: tokens that are always there."
        )

    def alt(self, data: Data) -> str:
        most = np.nanargmax(data.pattern, -1)
        said = "; ".join(
            f"to write {name}, "
            + ", ".join(
                f"{head} looks most at {data.places[at]} ({data.pattern[i, h, at]:.2f})"
                for h, (head, at) in enumerate(zip(data.heads, most[i]))
            )
            for i, name in enumerate(data.outputs)
        )
        return f"Mean attention at step {grouped(data.step)}: {said}."
