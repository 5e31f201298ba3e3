"""Loss and right outputs over training, of training inputs and of held-out ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.margins import Side
from reportgen.drawing.over_training import steps_across
from reportgen.drawing.step_axis import StepAxis
from reportgen.measure.numbers import grouped
from reportgen.systems.input_to_output.facts.losses import exactly
from reportgen.systems.input_to_output.figures.parts.losses import lay, limits
from reportgen.systems.input_to_output.view import Study

LEFT, WIDE = 56, 560
LOSS, RIGHT = (84, 220), (346, 150)  # upper edge and height of each panel


@dataclass(frozen=True)
class Data:
    """Curves [checkpoint] of the displayed seed, [seed, checkpoint] of the others."""

    steps: np.ndarray
    train_loss: np.ndarray
    holdout_loss: np.ndarray
    train_right: np.ndarray
    holdout_right: np.ndarray
    other_losses: np.ndarray
    other_rights: np.ndarray
    guess: float  # loss of equal chances
    same: float  # outputs right if they are always the same
    held_out: int


@dataclass(frozen=True)
class Scale:
    """Where the losses end, and how far apart the steps stand."""

    loss: tuple[float, float]
    axis: StepAxis


@figure("learning-of-outputs")
class LearningOfOutputs(Figure[Study, Data, Scale]):
    """Two panels over one time axis; losses by their logarithm."""

    height = 546

    def compute(self, study: Study) -> Data:
        history, data = study.run.history, study.data

        def others(name: str) -> np.ndarray:
            return np.delete(history[name].astype(float), study.seed, 0)

        most = int(np.unique(data.wanted, axis=0, return_counts=True)[1].max())
        return Data(
            study.run.steps,
            study.history("train_loss"),
            study.history("validation_loss"),
            study.history("train_right"),
            study.history("holdout_right"),
            others("validation_loss"),
            others("holdout_right"),
            float(np.log(len(data.answerable))),
            most / len(data.rows),
            int((~data.in_train).sum()),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        curves = [values for f in frames for values in (f.train_loss, f.holdout_loss)]
        fitted = [(1 - f.train_right, (0.0, 1.0)) for f in frames]
        return Scale(
            limits(curves, frames[0].guess),
            StepAxis.of(frames[0].steps, *fitted),
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> None:
        seeds = 1 + len(data.other_losses)
        kind = "held-out inputs" if data.held_out else "all inputs"
        shown = (
            f"Of {seeds} seeds the one with the lowest loss; thin lines: the others, on {kind}."
            if seeds > 1
            else "The only seed of this training."
        )
        canvas.headline(
            self.title, shown, f"steps {grouped(data.steps[0])} to {grouped(data.steps[-1])}"
        )
        loss, right = (canvas.panel(LEFT, top, WIDE, tall) for top, tall in (LOSS, RIGHT))
        lay(loss, scale.loss)
        right.set(ylim=(0, 1.03))
        right.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        steps_across((loss, right), scale.axis, 6)
        canvas.caption(loss, "a", "Loss", "nats per output token, logarithmic")
        canvas.caption(right, "b", "Outputs right", "share of inputs")
        self._curves(loss, canvas, data, (data.train_loss, data.holdout_loss, data.other_losses))
        self._curves(right, canvas, data, (data.train_right, data.holdout_right, data.other_rights))
        self._name(canvas, loss, right, data)

    @staticmethod
    def _curves(
        axes: Axes, canvas: Canvas, data: Data, curves: tuple[np.ndarray, np.ndarray, np.ndarray]
    ) -> None:
        """The displayed seed on both kinds of inputs, and the others on held-out ones."""
        theme, (train, holdout, others) = canvas.theme, curves
        floor = axes.get_ylim()[0]
        seen: Callable[[np.ndarray], np.ndarray] = lambda values: np.maximum(values, floor)
        axes.plot(data.steps, seen(others).T, color=theme.faint, lw=0.8, zorder=1.5)
        if data.held_out:
            axes.plot(data.steps, seen(train), color=theme.series["train"], lw=1.4, zorder=3)
        axes.plot(data.steps, seen(holdout), color=theme.series["validation"], lw=1.8, zorder=4)

    @staticmethod
    def _name(canvas: Canvas, loss: Axes, right: Axes, data: Data) -> None:
        """Where each curve ends, at its right; and what a guess has."""
        theme, (low, high) = canvas.theme, loss.get_ylim()
        side, dashes = Side(canvas, LEFT + WIDE + 12), (1.5, 3)
        for axes, at in ((loss, data.guess), (right, data.same)):
            axes.axhline(at, color=theme.muted, lw=0.9, dashes=dashes, zorder=2)
        ink, grey = theme.series["validation"], theme.series["train"]
        kind = "held out" if data.held_out else "all inputs"
        losses = [(data.holdout_loss[-1], f"{kind}  {exactly(float(data.holdout_loss[-1]))}", ink)]
        rights = [(data.holdout_right[-1], f"{kind}  {100 * data.holdout_right[-1]:.1f} %", ink)]
        if data.held_out:
            end = float(data.train_loss[-1])
            losses.append((end, f"training  {exactly(end)}", grey))
            end = float(data.train_right[-1])
            rights.append((end, f"training  {100 * end:.1f} %", grey))
        losses.append((data.guess, f"a guess  {data.guess:.3f}", theme.muted))
        rights.append((data.same, f"always the same  {100 * data.same:.1f} %", theme.muted))
        side.set(loss, [(min(max(float(at), low), high), w, "", c) for at, w, c in losses])
        side.set(right, [(float(at), w, "", c) for at, w, c in rights])

    def caption(self, data: Data) -> str:
        both = (
            "Grey: training inputs; black: held-out ones."
            if data.held_out
            else "All inputs, since none is held out."
        )
        return (
            f"{both} Thin: the other seeds. (a) Cross-entropy over the possible answers, on a"
            " logarithmic scale; dotted, a guess among them. (b) An output is right if each of its"
            " tokens is the likeliest of the possible answers; dotted, always the same output."
        )

    def alt(self, data: Data) -> str:
        return (
            f"Curves over {data.steps[-1]:,} steps. At the end {100 * data.train_right[-1]:.1f} %"
            f" of the training outputs and {100 * data.holdout_right[-1]:.1f} % of the"
            f" {'held-out' if data.held_out else 'possible'} ones are right; the losses are"
            f" {data.train_loss[-1]:.2g} and {data.holdout_loss[-1]:.2g} nats."
        )
