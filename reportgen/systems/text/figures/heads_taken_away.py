"""How much the loss rises with one head silenced, and with all of them, three ways."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.heads import heads
from reportgen.systems.text.facts.heads import name_of
from reportgen.systems.text.facts.losses import surprise
from reportgen.systems.text.facts.silenced import DRAWS, EVERY, KINDS, rises
from reportgen.systems.text.view import Study

TOP, LEFT, ROW, APART, FOOT = 106, 104, 18, 16, 44  # CSS pixels
WORDS = {
    "zero": "it adds nothing",
    "mean": "it adds its mean at each place",
    "resample": "it adds what it adds in another block",
}
MARKS = {"zero": "o", "mean": "s", "resample": "D"}


@dataclass(frozen=True)
class Data:
    """Rise of the loss [case, kind], nats, with its interval."""

    step: int
    names: tuple[str, ...]
    rise: np.ndarray
    low: np.ndarray
    high: np.ndarray
    whole: float
    pairs: float  # rise that would bring the loss to that of a reader who counts pairs


@figure
class HeadsTakenAway(Figure):
    """One row a head, three marks in it."""

    slug, title, height, needs = (
        "heads-taken-away",
        "How much the loss rises without a head",
        TOP + 5 * (3 * ROW + APART) + FOOT,
        ("attention",),
    )

    def compute(self, study: Study) -> Data:
        found = dict(rises(study))
        names = (*(name_of(study, at) for at in heads(study)), EVERY)
        values = lambda key: np.array(
            [[getattr(found[f"{name}: {kind}"], key) for kind in KINDS] for name in names], float
        )
        whole = float(surprise(study).mean())
        return Data(
            study.step,
            names,
            values("value"),
            values("low"),
            values("high"),
            whole,
            float(study.counts.surprises(study.data.holdout)["bigram"].mean()) - whole,
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.names) * (3 * ROW + APART) + FOOT

    def scale(self, frames: Sequence[Data]) -> tuple[float, float]:
        low, high = (
            min(min(f.low.min(), f.pairs, 0.0) for f in frames),
            max(max(f.high.max(), f.pairs) for f in frames),
        )
        room = 0.04 * (high - low) or 1.0
        return low - room, high + room

    def draw(
        self, canvas: Canvas, data: Data, scale: tuple[float, float]
    ) -> Callable[[Data], None]:
        theme, tall = canvas.theme, len(data.names) * (3 * ROW + APART)
        canvas.headline(
            self.title,
            f"Nats per token on held-out text, above the {data.whole:.3f} of the whole network. "
            " Bars: 95 % intervals.  Dashed: where a reader who counts pairs stands.",
            stamp(data.step),
        )
        x = float(LEFT)
        for kind in KINDS:
            mark = canvas.panel(x, 57, 12, 12)
            mark.set(xlim=(0, 1), ylim=(0, 1))
            mark.set_axis_off()
            mark.plot([0.5], [0.5], MARKS[kind], ms=6, color=theme.series["attention"])
            canvas.text(x + 18, 68, f"{kind}: {WORDS[kind]}", BODY, theme.muted)
            x += width_of(f"{kind}: {WORDS[kind]}", BODY) + 40
        axes = canvas.panel(LEFT, TOP, canvas.width - LEFT - 56, tall)
        axes.set(xlim=scale, ylim=(tall, 0), xlabel="rise of the loss, nats per token")
        axes.set_yticks([])
        axes.axvline(0, color=theme.ink, lw=1.2, zorder=2)
        axes.axvline(data.pairs, color=theme.muted, lw=1.0, dashes=(4, 3), zorder=2)
        for i, name in enumerate(data.names):
            y = i * (3 * ROW + APART) + APART / 2
            canvas.text(LEFT - 12, TOP + y + 1.5 * ROW + 4, name, BODY, ha="right", weight="bold")
            if i:
                axes.axhline(y - APART / 2, color=theme.faint, lw=0.8)
            for j, kind in enumerate(KINDS):
                at = y + (j + 0.5) * ROW
                axes.plot(
                    [data.low[i, j], data.high[i, j]],
                    [at, at],
                    color=theme.series["attention"],
                    lw=2.4,
                    zorder=3,
                    solid_capstyle="butt",
                )
                axes.plot(
                    [data.rise[i, j]],
                    [at],
                    MARKS[kind],
                    ms=6.5,
                    color=theme.series["attention"],
                    zorder=4,
                )
                canvas.text(
                    canvas.width,
                    TOP + at + 4,
                    number(float(data.rise[i, j]), 3),
                    SMALL,
                    theme.muted,
                    ha="right",
                )
        return lambda data: None

    def caption(self, data: Data) -> str:
        return (
            "Rise of the loss on held-out windows with one head silenced, and with all: circles,"
            " it adds nothing; squares, its mean at each place; diamonds, what it adds in a window"
            f" of another block, mean of {DRAWS} permutations. Intervals are those of the paired"
            " difference, blocks resampled. Dashed: the loss of a reader who has counted pairs in"
            " the training blocks."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"without {name}: "
            + ", ".join(f"{kind} {value:.3f}" for kind, value in zip(KINDS, row))
            for name, row in zip(data.names, data.rise)
        )
        return (
            f"Rise of the loss, in nats, with heads silenced, at step {data.step:,}: {said}. A"
            f" reader who counts pairs stands {data.pairs:.3f} above the whole network."
        )
