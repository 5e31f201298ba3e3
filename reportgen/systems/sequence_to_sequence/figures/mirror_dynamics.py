"""Film: where the outputs look, layer by layer, over training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.bars import ends_bar
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, EDGE, HEIGHT, Curves, FilmStrips, whole_curves
from reportgen.drawing.matrices import Matrix
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import SMALL
from reportgen.systems.sequence_to_sequence.facts.attention import looks
from reportgen.systems.sequence_to_sequence.facts.probe import mirrors, queries
from reportgen.systems.sequence_to_sequence.figures.parts.answering import (
    frame_mirrors,
    held_out_loss_and_error,
    output_names,
    position_names,
)
from reportgen.systems.sequence_to_sequence.view import Study

LEFT, TOP, GAP = 40, 74, 44  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Mean attention at one checkpoint."""

    step: int
    loss: float
    error: float
    positions: tuple[str, ...]
    outputs: tuple[str, ...]
    mirrors: np.ndarray
    pattern: np.ndarray  # [layer, output, key]

    @property
    def mass(self) -> np.ndarray:
        """Mean attention on the mirror [layer]."""
        return np.asarray(self.pattern[:, np.arange(len(self.mirrors)), self.mirrors].mean(1))


@dataclass(frozen=True)
class Scale:
    """The curves of the strips."""

    curves: Curves


@figure("mirror-dynamics")
class MirrorDynamics(Figure[Study, Data, Scale]):
    """A matrix a layer, and the strips."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        pattern = np.stack(
            [looks(study, layer).mean(0) for layer in range(study.config.model.n_layers)]
        )
        future = np.arange(pattern.shape[-1]) > queries(study)[:, None]
        return Data(
            study.step,
            *held_out_loss_and_error(study),
            position_names(study),
            output_names(study),
            mirrors(study),
            np.where(future, np.nan, pattern),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(whole_curves(frames))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, layers, chance = canvas.theme, len(data.pattern), Normalize(0, 1)
        canvas.film_headline(self.title)
        strips = FilmStrips(canvas, *scale.curves, words="wrong")
        wide = (canvas.width - LEFT - EDGE - GAP * (layers - 1)) / layers
        maps, heads = [], []
        for layer in range(layers):
            x = LEFT + layer * (wide + GAP)
            axes = canvas.panel(x, TOP, wide, BOTTOM - TOP - 24)
            cell = wide / len(data.positions)
            matrix = Matrix(
                axes,
                theme,
                theme.probability,
                chance,
                data.outputs,
                len(data.positions),
                digits=2 if cell > 32 else None,
            )
            shown = thinned(data.positions, cell, across=True)
            axes.set_xticks([i + 0.5 for i in shown], [data.positions[i] for i in shown])
            frame_mirrors(axes, theme, data.mirrors)
            canvas.caption(axes, "", f"Layer {layer}")
            heads.append(canvas.text(x + 62, TOP - 7, "", SMALL, theme.muted))
            ends_bar(canvas, theme.probability, x + wide, TOP - 17, chance)
            maps.append(matrix)

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            for matrix, head, values, mass in zip(maps, heads, data.pattern, data.mass):
                matrix.set(values)
                head.set_text(f"on the mirror: {mass:.2f}")

        return update

    def caption(self, data: Data) -> str:
        return (
            "Mean attention of each output’s query (row) on every position it can see (column),"
            " layer by layer; framed: the mirror, the digit that the output is made from. Below:"
            " loss in nats on the outputs of held-out inputs, and the share of their tokens that"
            " are wrong."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Film of attention over training; at step {data.step:,} the mean attention on the"
            f" mirror is {', '.join(f'{m:.2f} in layer {i}' for i, m in enumerate(data.mass))}, and"
            f" {100 * data.error:.1f} % of the held-out tokens are wrong."
        )
