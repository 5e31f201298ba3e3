"""What every film has at its edges: the step in the corner, and the loss and the rule error of the
whole training below.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.text import Text

from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.step_axis import StepAxis
from reportgen.drawing.style import BODY, SMALL, TITLE, Colour
from reportgen.measure.numbers import grouped

HEIGHT = 427.5  # CSS pixels of a film, 16 : 9
EDGE = 16  # CSS pixels that stay empty at the left and right of a film, and at its top and bottom
# CSS pixels between which a film may draw, below its title and above its strips
TOP, BOTTOM = 44, 354
_LEFT, _WIDE, _ROW, _ROWS = 88, 588, 24, (364, 394)  # where the strips lie
_CLOSER, _STEPS = (359, 385), 423  # the same above a line of steps, and where that stands


class Frame(Protocol):
    """The data of one frame, as far as the strips read it."""

    @property
    def step(self) -> int: ...
    @property
    def loss(self) -> float: ...
    @property
    def error(self) -> float: ...


FALLING = ("rule error", "wrong")  # shares that are the smaller, the more was learnt
Curves = tuple[np.ndarray, np.ndarray, np.ndarray]


def loss_and_error(study: Study) -> tuple[float, float]:
    """Validation loss in nats and rule error where the answer is visible, at the study's
    checkpoint: two fields of a film's data.
    """
    return float(study.history("validation_loss")[study.checkpoint]), float(
        study.history("error_visible")[study.checkpoint]
    )


def whole_curves(frames: Sequence[Frame]) -> Curves:
    """Steps, loss and rule error of all frames, for the scale of a film: `FilmStrips(canvas,
    *whole_curves(frames))`.
    """
    return (
        np.array([f.step for f in frames]),
        np.array([f.loss for f in frames]),
        np.array([f.error for f in frames]),
    )


class FilmStrips:
    """Step counter in the upper right corner; below, loss and rule error: the whole curve faint,
    the past in colour, a cursor, the value.

    A film of width 760 and height 427.5 draws its own panels between y = 44 and 354::

        canvas.film_headline("Queries and keys over training")
        strips = FilmStrips(canvas, *scale.curves)       # scale: curves=whole_curves(frames)
        ...
        strips.set(data.step, data.loss, data.error)     # in update

    Loss runs from its lowest to its highest value over all frames, rule error from 0 to 1; a value
    that is no number is left out. Where no rule decides, another share takes the place of the
    error, with its own `words`. A line through both stands at the step `mark`. Where both fall
    early on, the steps stand by their logarithm, and numbers below say so.
    """

    def __init__(
        self,
        canvas: Canvas,
        steps: np.ndarray,
        loss: np.ndarray,
        error: np.ndarray,
        *,
        words: str = "rule error",
        mark: int | None = None,
    ) -> None:
        theme = canvas.theme
        self.steps, self.mark = np.asarray(steps), mark
        self.counter = canvas.text(canvas.width - EDGE, 24, "", TITLE, ha="right", weight="bold")
        finite = np.asarray(loss)[np.isfinite(loss)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        limits = low, high if high > low else low + 1
        losses, errors = np.asarray(loss, float), np.asarray(error, float)
        falls = errors if words in FALLING else 1 - errors
        self.axis = StepAxis.of(self.steps, (losses, limits), (falls, (0.0, 1.0)))
        above, below = _ROWS if self.axis.start is None else _CLOSER
        self.rows = [
            self._row(canvas, above, losses, "loss", theme.series["validation"], limits),
            self._row(
                canvas,
                below,
                errors,
                words,
                theme.series["error" if words in FALLING else "attention"],
                (0.0, 1.0),
            ),
        ]
        if self.axis.start is not None:
            self._number(canvas)

    def _row(
        self,
        canvas: Canvas,
        y: float,
        values: np.ndarray,
        words: str,
        colour: Colour,
        limits: tuple[float, float],
    ) -> tuple[np.ndarray, Line2D, Line2D, Line2D, Text]:
        theme, steps = canvas.theme, self.steps
        axes = canvas.panel(_LEFT, y, _WIDE, _ROW)
        first, room = steps[0], 0.08 * (limits[1] - limits[0])
        self.axis.lay(axes)
        axes.set_ylim(limits[0] - room, limits[1] + room)
        axes.set_axis_off()
        axes.plot(steps, values, color=theme.faint, lw=1.2, clip_on=False)
        if self.mark is not None:
            axes.axvline(self.mark, color=theme.ink, lw=0.9, ls=(0, (2, 1.5)), zorder=1)
        cursor = axes.axvline(first, color=theme.muted, lw=0.8)
        (past,) = axes.plot([], [], color=colour, lw=1.8, clip_on=False)
        (dot,) = axes.plot([], [], "o", color=colour, ms=5, clip_on=False, zorder=5)
        canvas.text(_LEFT - 10, y + 16, words, BODY, colour, ha="right", weight="bold")
        value = canvas.text(
            canvas.width - EDGE, y + 16, "", BODY, colour, ha="right", weight="bold"
        )
        return values, cursor, past, dot, value

    def _number(self, canvas: Canvas) -> None:
        """Steps below the strips, where they do not stand evenly."""
        muted = canvas.theme.muted
        canvas.text(_LEFT - 10, _STEPS, "step, log", SMALL, muted, ha="right")
        for step in self.axis.named(_WIDE):
            x = _LEFT + _WIDE * float(self.axis.share(step))
            canvas.text(x, _STEPS, grouped(step), SMALL, muted, ha="center")

    def set(self, step: int, loss: float, error: float) -> None:
        """Move to a step."""
        self.counter.set_text(f"step {grouped(step)}")
        done = self.steps <= step
        for (values, cursor, past, dot, value), now in zip(self.rows, (loss, error)):
            cursor.set_xdata([step, step])
            past.set_data(self.steps[done], values[done])
            dot.set_data([step], [now])
            value.set_text(f"{now:.3f}" if np.isfinite(now) else "none")
