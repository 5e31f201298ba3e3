"""How far back each head looks, on average over held-out text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import SMALL
from reportgen.measure.heads import heads
from reportgen.measure.numbers import grouped
from reportgen.systems.text.facts.heads import by_distance, name_of
from reportgen.systems.text.view import Study

TOP, LEFT, GAP, EACH, APART, FOOT = 92, 40, 52, 128, 58, 46  # CSS pixels
NEAR = 16  # positions back that are shown


@dataclass(frozen=True)
class Data:
    """Mean attention by distance."""

    step: int
    names: tuple[str, ...]
    attention: (
        np.ndarray
    )  # [head, distance] on the token so many positions back, over the positions that have one
    even: np.ndarray  # [distance] of attention spread evenly over all tokens read so far
    windows: int


def measured(study: Study) -> Data:
    """Attention by distance, for pictures and films."""
    length, found = study.config.model.n_ctx, by_distance(study)
    even = np.array([(1 / np.arange(d + 1, length + 1)).mean() for d in range(length)])
    return Data(
        study.step,
        tuple(name_of(study, at).capitalize() for at in heads(study)),
        np.stack([found[at] for at in heads(study)]),
        even,
        len(study.data.holdout),
    )


def named_bars(values: np.ndarray, even: np.ndarray, apart: float) -> list[int]:
    """Which bars bear their number: the three highest that rise above the dashes, but none beside a
    named one of about the same height, whose number would touch its own.
    """
    named: list[int] = []
    for at in (int(i) for i in np.argsort(-values, kind="stable")[:3] if values[i] > even[i]):
        if all(abs(at - other) > 1 or abs(values[at] - values[other]) > apart for other in named):
            named.append(at)
    return named


@figure("attention-by-distance")
class AttentionByDistance(Figure[Study, Data, float]):
    """Bars, two heads a row."""

    def compute(self, study: Study) -> Data:
        return measured(study)

    def height_of(self, data: Data) -> float:
        rows = -(-len(data.names) // 2)
        return TOP + rows * (EACH + APART) - APART + FOOT

    def scale(self, frames: Sequence[Data]) -> float:
        """The highest bar of all."""
        return float(max(max(f.attention.max(), f.even.max()) for f in frames))

    def draw(self, canvas: Canvas, data: Data, scale: float) -> None:
        theme, wide = canvas.theme, (canvas.width - LEFT - GAP) / 2
        canvas.headline(
            self.title,
            f"Mean attention on the token so many positions back, over {grouped(data.windows)}"
            " held-out windows.  0 is the position itself, 1 the token before.\nDashes: attention"
            " spread evenly over all tokens read so far.",
            stamp(data.step),
        )
        shown = np.arange(min(NEAR + 1, data.attention.shape[1]))
        for i, (name, values) in enumerate(zip(data.names, data.attention)):
            row, column = divmod(i, 2)
            axes = canvas.panel(
                LEFT + column * (wide + GAP), TOP + row * (EACH + APART), wide, EACH
            )
            axes.set(xlim=(-0.6, len(shown) - 0.4), ylim=(0, 1.12 * scale))
            axes.set_xticks(shown[::2])
            axes.yaxis.set_major_locator(MaxNLocator(4))
            if i >= len(data.names) - 2:
                axes.set_xlabel("positions back", labelpad=3)
            canvas.caption(
                axes,
                "abcdefgh"[i % 8],
                name,
                (
                    f"{values[len(shown) :].sum():.3f} further back"
                    if len(values) > len(shown)
                    else ""
                ),
            )
            axes.bar(shown, values[shown], width=0.66, color=theme.series["attention"], zorder=2)
            axes.plot(shown, data.even[shown], color=theme.muted, lw=1.2, ls=(0, (3, 2)), zorder=3)
            for at in named_bars(values[shown], data.even[shown], 0.1 * 1.12 * scale):
                axes.text(
                    at,
                    values[at] + 0.02 * scale,
                    number(float(values[at]), 2).removeprefix("0"),
                    size=SMALL,
                    color=theme.muted,
                    ha="center",
                    va="bottom",
                )

    def caption(self, data: Data) -> str:
        return (
            "Mean attention of each head on the token so many positions back, over all positions"
            " of the held-out windows that have so many tokens before them; since each bar is a"
            " mean over positions of its own, bars need not add up to one. Dashes: attention"
            " spread evenly over all tokens read so far."
        )

    def alt(self, data: Data) -> str:
        said = "; ".join(
            f"{name.lower()} puts {row[0]:.2f} on the position itself, {row[1]:.2f} one back and"
            f" {row[2]:.2f} two back"
            for name, row in zip(data.names, data.attention)
        )
        return f"Bar charts of mean attention by distance at step {data.step:,}: {said}."
