"""Which part of the network pushes the token that comes, on average over held-out text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.style import BODY, SMALL
from reportgen.systems.text.facts.direct import direct_push
from reportgen.systems.text.view import Study

TOP, LEFT, ROW, FOOT = 76, 136, 26, 48  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One row a part; `total` is their sum, the logit of the token that came above the mean of all
    tokens.
    """

    step: int
    names: tuple[str, ...]
    push: np.ndarray  # [part, value low high]
    total: float


@figure
class PushByPart(Figure):
    """Bars to both sides of nothing."""

    slug, title, height, needs = (
        "push-by-part",
        "Which part pushes the token that comes",
        TOP + 12 * ROW + FOOT,
        ("layers", "mlp", "residual"),
    )

    def compute(self, study: Study) -> Data:
        found = direct_push(study)
        return Data(
            study.step,
            tuple(name for name, _ in found.parts),
            np.array([[p.value, p.low, p.high] for _, p in found.parts], float),
            found.details["total"],
        )

    def height_of(self, data: Data) -> float:
        return TOP + len(data.names) * ROW + FOOT

    def scale(self, frames: Sequence[Data]) -> tuple[float, float]:
        low, high = (
            min(0.0, *(float(f.push.min()) for f in frames)),
            max(0.0, *(float(f.push.max()) for f in frames)),
        )
        room = 0.04 * (high - low) or 1.0
        return low - room, high + room

    def draw(
        self, canvas: Canvas, data: Data, scale: tuple[float, float]
    ) -> Callable[[Data], None]:
        theme, tall = canvas.theme, len(data.names) * ROW
        canvas.headline(
            self.title,
            "Logits above the mean of all tokens, on held-out text; together the bars make"
            f" {number(data.total, 2)}.  Lines: 95 % intervals.\nA part is measured by what it"
            " hands straight to the unembedding.",
            stamp(data.step),
        )
        axes = canvas.panel(LEFT, TOP, canvas.width - LEFT - 56, tall)
        axes.set(
            xlim=scale, ylim=(len(data.names), 0), xlabel="push on the token that came, logits"
        )
        axes.set_xticks(
            [t for t in MaxNLocator(6).tick_values(*scale) if scale[0] <= t <= scale[1]]
        )
        axes.set_yticks(np.arange(len(data.names)) + 0.5, data.names)
        axes.tick_params(axis="y", length=0, labelsize=BODY, labelcolor=theme.ink)
        axes.axvline(0, color=theme.ink, lw=1.0, zorder=3)
        for i, (name, (value, low, high)) in enumerate(zip(data.names, data.push)):
            colour = (
                theme.series["attention"]
                if "head" in name
                else theme.series["validation"]
                if "feed" in name
                else theme.muted
            )
            axes.barh(i + 0.5, value, height=0.56, color=colour, alpha=0.55, zorder=2)
            axes.plot([low, high], [i + 0.5] * 2, color=theme.ink, lw=1.4, zorder=4)
            canvas.text(
                canvas.width,
                TOP + (i + 0.5) * ROW + 4,
                number(float(value), 2),
                SMALL,
                theme.muted,
                ha="right",
            )
        return lambda data: None

    def caption(self, data: Data) -> str:
        return (
            "How far each part of the network raised the logit of the token that came above the"
            " mean of all tokens, mean over held-out text; the parts add up to the logit. The last"
            " normalization divides by the length of the whole stream, which is kept as it came"
            " out; what a part does through later parts counts for those."
        )

    def alt(self, data: Data) -> str:
        said = ", ".join(
            f"{name} {value:.2f}" for name, (value, _, _) in zip(data.names, data.push)
        )
        return (
            f"Bars of pushes on the token that came, in logits, at step {data.step:,}: {said};"
            f" together {data.total:.2f}."
        )
