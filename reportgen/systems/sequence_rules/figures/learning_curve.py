"""02: the loss against what can be known at all, and the rule errors and the attention beneath
it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.keys import Entry, Layout, key, line
from reportgen.drawing.margins import Side
from reportgen.drawing.over_training import mark_onsets, steps_across
from reportgen.drawing.step_axis import StepAxis
from reportgen.drawing.style import Colour, Theme
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.figures.parts.loss_curves import Curves, Floor, curves
from reportgen.systems.sequence_rules.view import Study

LEFT, WIDE = 44, 556
# upper edge and height of each panel
PANELS = {"loss": (82, 224), "error": (388, 150), "attention": (578, 104)}


@dataclass(frozen=True)
class Scale:
    """Limits of the loss panel, and how far apart the steps stand in all of them."""

    low: float
    high: float
    axis: StepAxis


@figure("learning-curve")
class LearningCurve(Figure[Study, Curves, Scale]):
    """Loss over floors, errors over chance, and attention on the answer where a token holds it, on
    one time axis.
    """

    height = 734

    def compute(self, study: Study) -> Curves:
        return curves(study)

    def height_of(self, data: Curves) -> float:
        last, tall = PANELS["attention"]
        return self.height - (0 if data.held else last - sum(PANELS["error"]) + tall)

    def scale(self, frames: Sequence[Curves]) -> Scale:
        first, last = min(f.floors[0].here for f in frames), min(f.floors[-1].here for f in frames)
        low = min(last, *(f.lowest for f in frames))
        start = max(max(f.validation.max(), f.even) for f in frames)
        room = 0.07 * (first - low)
        limits = low - room, max(first + 2 * room, min(start, first + 0.8 * (first - last)) + room)
        drawn = [each for f in frames for each in ((f.validation, limits), (f.error, (0.0, 1.0)))]
        return Scale(*limits, StepAxis.of(frames[0].steps, *drawn))

    def draw(self, canvas: Canvas, data: Curves, scale: Scale) -> None:
        seeds = 1 + len(data.other_losses)
        shown = (
            f"The displayed run, the best of {seeds} seeds by validation loss; thin lines are the"
            f" others.  {data.learnt} of {seeds} learn the rule."
            if seeds > 1
            else f"The only seed of this training{', which learns it' if data.learnt else ''}."
        ) + (f"\nMeasured on {grouped(data.windows)} validation windows." if data.every else "")
        steps = f"steps {grouped(data.steps[0])} to {grouped(data.steps[-1])}"
        canvas.headline(self.title, shown, steps)
        panels = self._panels(canvas, data, scale)
        self._lines(canvas.theme, data, *panels)
        self._names(canvas, data, *panels)
        self._key(canvas)
        mark_onsets(
            canvas,
            panels,
            scale.axis,
            data.onsets,
            left=LEFT,
            wide=WIDE,
            bottom=sum(PANELS["loss"]),
            least=118,
            between=(60, LEFT + WIDE + 40),
        )

    @staticmethod
    def _panels(canvas: Canvas, data: Curves, scale: Scale) -> list[Axes]:
        """The panels under one another with their heads; that of attention only where a position
        ever holds the answer.
        """
        loss, error, *read = panels = [
            canvas.panel(LEFT, top, WIDE, tall)
            for name, (top, tall) in PANELS.items()
            if data.held or name != "attention"
        ]
        steps_across(panels, scale.axis, 5)
        loss.set_ylim(scale.low, scale.high)
        loss.yaxis.set_major_locator(MaxNLocator(5))
        for axes in panels[1:]:
            axes.set_ylim(0, 1.03), axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        canvas.caption(
            loss,
            "a",
            "Cross-entropy",
            "nats per token; dashed: the best possible with less or more of these windows",
        )
        canvas.caption(
            error,
            "b",
            "Rule error",
            f"bold: most likely token, {data.where}, {grouped(data.positions)} positions in"
            f" {grouped(data.sequences)} sequences; band: 95 % interval",
        )
        ink, note = canvas.theme.series["attention"], "mean over the same positions"
        for axes in read:
            canvas.caption(axes, "c", "Attention on the answer", note, ink)
        return panels

    @staticmethod
    def _lines(theme: Theme, data: Curves, loss: Axes, error: Axes, *read: Axes) -> None:
        """The curves, those of the other seeds, and the levels to compare them with."""
        steps, ink, muted = data.steps, theme.series, theme.muted
        words = ink["error"]
        loss.plot(steps, data.train, lw=1.1, color=ink["train"], zorder=3)
        loss.plot(steps, data.validation, lw=1.8, color=ink["validation"], zorder=4)
        error.plot(steps, data.error, lw=1.8, color=words, zorder=4)
        error.plot(steps, data.sampled, lw=1.1, color=words, zorder=3, ls=(0, (5, 1.5)))
        dotted = (0, (1.2, 1.2))
        error.plot(steps, data.generated, lw=1.1, color=words, zorder=3, ls=dotted, alpha=0.75)
        for axes in read:
            axes.plot(steps, data.attention, lw=1.8, color=ink["attention"], zorder=4)
        for axes, others in zip(
            (loss, error, *read), (data.other_losses, data.other_errors, data.other_attentions)
        ):
            axes.plot(steps, others.T, color=theme.faint, lw=0.8, zorder=1.5)
        error.fill_between(steps, data.low, data.high, color=words, alpha=0.25, lw=0, zorder=2)
        for floor in data.floors:
            loss.axhline(floor.here, color=muted, lw=0.9, dashes=(4, 3), zorder=2)
        loss.axhline(data.even, color=muted, lw=0.9, dashes=(1.5, 3), zorder=2)
        loss.axhline(data.train_floor, color=ink["train"], lw=0.7, dashes=(4, 3), zorder=2)
        for value in (data.uniform, data.blind):
            error.axhline(value, color=muted, lw=0.9, dashes=(1.5, 3), zorder=2)

    @staticmethod
    def _names(canvas: Canvas, data: Curves, loss: Axes, error: Axes, *read: Axes) -> None:
        """At the right of each panel what its lines and levels are, and where they end."""
        ink, muted, side = canvas.theme.series, canvas.theme.muted, Side(canvas, LEFT + WIDE + 12)

        def name(
            words: str, value: float, digits: int, colour: Colour, note: str = ""
        ) -> tuple[float, str, str, Colour]:
            return value, f"{words}  {value:.{digits}f}", note, colour

        def law(f: Floor) -> str:
            return f.meaning + (f"; law {f.law:.4f}" if f.law != f.here else "")

        side.set(
            loss,
            [
                *(name(f.name, f.here, 4, muted, law(f)) for f in data.floors),
                name("uniform guess", data.even, 4, muted),
                name("validation", data.validation[-1], 4, ink["validation"]),
                name("train windows", data.train_floor, 4, ink["train"]),
            ],
        )
        side.set(
            error,
            [
                name("uniform guess", data.uniform, 3, muted),
                name("last token alone", data.blind, 3, muted),
                name("most likely token", data.error[-1], 3, ink["error"]),
                name("sampled token", data.sampled[-1], 3, ink["error"]),
                name("sample of own text", data.generated[-1], 3, ink["error"]),
            ],
        )
        for axes in read:
            end = data.attention[-1]
            side.set(axes, [(end, f"{end:.3f}", "", ink["attention"])])

    @staticmethod
    def _key(canvas: Canvas) -> None:
        """Which line is which, beside the first panel's head, where no curve comes."""
        entries = [
            Entry(name, line(ink := canvas.theme.series[name], width), ink=ink, weight="bold")
            for name, width in (("validation", 1.8), ("train", 1.1))
        ]
        key(canvas, LEFT + WIDE + 14, PANELS["loss"][0] - 7, entries, Layout(16, 8, 8, 20, 32))

    def caption(self, data: Curves) -> str:
        window = data.floors[-1]
        positions = (
            "with the answer in view"
            if data.held
            else "at which the window shows what the rule allows"
        )
        return (
            f"(a) Training and validation loss.{data.sample} The dashed lines are the losses"
            " of the best predictor that knows the rule and sees nothing, the last token, or the"
            " whole window, on the very tokens of the validation loss; over all windows that the"
            f" data can produce the last of them is expected to be {window.law:.4f}. The training"
            " loss is measured on other windows, on which the best predictor loses"
            f" {data.train_floor:.4f}. (b) Rule errors. Bold:"
            f" share of validation positions {positions} whose most likely token is wrong,"
            " with a 95 %"
            " interval from resampling sequences."
            " Dashed: chance of sampling a wrong token, dotted: share of wrong tokens in a small"
            " sample of the network’s own text, both at every position that the rule decides,"
            f" {'answers out of view' if data.held else 'those where the window does not show it'}"
            " included. Grey lines: a uniform guess, and the best guess from the last token alone."
            f" {'(c) Attention on the position of the answer. ' if data.held else ''}Vertical"
            " lines: the first checkpoint from which a condition holds three times in a row"
        )

    def alt(self, data: Curves) -> str:
        onsets = (
            "; ".join(f"{words} from step {step:,}{after}" for words, step, after in data.onsets)
            or "no onset is reached"
        )
        attention = (
            f", attention on the answer from {data.attention[0]:.3f} to {data.attention[-1]:.3f}"
            if data.held
            else ""
        )
        return (
            f"On validation windows the loss goes from {data.validation[0]:.3f} to"
            f" {data.validation[-1]:.3f} nats,"
            f" where a perfect predictor of these windows has {data.floors[-1].here:.3f}; the"
            f" rule error where the {data.where.replace('answer in', 'answer is in')} goes from"
            f" {data.error[0]:.3f} to"
            f" {data.error[-1]:.3f}{attention}."
            f" Phases: {onsets}."
        )
