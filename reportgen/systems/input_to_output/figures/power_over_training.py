"""Film: the frequencies of embeddings and logits over training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.films import BOTTOM, EDGE, HEIGHT, Curves, FilmStrips, whole_curves
from reportgen.measure.numbers import grouped
from reportgen.systems.input_to_output.facts.clock import embedding_shares, logit_power
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, APART = 52, 70, 40  # CSS pixels
TALL = (BOTTOM - TOP - APART - 22) / 2


@dataclass(frozen=True)
class Data:
    """One checkpoint."""

    step: int
    loss: float  # of held-out inputs
    error: float
    embeddings: np.ndarray  # [frequency]
    logits: np.ndarray


@dataclass(frozen=True)
class Scale:
    """The highest share of each panel, and the curves of the strips."""

    embeddings: float
    logits: float
    curves: Curves


@figure("power-over-training")
class PowerOverTraining(Figure[Study, Data, Scale]):
    """Two rows of bars, and the strips."""

    height = HEIGHT

    def compute(self, study: Study) -> Data:
        at = study.checkpoint
        return Data(
            study.step,
            float(study.history("validation_loss")[at]),
            1 - float(study.history("holdout_right")[at]),
            embedding_shares(study),
            logit_power(study),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        return Scale(
            max(float(f.embeddings.max()) for f in frames),
            max(float(f.logits.max()) for f in frames),
            whole_curves(frames),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, every = canvas.theme, np.arange(1, 1 + len(data.embeddings))
        canvas.film_headline(self.title)
        strips, made = FilmStrips(canvas, *scale.curves, words="wrong"), []
        for i, (name, top) in enumerate(
            (("Embeddings of the numbers", scale.embeddings), ("Logits", scale.logits))
        ):
            axes = canvas.panel(LEFT, TOP + i * (TALL + APART), canvas.width - LEFT - EDGE, TALL)
            canvas.caption(axes, "", name, "share of the power in each frequency")
            made.append(
                axes.bar(
                    every, np.zeros(len(every)), width=0.7, color=theme.series["attention"], lw=0
                )
            )
            axes.axhline(1 / len(every), color=theme.ink, lw=0.9, dashes=(4, 3), zorder=4)
            axes.set(xlim=(0.3, len(every) + 0.7), ylim=(0, 1.05 * top))
            axes.set_xticks(every[:: 1 if len(every) <= 28 else 5])

        def update(data: Data) -> None:
            strips.set(data.step, data.loss, data.error)
            for bars, values in zip(made, (data.embeddings, data.logits)):
                for bar, value in zip(bars, values):
                    bar.set_height(value)

        return update

    def caption(self, data: Data) -> str:
        return (
            "Power of each frequency, as a share of all: above, of the embeddings over the numbers;"
            " below, of the logits over the right answer. Dashes: equal shares. At the foot: the"
            " loss on held-out inputs, and the share of them that are wrong."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Film of frequencies over training; at step {grouped(data.step)} the strongest of the"
            f" embeddings is {1 + int(data.embeddings.argmax())}, with {data.embeddings.max():.2f}"
            f" of the power, that of the logits {1 + int(data.logits.argmax())}, with"
            f" {data.logits.max():.2f}."
        )
