"""02: the loss against what can be known at all, and the rule errors and the attention beneath
it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas, width_of
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.margins import Side, apart
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.estimates import LEVEL, NONE_OF, resamples
from reportgen.systems.sequence_rules.facts.errors import LEARNT
from reportgen.systems.sequence_rules.facts.seeds import seeds_learnt
from reportgen.systems.sequence_rules.facts.training import (
    onset_below_bigram,
    onset_below_unigram,
    onset_half,
    onset_rule,
)
from reportgen.systems.sequence_rules.floors import entropy
from reportgen.systems.sequence_rules.view import Study

LEFT, WIDE = 44, 556
PANELS = {
    "loss": (82, 224),
    "error": (388, 150),
    "attention": (578, 104),
}  # upper edge and height of each panel
ONSETS = (
    ("loss below unigram", onset_below_unigram),
    ("loss below bigram", onset_below_bigram),
    ("error under half a guess", onset_half),
    (f"error under {100 * LEARNT:.0f} %", onset_rule),
)


@dataclass(frozen=True)
class Floor:
    """What a reader who knows the rule but sees only so much must still be surprised by, in
    nats.
    """

    name: str
    meaning: str
    here: float  # mean over the evaluated windows: no loss on them can be expected below it
    law: float  # mean over all windows that training can draw


@dataclass(frozen=True)
class Data:
    """Curves [checkpoint] of the displayed seed, [seed, checkpoint] of the others."""

    steps: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    error: np.ndarray  # teacher-forced, answer visible in the window
    low: np.ndarray  # its 95 % interval, by resampling sequences
    high: np.ndarray
    sampled: np.ndarray  # chance of a wrong token where the rule decides
    generated: np.ndarray  # rule error in text of its own
    attention: np.ndarray
    other_losses: np.ndarray
    other_errors: np.ndarray
    other_attentions: np.ndarray
    floors: tuple[Floor, ...]
    train_floor: float  # of a reader of the whole window, on the windows of the training loss
    uniform: float  # rule error of a uniform guess, answer visible
    blind: float  # rule error of the best guess from the last token alone, answer visible
    even: float  # cross-entropy of a uniform guess
    positions: int
    sequences: int
    onsets: tuple[tuple[str, int], ...]  # of the phases, by the facts of the same names
    learnt: int  # seeds that learn the rule, judged on held-out windows as the facts do

    @property
    def held(self) -> bool:
        """Does a position ever hold the answer, so that there is attention on it to draw."""
        return bool(np.isfinite(self.attention).any())

    @property
    def where(self) -> str:
        """Where the bold error is asked."""
        return "answer in view" if self.held else "window tells what is asked"


@dataclass(frozen=True)
class Scale:
    """Limits of the loss panel."""

    low: float
    high: float


def interval(
    wrong: np.ndarray, where: np.ndarray, sequence: np.ndarray, sequences: int
) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval [checkpoint] of the share of `wrong` [checkpoint, window, position] `where`
    [window, position] it is asked.

    Cluster bootstrap over sequences, the resamples of the facts; after none or all, the rule of
    three over sequences.
    """
    member = np.eye(sequences)[sequence]  # [window, sequence]
    asked = member.T @ where.sum(1)
    drawn = resamples(sequences) @ np.concatenate(
        [asked[:, None], member.T @ (wrong & where).sum(2).T], 1
    )
    low, high = np.quantile(
        drawn[:, 1:] / drawn[:, :1].clip(1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0
    )
    share, bound = (
        (wrong & where).sum((1, 2)) / max(1, where.sum()),
        min(1.0, NONE_OF / max(1, int((asked > 0).sum()))),
    )
    return np.where(share == 1, 1 - bound, low), np.where(share == 0, bound, high)


@figure
class LearningCurve(Figure):
    """Loss over floors, errors over chance, and attention on the answer where a token holds it, on
    one time axis.
    """

    slug, title, height, over_seeds = (
        "learning-curve",
        "Loss against what can be known, and the rule error beneath it",
        734,
        True,
    )

    def compute(self, study: Study) -> Data:
        windows, floors, steps = study.data.validation_windows, study.floors, study.run.steps
        seen = (
            Floor("unigram", "no context", floors.unigram, floors.unigram),
            Floor(
                "bigram",
                "last token",
                float(entropy(floors.after[windows.inputs]).mean()),
                floors.bigram,
            ),
            Floor(
                "window",
                f"up to {study.config.model.n_ctx} tokens",
                float(floors.of(windows).mean()),
                floors.window,
            ),
        )
        loss, error = study.history("validation_loss"), study.history("error_visible")
        others = lambda name: np.delete(study.run.history[name].astype(float), study.seed, 0)
        onsets = ((words, onset(study).value) for words, onset in ONSETS)
        band = interval(
            windows.broken(study.watched),
            windows.visible,
            windows.sequence,
            len(study.data.validation),
        )
        return Data(
            steps,
            study.history("train_loss"),
            loss,
            error,
            *band,
            study.history("error_sampled"),
            study.history("error_generated"),
            study.history("attention_on_answer"),
            others("validation_loss"),
            others("error_visible"),
            others("attention_on_answer"),
            seen,
            float(floors.of(study.data.train_windows).mean()),
            float(1 - windows.allowed[windows.visible].mean()) if windows.visible.any() else 1.0,
            floors.blind,
            float(np.log(len(study.tokens))),
            int(windows.visible.sum()),
            len(np.unique(windows.sequence[windows.visible.any(1)])),
            tuple((words, int(step)) for words, step in onsets if step is not None),
            int(seeds_learnt(study).details["k"]),
        )

    def height_of(self, data: Data) -> float:
        return self.height - (
            0
            if data.held
            else PANELS["attention"][0] - sum(PANELS["error"]) + PANELS["attention"][1]
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        first, last = min(f.floors[0].here for f in frames), min(f.floors[-1].here for f in frames)
        low = min(
            last,
            *(f.train_floor for f in frames),
            *(f.validation.min() for f in frames),
            *(f.train.min() for f in frames),
        )
        start = max(max(f.validation.max(), f.even) for f in frames)
        room = 0.07 * (first - low)
        return Scale(
            low - room, max(first + 2 * room, min(start, first + 0.8 * (first - last)) + room)
        )

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> Callable[[Data], None]:
        theme, last = canvas.theme, int(data.steps[-1])
        seeds = 1 + len(data.other_losses)
        shown = (
            f"The displayed run, the best of {seeds} seeds by validation loss; thin lines are the"
            " others."
            if seeds > 1
            else "The only seed of this training."
        )
        canvas.headline(
            self.title,
            f"{shown}  {data.learnt} of {seeds} learn the rule.",
            f"steps {data.steps[0]:,} to {last:,}",
        )
        loss, error, *read = panels = [
            canvas.panel(LEFT, top, WIDE, tall)
            for name, (top, tall) in PANELS.items()
            if data.held or name != "attention"
        ]
        for axes in panels:
            axes.set_xlim(data.steps[0], max(last, data.steps[0] + 1))
            axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            axes.xaxis.set_major_formatter(lambda step, _: f"{step:,.0f}")
            axes.tick_params(labelbottom=axes is panels[-1])
        loss.set_ylim(scale.low, scale.high)
        loss.yaxis.set_major_locator(MaxNLocator(5))
        for axes in panels[1:]:
            axes.set_ylim(0, 1.03), axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        panels[-1].set_xlabel("training step", labelpad=3)
        canvas.caption(
            loss,
            "a",
            "Cross-entropy",
            "nats per token; dashed: what each reader of these windows must still be surprised by",
        )
        canvas.caption(
            error,
            "b",
            "Rule error",
            f"bold: most likely token, {data.where}, {data.positions:,} positions in"
            f" {data.sequences:,} sequences; band: 95 % interval",
        )
        for axes in read:
            canvas.caption(
                axes,
                "c",
                "Attention on the answer",
                "mean over the same positions",
                theme.series["attention"],
            )
        words = theme.series["error"]
        lines: list[tuple[Axes, np.ndarray, str, float, dict]] = [
            (loss, data.train, "train", 1.1, dict(color=theme.series["train"], zorder=3)),
            (
                loss,
                data.validation,
                "validation",
                1.8,
                dict(color=theme.series["validation"], zorder=4),
            ),
            (error, data.error, "most likely token", 1.8, dict(color=words, zorder=4)),
            (
                error,
                data.sampled,
                "sampled token",
                1.1,
                dict(color=words, zorder=3, ls=(0, (5, 1.5))),
            ),
            (
                error,
                data.generated,
                "in its own text",
                1.1,
                dict(color=words, zorder=3, ls=(0, (1.2, 1.2)), alpha=0.75),
            ),
            *(
                (
                    axes,
                    data.attention,
                    "attention",
                    1.8,
                    dict(color=theme.series["attention"], zorder=4),
                )
                for axes in read
            ),
        ]
        for axes, values, _, width, style in lines:
            axes.plot(data.steps, values, lw=width, **style)
        for axes, others in zip(
            panels, (data.other_losses, data.other_errors, data.other_attentions)
        ):
            axes.plot(data.steps, others.T, color=theme.faint, lw=0.8, zorder=1.5)
        error.fill_between(data.steps, data.low, data.high, color=words, alpha=0.25, lw=0, zorder=2)
        side = Side(canvas, LEFT + WIDE + 12)
        chance = [Floor("uniform guess", "", data.even, data.even)]
        for floor in (*data.floors, *chance):
            loss.axhline(
                floor.here,
                color=theme.muted,
                lw=0.9,
                dashes=(4, 3) if floor.meaning else (1.5, 3),
                zorder=2,
            )
        loss.axhline(data.train_floor, color=theme.series["train"], lw=0.7, dashes=(4, 3), zorder=2)
        for value in (data.uniform, data.blind):
            error.axhline(value, color=theme.muted, lw=0.9, dashes=(1.5, 3), zorder=2)
        side.set(
            loss,
            [
                (
                    f.here,
                    f"{f.name}  {f.here:.4f}",
                    f"{f.meaning}" + (f"; law {f.law:.4f}" if f.law != f.here else ""),
                    theme.muted,
                )
                for f in data.floors
            ]
            + [
                (data.even, f"uniform guess  {data.even:.4f}", "", theme.muted),
                (
                    data.validation[-1],
                    f"validation  {data.validation[-1]:.4f}",
                    "",
                    theme.series["validation"],
                ),
                (
                    data.train_floor,
                    f"train windows  {data.train_floor:.4f}",
                    "",
                    theme.series["train"],
                ),
            ],
        )
        side.set(
            error,
            [
                (data.uniform, f"uniform guess  {data.uniform:.3f}", "", theme.muted),
                (data.blind, f"last token alone  {data.blind:.3f}", "", theme.muted),
            ]
            + [
                (v[-1], f"{name}  {v[-1]:.3f}", "", words)
                for axes, v, name, _, _ in lines
                if axes is error
            ],
        )
        for axes in read:
            side.set(
                axes,
                [(data.attention[-1], f"{data.attention[-1]:.3f}", "", theme.series["attention"])],
            )
        x = LEFT + WIDE + 14.0  # the key stands beside the panel's head, where no curve comes
        for name, colour, width in (
            ("validation", theme.series["validation"], 1.8),
            ("train", theme.series["train"], 1.1),
        ):
            key = canvas.panel(x, PANELS["loss"][0] - 15, 16, 8)
            key.set_axis_off()
            key.plot([0, 1], [0.5, 0.5], color=colour, lw=width)
            canvas.text(x + 20, PANELS["loss"][0] - 7, name, BODY, colour, weight="bold")
            x += 32 + width_of(name, BODY, "bold")
        self._onsets(canvas, data, panels)
        return lambda data: None

    @staticmethod
    def _onsets(canvas: Canvas, data: Data, panels: Sequence[Axes]) -> None:
        """Hairlines through all panels, named between the first two."""
        theme, span = canvas.theme, max(1, data.steps[-1] - data.steps[0])
        for axes in panels:
            for _, step in data.onsets:
                axes.axvline(step, color=theme.ink, lw=0.8, alpha=0.6, zorder=2.5)
        true = [LEFT + WIDE * (step - data.steps[0]) / span for _, step in data.onsets]
        bottom = sum(PANELS["loss"])
        gap = canvas.panel(0, bottom, canvas.width, 20)
        gap.set(xlim=(0, canvas.width), ylim=(20, 0))
        gap.set_axis_off()
        for (words, step), x, spot in zip(
            data.onsets, true, apart(true, 118, 60, LEFT + WIDE + 40)
        ):
            gap.plot([x, x, spot, spot], [0, 4, 13, 18], color=theme.ink, lw=0.8, alpha=0.6)
            (
                canvas.text(spot, bottom + 31, words, SMALL, theme.muted, ha="center"),
                canvas.text(
                    spot, bottom + 45, f"{step:,}", BODY, theme.ink, ha="center", weight="bold"
                ),
            )

    def caption(self, data: Data) -> str:
        window = data.floors[-1]
        positions = (
            "with the answer in view"
            if data.held
            else "at which the window tells what the rule asks"
        )
        return (
            "(a) Training and validation loss. The dashed lines are exact entropies of the next"
            " token for a reader who knows the rule and sees nothing, the last token, or the whole"
            " window, averaged over the very windows that are evaluated; over all windows that the"
            f" data can produce the last of them is {window.law:.4f}. No prediction can be expected"
            f" below {window.here:.4f} on these windows. The training loss is measured on other"
            f" windows, whose own line lies at {data.train_floor:.4f}. (b) Rule errors. Bold: share"
            f" of positions {positions} whose most likely token is wrong, with a 95 % interval from"
            " resampling sequences."
            " Dashed: chance of sampling a wrong token, dotted: share of wrong tokens in text of"
            " the network’s own, both at every position that the rule decides,"
            f" {'answers out of view' if data.held else 'those where the window does not tell'}"
            " included. Grey dots: a uniform guess, and the best guess from the last token alone."
            f" {'(c) Attention on the position of the answer. ' if data.held else ''}Vertical"
            " lines: the first checkpoint from which a condition holds three times in a row."
        )

    def alt(self, data: Data) -> str:
        onsets = (
            "; ".join(f"{words} from step {step:,}" for words, step in data.onsets)
            or "no onset is reached"
        )
        attention = (
            f", attention on the answer from {data.attention[0]:.3f} to {data.attention[-1]:.3f}"
            if data.held
            else ""
        )
        return (
            f"Validation loss goes from {data.validation[0]:.3f} to {data.validation[-1]:.3f} nats,"
            f" where a perfect reader of these windows still has {data.floors[-1].here:.3f}; the"
            f" rule error where the {data.where.replace('answer in', 'answer is in')} goes from"
            f" {data.error[0]:.3f} to"
            f" {data.error[-1]:.3f}{attention}."
            f" Phases: {onsets}."
        )
