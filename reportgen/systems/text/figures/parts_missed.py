"""How much the loss rises without a part of a layer, and without all of a kind."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.scales import limits
from reportgen.systems.text.facts.holdout import counter_of_pairs, surprise
from reportgen.systems.text.facts.parts_taken import part_rises
from reportgen.systems.text.figures.parts import pair_counts
from reportgen.systems.text.figures.parts.part_bars import PartBars
from reportgen.systems.text.view import Study

BARS, FOOT = PartBars(top=88, row=34), 48  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One row a part."""

    step: int
    names: tuple[str, ...]
    rise: np.ndarray  # [part, value low high] nats
    whole: float
    pairs: float  # rise that would bring the loss to that of pair counts


@figure("parts-missed")
class PartsMissed(Figure[Study, Data, tuple[float, float]]):
    """Bars, and a line where a table of pairs stands."""

    def compute(self, study: Study) -> Data:
        found, whole = part_rises(study), float(surprise(study).mean())
        pairs = counter_of_pairs(study).value - whole
        return Data(
            study.step,
            tuple(found),
            np.array([[f.value, f.low, f.high] for f in found.values()], float),
            whole,
            pairs,
        )

    def height_of(self, data: Data) -> float:
        return BARS.height(len(data.names), FOOT)

    def scale(self, frames: Sequence[Data]) -> tuple[float, float]:
        low, high = limits(
            min(0.0, *(float(np.nanmin(f.rise)) for f in frames)),
            max(0.0, *(float(np.nanmax(f.rise)) for f in frames)),
            frames[-1].pairs,
        )
        room = 0.05 * (high - low) or 1.0
        return low - (room if low < 0 else 0), high + room

    def draw(self, canvas: Canvas, data: Data, scale: tuple[float, float]) -> None:
        theme = canvas.theme
        canvas.headline(
            self.title,
            f"Nats per token on held-out text, above the {data.whole:.3f} of the whole network,"
            " with the part’s mean at each position in its stead.\nLines: 95 % intervals.  "
            + pair_counts.note(data.pairs, scale),
            stamp(data.step),
        )

        def kind(name: str) -> str:
            return "attention" if "attention" in name else "validation"

        colour = lambda name: theme.series[kind(name)]
        words = "rise of the loss, nats per token"
        axes = BARS.draw(canvas, data.names, data.rise, scale, words, colour, digits=3)
        pair_counts.line(axes, theme, data.pairs, 1.2, 3)

    def caption(self, data: Data) -> str:
        return (
            "Rise of the loss on held-out windows when a part of a layer, or all parts of a kind,"
            " are replaced by their mean output at each position (mean ablation); lines are the 95"
            " % intervals of the paired"
            " difference, blocks resampled. "
            + pair_counts.captioned(data.pairs, self.scale([data]))
        )

    def alt(self, data: Data) -> str:
        said = ", ".join(
            f"without {name} {value:.3f}" for name, (value, _, _) in zip(data.names, data.rise)
        )
        return (
            f"Bars of the rise of the loss, in nats, at step {data.step:,}: {said}."
            f" {pair_counts.compared(data.pairs)}"
        )
