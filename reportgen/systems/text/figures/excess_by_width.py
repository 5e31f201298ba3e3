"""How near networks of several widths come to the table of counts, and when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure
from reportgen.drawing.margins import blocks
from reportgen.drawing.over_training import steps_across
from reportgen.drawing.scales import end_of
from reportgen.drawing.step_axis import StepAxis
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.numbers import grouped
from reportgen.systems.text.facts.losses import NEAR
from reportgen.systems.text.facts.widths import widths
from reportgen.systems.text.view import Study

TOP, TALL = 90, 250
LEFT, WIDE = 48, 300
RIGHT, TRAIN = 408, 282  # the panel over training
LOWER, LOW = 404, 110


@dataclass(frozen=True)
class Data:
    """Ends [seed, width], and the displayed seed over training [checkpoint, width]."""

    widths: tuple[int, ...]
    steps: np.ndarray
    excess: np.ndarray  # nats
    agreement: np.ndarray
    training: np.ndarray  # excess of the displayed seed
    agreeing: np.ndarray  # agreement of the displayed seed
    single: float  # excess of token frequencies


@dataclass(frozen=True)
class Scale:
    """Limits of the excess, nats, how far apart the steps stand, and where shares end."""

    low: float
    high: float
    axis: StepAxis
    share: float


@figure("excess-by-width")
class ExcessByWidth(Figure[Study, Data, Scale]):
    """Distance and agreement by width, and the distance over training."""

    height = 560

    def compute(self, study: Study) -> Data:
        history = {
            name: study.run.history[name].astype(float)
            for name in ("excess_by_width", "agreement_by_width")
        }
        floors = study.counts.entropies
        return Data(
            widths(study),
            study.run.steps,
            history["excess_by_width"][:, -1],
            history["agreement_by_width"][:, -1],
            history["excess_by_width"][study.seed],
            history["agreement_by_width"][study.seed],
            floors["unigram"] - floors["bigram"],
        )

    def scale(self, frames: Sequence[Data]) -> Scale:
        least = min(f.training.min() for f in frames)
        low = 0.7 * min(NEAR, *(min(f.excess.min(), least) for f in frames))
        high = 1.6 * max(max(f.single, f.excess.max()) for f in frames)
        limits = float(np.log(low)), float(np.log(high))
        drawn = [
            each
            for f in frames
            for each in (
                (np.log(f.training[:, -1]), limits),
                (1 - f.agreeing[:, -1], (0.0, 1.0)),
            )
        ]
        share = end_of(1.0, *(a for f in frames for a in (f.agreement, f.agreeing)))
        return Scale(low, high, StepAxis.of(frames[0].steps, *drawn), share)

    def draw(self, canvas: Canvas, data: Data, scale: Scale) -> None:
        theme, at = canvas.theme, np.arange(len(data.widths))
        canvas.headline(
            self.title,
            f"Networks of {len(data.widths)} widths, each from {len(data.excess)} seeds, trained"
            " side by side on the same batches.  Every dot is a network, the line joins the middle"
            " seeds.",
            f"step {grouped(data.steps[-1])}",
        )
        by_width, training, agree, agreeing = (
            canvas.panel(x, y, wide, tall)
            for y, tall in ((TOP, TALL), (LOWER, LOW))
            for x, wide in ((LEFT, WIDE), (RIGHT, TRAIN))
        )
        for axes in (by_width, training):
            axes.set_yscale("log")
            axes.set_ylim(scale.low, scale.high)
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
            axes.yaxis.set_minor_formatter(NullFormatter())
        for axes, values in ((by_width, data.excess), (agree, data.agreement)):
            axes.set(xlim=(-0.4, len(at) - 0.6)), axes.set_xticks(at, [str(d) for d in data.widths])
            axes.plot(at, np.median(values, 0), color=theme.ink, lw=1.4, zorder=3)
            axes.scatter(
                np.tile(at, (len(values), 1)),
                values,
                s=22,
                color=theme.ink,
                edgecolors=[theme.paper],
                linewidths=0.8,
                zorder=4,
            )
        by_width.tick_params(labelbottom=False)
        agree.set_xlabel("numbers a token (d_model)", labelpad=3)
        steps_across((training, agreeing), scale.axis, 6)
        for axes in (agree, agreeing):
            axes.set_ylim(0, 1.04 * scale.share)
        for axes in (training, agreeing):
            axes.tick_params(labelleft=False)
        canvas.caption(by_width, "a", "Distance from the counts", "nats per token, logarithmic")
        canvas.caption(training, "b", "The displayed seed in training", "same scale")
        canvas.caption(agree, "c", "First choice is the most frequent", "share of the text")
        canvas.caption(agreeing, "d", "The same in training", "same scale")
        for axes in (by_width, training):
            for value in (data.single, NEAR):
                axes.axhline(value, color=theme.muted, lw=0.9, dashes=(4, 3), zorder=1.5)
        by_width.text(
            len(at) - 0.65,
            data.single * 1.06,
            f"token frequencies  {number(data.single, 3)}",
            size=SMALL,
            color=theme.muted,
            ha="right",
            va="bottom",
        )
        by_width.text(
            -0.35,
            NEAR * 0.94,
            f"near: {NEAR:g} nats",
            size=SMALL,
            color=theme.muted,
            ha="left",
            va="top",
        )
        self._curves(canvas, training, agreeing, data, scale)

    @staticmethod
    def _curves(canvas: Canvas, above: Axes, below: Axes, data: Data, scale: Scale) -> None:
        """A curve a width, named at the right."""
        theme = canvas.theme
        pixel: Callable[[float], float] = lambda value: (
            TOP + TALL * (1 - np.log(value / scale.low) / np.log(scale.high / scale.low))
        )
        ends = sorted(range(len(data.widths)), key=lambda i: pixel(data.training[-1, i]))
        places = blocks(
            [pixel(data.training[-1, i]) for i in ends], [15.0] * len(ends), TOP, TOP + TALL
        )
        for i, y in zip(ends, places):
            full = i == len(data.widths) - 1
            for axes, curves in ((above, data.training), (below, data.agreeing)):
                axes.plot(
                    data.steps,
                    curves[:, i],
                    color=theme.ink if full else theme.series["train"],
                    lw=1.8 if full else 1.1,
                    zorder=4 if full else 3,
                )
            canvas.text(
                RIGHT + TRAIN + 8,
                y + 4,
                f"width {data.widths[i]}",
                BODY,
                theme.ink if full else theme.muted,
                weight="bold",
            )

    def caption(self, data: Data) -> str:
        return (
            "(a) Kullback-Leibler divergence of the network’s chances from the counts of the"
            " training blocks, mean over all tokens of these blocks, exact: its loss there minus"
            " the lowest loss of any table of the last token. (c) Share of the text after which"
            " the likeliest token is the one that follows most often: of several that follow"
            " equally often, the first of the vocabulary alone. (b, d) Both for the displayed seed"
            " over training, a line a width. A network of one width can do all that a narrower one"
            " can."
        )

    def alt(self, data: Data) -> str:
        middle, agree = np.median(data.excess, 0), np.median(data.agreement, 0)
        said = "; ".join(
            f"width {d}: {e:.3f} nats, {100 * a:.1f} %"
            for d, e, a in zip(data.widths, middle, agree)
        )
        return (
            "Distance from the table of counts and share of the text with the most frequent token"
            " as first choice (of several that follow equally often, the first of the vocabulary"
            f" alone), middle of {len(data.excess)} seeds: {said}. Token"
            f" frequencies are {data.single:.3f} nats away."
        )
