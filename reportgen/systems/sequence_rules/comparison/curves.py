"""The validation loss of every report over its training, beside what nobody can go below."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.step_axis import StepAxis
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.comparison.sheet import Panel, Sheet
from reportgen.systems.sequence_rules.facts.losses import best, readers
from reportgen.systems.sequence_rules.view import Study

LEFT, WIDE, TALL, ABOVE = 28, 146, 88, 32  # pixels of a panel's frame
MOST = 80  # checkpoints that a curve of this size can show
ROOM = 0.06  # of the range, above and below


@dataclass(frozen=True)
class Curves(Panel):
    """The curves of one report, thinned to what a small panel shows."""

    steps: np.ndarray  # [checkpoint]
    validation: np.ndarray  # nats [checkpoint], of the displayed seed
    others: np.ndarray  # the same of the other seeds [seed, checkpoint]
    floor: float  # of the best possible predictor on the validation windows
    last_token: float  # of the best predictor that sees the last token alone, on the same windows

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest of all that is drawn."""
        levels = [self.floor, self.last_token]
        seen = np.concatenate([self.validation, self.others.ravel(), levels])
        return float(seen.min()), float(seen.max())

    @property
    def axis(self) -> StepAxis:
        """How far apart its steps would stand if it had a sheet of its own."""
        return StepAxis.of(self.steps, (self.validation, self.limits))


class LossCurves(Sheet[Curves]):
    """Small multiples, each on a scale of its own."""

    slug, title = "loss-curves", "Validation loss of every report"
    panel, columns, pitch = Curves, 4, 156

    def compute(self, study: Study) -> Curves:
        every = np.unique(
            np.linspace(0, len(study.run.steps) - 1, min(MOST, len(study.run.steps)))
            .round()
            .astype(int)
        )
        losses = study.run.history["validation_loss"][:, every].astype(float)
        windows = study.data.validation_windows
        last = float(windows.mean(readers(study, windows)[1]))
        return Curves(
            study.config.name,
            study.run.steps[every],
            losses[study.seed],
            np.delete(losses, study.seed, 0),
            best(study, windows).value,
            last,
        )

    @staticmethod
    def axes_of(data: Sequence[Curves]) -> list[StepAxis]:
        """Steps stand alike in all panels, as most of them would have it."""
        own = [panel.axis for panel in data]
        early = 2 * sum(axis.start is not None for axis in own) > len(own)
        return [
            axis.logarithmic(int(panel.steps[min(1, len(panel.steps) - 1)])) if early else axis.even
            for panel, axis in zip(data, own)
        ]

    def draw(self, canvas: Canvas, data: Sequence[Curves], scale: None) -> None:
        theme, every = canvas.theme, self.axes_of(data)
        early = any(axis.start is not None for axis in every)
        canvas.headline(
            self.title,
            "Nats over training steps. Bold: the seed of the report; thin: its other seeds. Dashed:"
            " what nobody can go below; dotted: the last token alone."
            + ("\nSteps stand by their logarithm from the second number on." if early else ""),
        )
        for (panel, x, y), steps in zip(self.places(data), every):
            self.head(
                canvas,
                x,
                y,
                panel.name,
                f"ends at {number(panel.validation[-1], 3)}, floor {number(panel.floor, 3)}",
            )
            axes = canvas.panel(x + LEFT, y + ABOVE, WIDE, TALL)
            low, high = panel.limits
            room = ROOM * ((high - low) or 1.0)
            steps.lay(axes)
            axes.set_ylim(low - room, high + room)
            axes.axhline(panel.floor, color=theme.muted, lw=0.9, dashes=(4, 3), zorder=2)
            axes.axhline(panel.last_token, color=theme.muted, lw=0.9, dashes=(1.5, 3), zorder=2)
            for curve in panel.others:
                axes.plot(
                    panel.steps, curve, color=theme.series["train"], lw=0.6, alpha=0.5, zorder=3
                )
            axes.plot(
                panel.steps, panel.validation, color=theme.series["validation"], lw=1.6, zorder=4
            )
            axes.set_yticks([low, high], [number(low, 1), number(high, 1)], size=SMALL)
            named = [s for s in (panel.steps[0], steps.start, panel.steps[-1]) if s is not None]
            axes.set_xticks(named, [grouped(step) for step in named], size=SMALL)
            *firsts, last = axes.get_xticklabels()
            for label in firsts:
                label.set_horizontalalignment("left")
            last.set_horizontalalignment("right")
        if not data:
            canvas.text(0, 76, "No report has been built yet.", BODY, theme.muted)

    def caption(self, data: Sequence[Curves]) -> str:
        return (
            "Each panel has limits of its own: its axis of losses is named at the lowest and the"
            " highest of everything drawn, its steps at the first and the last; where most of the"
            " trainings are over early on, steps stand by their logarithm in all panels. The dashed"
            " line is"
            " the exact entropy that is left to a predictor that knows the rule and sees the whole"
            " window, on the very windows of the curve; the dotted line that of a reader of the"
            " last token alone, over all windows that the data can produce. Where the two lie"
            " together, looking back tells nothing."
        )

    def alt(self, data: Sequence[Curves]) -> str:
        told = "; ".join(
            f"{p.name} from {p.validation[0]:.3f} to {p.validation[-1]:.3f}, floor {p.floor:.3f}"
            for p in data
        )
        return (
            f"Validation loss of {len(data)} reports, in nats, first and last checkpoint:"
            f" {told or 'none yet'}."
        )
