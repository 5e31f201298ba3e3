"""Loss with the key frequencies alone and without them, beside the losses of training, over
training.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.margins import Side
from reportgen.drawing.over_training import mark_onsets, steps_across
from reportgen.drawing.step_axis import StepAxis
from reportgen.measure.numbers import grouped
from reportgen.systems.input_to_output.facts.losses import exactly
from reportgen.systems.input_to_output.facts.training import (
    onset_excluded,
    onset_holdout_loss,
    onset_restricted,
)
from reportgen.systems.input_to_output.figures.parts.losses import lay, limits
from reportgen.systems.input_to_output.view import Study

LEFT, WIDE = 56, 560
LOSS, POWER = (84, 250), (410, 90)  # upper edge and height of each panel


@dataclass(frozen=True)
class Data:
    """Curves [checkpoint] of the displayed seed."""

    steps: np.ndarray
    train: np.ndarray
    holdout: np.ndarray
    restricted: np.ndarray
    excluded: np.ndarray
    power: np.ndarray  # of W_E in the key frequencies
    guess: float
    onsets: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Scale:
    """Where the losses end, and how far apart the steps stand."""

    loss: tuple[float, float]
    axis: StepAxis


@figure("restricted-and-excluded")
class RestrictedAndExcluded(Figure[Study, Data, Scale]):
    """Four losses, and how much of the embeddings the key frequencies have."""

    height = 550

    def compute(self, study: Study) -> Data:
        found = (
            ("restricted falls", onset_restricted(study)),
            ("excluded rises", onset_excluded(study)),
            ("held out falls", onset_holdout_loss(study)),
        )
        return Data(
            study.run.steps,
            study.history("train_loss"),
            study.history("validation_loss"),
            study.history("restricted_loss"),
            study.history("excluded_loss"),
            study.history("key_power"),
            float(np.log(len(study.data.answerable))),
            tuple((words, int(f.value), "") for words, f in found if f.value is not None),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        curves = [v for f in frames for v in (f.train, f.holdout, f.restricted, f.excluded)]
        fitted = [(f.train, (0.0, f.guess)) for f in frames]
        return Scale(limits(curves, frames[0].guess), StepAxis.of(frames[0].steps, *fitted))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Restricted: of the logits only the key frequencies are kept, all inputs.  Excluded:"
            " only these are taken away, training inputs.",
            f"steps {grouped(data.steps[0])} to {grouped(data.steps[-1])}",
        )
        loss, power = (canvas.panel(LEFT, top, WIDE, tall) for top, tall in (LOSS, POWER))
        lay(loss, scale.loss)
        power.set(ylim=(0, 1.03))
        power.set_yticks([0, 0.5, 1])
        steps_across((loss, power), scale.axis, 6)
        canvas.caption(loss, "a", "Loss", "nats, logarithmic; dotted: a guess")
        canvas.caption(power, "b", "Embeddings in the key frequencies", "share of their power")
        curves = (
            ("training", data.train, theme.series["train"], "-", 1.4),
            ("held out", data.holdout, theme.series["validation"], "-", 1.8),
            ("restricted", data.restricted, theme.series["attention"], (0, (5, 1.5)), 1.6),
            ("excluded", data.excluded, theme.series["error"], (0, (1.2, 1.2)), 1.6),
        )
        floor, top = scale.loss
        for _, values, ink, style, width in curves:
            seen = np.maximum(values, floor)
            loss.plot(data.steps, seen, color=ink, ls=style, lw=width, zorder=3)
        loss.axhline(data.guess, color=theme.muted, lw=0.9, dashes=(1.5, 3), zorder=2)
        power.plot(data.steps, data.power, color=theme.series["attention"], lw=1.8)
        Side(canvas, LEFT + WIDE + 12).set(
            loss,
            [
                (min(max(float(v[-1]), floor), top), f"{name}  {exactly(float(v[-1]))}", "", ink)
                for name, v, ink, *_ in curves
            ],
        )
        mark_onsets(
            canvas,
            (loss, power),
            scale.axis,
            data.onsets,
            left=LEFT,
            wide=WIDE,
            bottom=LOSS[0] + LOSS[1],
            least=104,
            between=(LEFT + 40, LEFT + WIDE - 20),
        )

    def caption(self, data: Data) -> str:
        return (
            "(a) Losses of the displayed network; the key frequencies are those of its last"
            " checkpoint. Lines across both panels: the first of several checkpoints in a row at"
            " which the held-out loss and the restricted loss are below half that of a guess, and"
            " at which the excluded loss is so much above the training loss. (b) Of the power of"
            " the numbers’ embeddings, the share in these frequencies."
        )

    def alt(self, data: Data) -> str:
        told = ", ".join(f"{words} at step {grouped(step)}" for words, step, _ in data.onsets)
        return (
            f"Losses over {grouped(data.steps[-1])} steps; at the end {data.train[-1]:.2g} nats on"
            f" training inputs, {data.holdout[-1]:.2g} on held-out ones,"
            f" {data.restricted[-1]:.2g} restricted and {data.excluded[-1]:.2g} excluded."
            + (f" Onsets: {told}." if told else "")
        )
