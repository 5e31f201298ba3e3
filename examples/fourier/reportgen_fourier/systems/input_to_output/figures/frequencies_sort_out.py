"""The Gini coefficient of the embeddings' frequencies, over training."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from reportgen.systems.input_to_output.facts.two_numbers import gini

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.over_training import steps_across
from reportgen.drawing.step_axis import StepAxis
from reportgen.systems.input_to_output import waves
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, WIDE, TALL = 56, 84, 680, 200  # CSS pixels


@dataclass(frozen=True)
class Data:
    """Curves [checkpoint] of the displayed seed."""

    steps: np.ndarray
    gini: np.ndarray
    holdout: np.ndarray  # share of held-out inputs that are right


@figure("frequencies-sort-out")
class FrequenciesSortOut(Figure[Study, Data, StepAxis]):
    """Two curves over one axis."""

    height = TOP + TALL + 56

    def compute(self, study: Study) -> Data:
        every = study.run.weights(study.seed, slice(None))["W_E"][:, study.data.answerable]
        found = np.array([float(gini(waves.power(each))) for each in every])
        return Data(study.run.steps, found, study.history("holdout_right"))

    def scale(self, frames: Sequence[Data]) -> StepAxis:
        return StepAxis.of(frames[0].steps, *((f.holdout, (0.0, 1.0)) for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: StepAxis) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "0: all frequencies have the same power.  Near 1: one has everything.",
            f"steps {data.steps[0]:,} to {data.steps[-1]:,}",
        )
        axes = canvas.panel(LEFT, TOP, WIDE, TALL)
        axes.set(ylim=(0, 1.03))
        axes.set_yticks([0, 0.5, 1])
        steps_across((axes,), scale, 6)
        axes.plot(
            data.steps,
            data.gini,
            color=theme.series["attention"],
            lw=1.8,
            label="Gini coefficient of the embeddings",
        )
        axes.plot(
            data.steps,
            data.holdout,
            color=theme.series["validation"],
            lw=1.4,
            label="held-out inputs that are right",
        )
        axes.legend(loc="lower right", frameon=False)

    def caption(self, data: Data) -> str:
        return (
            "The Gini coefficient of the power of the numbers’ embeddings over frequencies, and the"
            " share of held-out inputs that are answered, of the displayed network at every"
            " checkpoint."
        )

    def alt(self, data: Data) -> str:
        return (
            f"The Gini coefficient of the frequencies goes from {data.gini[0]:.2f} at step"
            f" {data.steps[0]:,} to {data.gini[-1]:.2f} at step {data.steps[-1]:,}."
        )
