"""Which part of the network pushes the token that comes, on average over held-out text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas, number
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.systems.text.facts.direct import direct_push
from reportgen.systems.text.figures.parts.part_bars import PartBars
from reportgen.systems.text.view import Study

BARS, FOOT = PartBars(top=76, row=26), 48  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One row a part; `total` is their sum, the logit of the token that came above the mean of all
    tokens.
    """

    step: int
    names: tuple[str, ...]
    push: np.ndarray  # [part, value low high]
    total: float


@figure("push-by-part")
class PushByPart(Figure[Study, Data, tuple[float, float]]):
    """Bars to both sides of nothing."""

    def compute(self, study: Study) -> Data:
        found = direct_push(study)
        return Data(
            study.step,
            tuple(name for name, _ in found.parts),
            np.array([[p.value, p.low, p.high] for _, p in found.parts], float),
            found.details["total"],
        )

    def height_of(self, data: Data) -> float:
        return BARS.height(len(data.names), FOOT)

    def scale(self, frames: Sequence[Data]) -> tuple[float, float]:
        low, high = (
            min(0.0, *(float(np.nanmin(f.push)) for f in frames)),
            max(0.0, *(float(np.nanmax(f.push)) for f in frames)),
        )
        room = 0.04 * (high - low) or 1.0
        return low - room, high + room

    def draw(self, canvas: Canvas, data: Data, scale: tuple[float, float]) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            "Logits above the mean of all tokens, on held-out text; together the bars make"
            f" {number(data.total, 2)}.  Lines: 95 % intervals.\nA part is measured by what it"
            " hands straight to the unembedding.",
            stamp(data.step),
        )
        colour = lambda name: (
            theme.series["attention"]
            if "head" in name
            else theme.series["validation"]
            if "feed" in name
            else theme.muted
        )
        words = "push on the token that came, logits"
        BARS.draw(canvas, data.names, data.push, scale, words, colour, digits=2)

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
