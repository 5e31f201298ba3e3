"""The loss on a text, beside that of simple counts, and how often the likeliest token
is the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.margins import Side
from reportgen.drawing.over_training import steps_across
from reportgen.drawing.step_axis import StepAxis
from reportgen.measure.numbers import at_step, grouped
from reportgen.systems.text.facts.holdout import READERS
from reportgen.systems.text.view import Study

LEFT, WIDE = 44, 540
LOSS, GUESSES = (84, 270), (396, 120)  # upper edge and height of each panel


@dataclass(frozen=True)
class Reader:
    """Counts of the training blocks, on the windows that are evaluated."""

    name: str
    loss: float  # nats
    right: float  # share of the next tokens that are its likeliest one


@dataclass(frozen=True)
class Data:
    """Curves [checkpoint] of the displayed seed, [seed, checkpoint] of the others."""

    steps: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    spread: np.ndarray  # standard deviation over validation windows
    right: np.ndarray
    other_losses: np.ndarray
    other_rights: np.ndarray
    readers: tuple[Reader, ...]
    even: float  # cross-entropy of a uniform guess
    windows: int


@dataclass(frozen=True)
class Scale:
    """Limits of both panels, and how far apart the steps stand in them."""

    loss: tuple[float, float]
    right: float
    axis: StepAxis


@figure("text-learning-curve")
class TextLearningCurve(Figure[Study, Data, Scale]):
    """Loss and right guesses on one time axis."""

    height = 562

    def compute(self, study: Study) -> Data:
        counts, windows = study.counts, study.data.validation
        losses, singles = counts.surprises(windows), counts.shares.argmax()
        right = dict(
            unigram=float((windows.targets == singles).mean()),
            bigram=float((counts.smoothed.argmax(1)[windows.inputs] == windows.targets).mean()),
            trigram=np.nan,
        )
        readers = tuple(
            Reader(READERS[name], float(losses[name].mean()), right[name]) for name in READERS
        )

        def others(name: str) -> np.ndarray:
            return np.delete(study.run.history[name].astype(float), study.seed, 0)

        return Data(
            study.run.steps,
            study.history("train_loss"),
            study.history("validation_loss"),
            study.history("spread"),
            study.history("accuracy"),
            others("validation_loss"),
            others("accuracy"),
            readers,
            float(np.log(len(study.tokens))),
            len(windows),
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        low = min(
            min(f.validation.min(), f.train.min(), *(r.loss for r in f.readers)) for f in frames
        )
        single = max(f.readers[0].loss for f in frames)
        high = max(
            single, min(max(f.validation[0] for f in frames), single + 1.25 * (single - low))
        )
        room = 0.06 * (high - low)
        limits = low - room, high + room
        most = 1.15 * max(max(f.right.max(), f.readers[1].right) for f in frames)
        drawn = [
            each for f in frames for each in ((f.validation, limits), (most - f.right, (0.0, most)))
        ]
        return Scale(limits, most, StepAxis.of(frames[0].steps, *drawn))

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> None:
        theme, last, seeds = canvas.theme, int(data.steps[-1]), 1 + len(data.other_losses)
        shown = (
            f"The displayed run, the best of {seeds} seeds by validation loss; thin lines are the"
            " others."
            if seeds > 1
            else "The only seed of this training."
        )
        canvas.headline(
            self.title,
            f"{shown}  Dashed: counts of the training blocks.",
            f"steps {grouped(data.steps[0])} to {grouped(last)}",
        )
        loss, guesses = (canvas.panel(LEFT, top, WIDE, tall) for top, tall in (LOSS, GUESSES))
        steps_across((loss, guesses), scale.axis, 6)
        loss.set_ylim(*scale.loss), guesses.set_ylim(0, scale.right)
        for axes in (loss, guesses):
            axes.yaxis.set_major_locator(MaxNLocator(6 if axes is loss else 4))
        canvas.caption(
            loss,
            "a",
            "Cross-entropy",
            f"nats per token, on {grouped(data.windows)} validation windows",
        )
        canvas.caption(
            guesses, "b", "Right guesses", "share of the next tokens that are the likeliest one"
        )
        for axes, curves in ((loss, data.other_losses), (guesses, data.other_rights)):
            axes.plot(data.steps, curves.T, color=theme.faint, lw=0.8, zorder=1.5)
        error = data.spread / np.sqrt(data.windows)
        loss.fill_between(
            data.steps,
            data.validation - error,
            data.validation + error,
            color=theme.series["validation"],
            alpha=0.15,
            lw=0,
            zorder=2,
        )
        loss.plot(data.steps, data.train, color=theme.series["train"], lw=1.1, zorder=3)
        loss.plot(data.steps, data.validation, color=theme.series["validation"], lw=1.8, zorder=4)
        guesses.plot(data.steps, data.right, color=theme.series["attention"], lw=1.8, zorder=4)
        for reader in data.readers:
            loss.axhline(reader.loss, color=theme.muted, lw=0.9, dashes=(4, 3), zorder=2)
            if np.isfinite(reader.right):
                guesses.axhline(reader.right, color=theme.muted, lw=0.9, dashes=(4, 3), zorder=2)
        loss.axhline(data.even, color=theme.muted, lw=0.9, dashes=(1.5, 3), zorder=2)
        side = Side(canvas, LEFT + WIDE + 12)
        side.set(
            loss,
            [(r.loss, f"{r.name}  {r.loss:.3f}", "", theme.muted) for r in data.readers]
            + [(data.even, f"uniform guess  {data.even:.3f}", "", theme.muted)]
            + [
                (
                    data.validation[-1],
                    f"validation  {data.validation[-1]:.3f}",
                    "",
                    theme.series["validation"],
                ),
                (data.train[-1], f"train  {data.train[-1]:.3f}", "", theme.series["train"]),
            ],
        )
        side.set(
            guesses,
            [
                (r.right, f"{r.name}  {r.right:.3f}", "", theme.muted)
                for r in data.readers
                if np.isfinite(r.right)
            ]
            + [(data.right[-1], f"network  {data.right[-1]:.3f}", "", theme.series["attention"])],
        )

    def caption(self, data: Data) -> str:
        return (
            "(a) Training and validation loss; the band is one standard error over validation"
            " windows, taken as independent. Dashed lines are counts of single"
            " tokens, pairs or triples of tokens in the training blocks, smoothed as suits the"
            " validation windows best, on the very windows that are evaluated; a window of these"
            f" has a standard deviation of {data.spread[-1]:.2f} nats; dotted, all"
            " tokens equally likely. (b) How often the likeliest token is the next one;"
            " dashed, the most frequent token always, and the most frequent one after the last"
            " token."
        )

    def alt(self, data: Data) -> str:
        readers = ", ".join(f"{r.loss:.3f} for {r.name}" for r in data.readers)
        return (
            f"Validation loss goes from {data.validation[0]:.3f} to {data.validation[-1]:.3f} nats;"
            f" the losses of simple counts are {readers}. The likeliest token is the next one in"
            f" {100 * data.right[0]:.1f} % of the positions {at_step(data.steps[0])} and"
            f" {100 * data.right[-1]:.1f} % {at_step(data.steps[-1])}."
        )
