"""How far the guess has come at every depth, on average over held-out text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.fact import Fact
from reportgen.systems.text.facts.holdout import READERS
from reportgen.systems.text.facts.lens import lens_agreement, lens_loss
from reportgen.systems.text.view import Study

TOP, LEFT, ROW, APART, FOOT = 96, 128, 34, 74, 48  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One row a depth."""

    step: int
    names: tuple[str, ...]
    loss: np.ndarray  # [depth, value low high] nats
    agreement: (
        np.ndarray
    )  # [depth, value low high] share of positions that name the same token as the end
    readers: dict[str, float]  # losses of simple counts


@figure("lens-of-text")
class LensOfText(Figure[Study, Data, float]):
    """Two panels, depth downwards."""

    def compute(self, study: Study) -> Data:
        loss, agreement = lens_loss(study), lens_agreement(study)
        table: Callable[[Fact], np.ndarray] = lambda fact: np.array(
            [[part.value, part.low, part.high] for _, part in fact.parts], float
        )
        counted = study.counts.surprises(study.data.holdout)
        return Data(
            study.step,
            tuple(name for name, _ in loss.parts),
            table(loss),
            table(agreement),
            {words: float(counted[name].mean()) for name, words in READERS.items()},
        )

    def height_of(self, data: Data) -> float:
        return TOP + 2 * len(data.names) * ROW + APART + FOOT

    def scale(self, frames: Sequence[Data]) -> float:
        return 1.06 * max(max(float(np.nanmax(f.loss)), *f.readers.values()) for f in frames)

    def draw(self, canvas: Canvas, data: Data, scale: float) -> None:
        theme, tall, wide = canvas.theme, len(data.names) * ROW, canvas.width - LEFT - 64
        canvas.headline(
            self.title,
            "After each part, the last normalization (with the mean and length of the stream at"
            " that depth) and the unembedding.\nLines: 95 % intervals, where they are wider than"
            " the marks.",
            stamp(data.step),
        )
        second = TOP + tall + APART
        for letter, words, note, top, values, limit, times, digits in (
            (
                "a",
                "Loss",
                ("nats per token on held-out text; dashed: counts of the training blocks"),
                TOP,
                data.loss,
                scale,
                1.0,
                3,
            ),
            (
                "b",
                "Same token as at the end",
                "% of the positions",
                second,
                data.agreement,
                100.0,
                100.0,
                1,
            ),
        ):
            axes = canvas.panel(LEFT, top, wide, tall)
            canvas.caption(axes, letter, words, note)
            axes.set(xlim=(0, limit), ylim=(len(data.names), 0))
            axes.set_xticks([t for t in MaxNLocator(9).tick_values(0, limit) if 0 <= t <= limit])
            axes.set_yticks(np.arange(len(data.names)) + 0.5, data.names)
            axes.tick_params(axis="y", length=0, labelsize=BODY, labelcolor=theme.ink)
            axes.barh(
                np.arange(len(data.names)) + 0.5,
                times * values[:, 0],
                height=0.56,
                color=theme.series["validation"],
                alpha=0.5,
                zorder=2,
            )
            for i, (value, low, high) in enumerate(times * values):
                if value < limit:  # the end agrees with itself
                    axes.plot([low, high], [i + 0.5] * 2, color=theme.ink, lw=1.4, zorder=4)
                canvas.text(
                    canvas.width,
                    top + (i + 0.5) * ROW + 4,
                    number(float(value), digits),
                    SMALL,
                    theme.muted,
                    ha="right",
                )
            if letter == "a":
                for value in data.readers.values():
                    axes.axvline(value, color=theme.ink, lw=1.0, dashes=(4, 3), zorder=3)
        ordered, edge = sorted(data.readers.items(), key=lambda item: item[1]), -1e9
        for i, (words, value) in enumerate(ordered):
            x = max(LEFT + wide * value / scale, edge)
            canvas.text(
                x,
                TOP + tall + 32 + (14 if i % 2 else 0),
                f"{words} {number(value, 3)}",
                SMALL,
                theme.muted,
                ha="center",
            )

    def caption(self, data: Data) -> str:
        return (
            "(a) Loss on held-out text of the stream read at each depth, from the embedding to the"
            " end; dashed, counts of the training blocks. (b) Share of the"
            " positions at which the likeliest token there is the likeliest at the end. Nothing"
            " trained the early streams to be read like that: a high loss says that the guess is"
            " not there in this form, not that it is not there."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{name}: loss {loss[0]:.3f}, same token as at the end at {100 * same[0]:.1f} %"
            for name, loss, same in zip(data.names, data.loss, data.agreement)
        )
        return f"Bars by depth at step {data.step:,}: {said}."
