"""The power of the logits at each pair of frequencies."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize
from reportgen.systems.input_to_output.facts.two_numbers import kinds, power_of_pairs

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure, figure, stamp
from reportgen.drawing.matrices import Matrix
from reportgen.systems.input_to_output.view import Study

LEFT, TOP, SIDE, GAP, WIDE = 44, 92, 400, 90, 200  # CSS pixels


@dataclass(frozen=True)
class Data:
    """One checkpoint."""

    step: int
    power: np.ndarray  # [first, second], a share of all; frequencies from -p/2 to p/2
    shares: tuple[tuple[str, float], ...]  # by kind of wave


@figure("waves-of-logits")
class WavesOfLogits(Figure[Study, Data, Normalize]):
    """A map of all pairs of frequencies, and a row of bars by kind."""

    height = TOP + SIDE + 56

    def compute(self, study: Study) -> Data:
        power = power_of_pairs(study)
        total = max(float(power.sum()), 1e-300)
        shares = tuple(
            (name, float(power[at].sum()) / total) for name, at in kinds(len(power)).items()
        )
        return Data(study.step, np.fft.fftshift(power) / total, shares)

    def scale(self, frames: Sequence[Data]) -> Normalize:
        return Normalize(0, max(float(np.sqrt(f.power).max()) for f in frames) or 1.0)

    def draw(self, canvas: Canvas, data: Data, scale: Normalize) -> None:
        theme, p = canvas.theme, len(data.power)
        canvas.headline(
            self.title,
            "Rows: the frequency of the first number.  Columns: that of the second.\nOn the"
            " diagonal from upper left to lower right both turn alike: waves of the sum.  On the"
            " other one: of the difference.",
            stamp(data.step),
        )
        axes = canvas.panel(LEFT, TOP, SIDE, SIDE)
        canvas.caption(axes, "a", "Power of each pair", "the darker, the more")
        Matrix(axes, theme, theme.probability, scale, p, p).set(np.sqrt(data.power))
        half = p // 2
        named = np.arange(-(half // 4) * 4, half + 1, 4)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_ticks(named + half + 0.5, [str(k) for k in named])
        bars = canvas.panel(LEFT + SIDE + GAP, TOP, WIDE, 150)
        canvas.caption(bars, "b", "By kind of wave", "share of the power")
        names, values = zip(*data.shares)
        at = np.arange(len(names))[::-1]
        bars.barh(at, values, height=0.62, color=theme.series["attention"], lw=0)
        bars.set(xlim=(0, 1.15), ylim=(-0.6, len(names) - 0.4))
        bars.set_xticks([0, 0.5, 1])
        bars.set_yticks(at, names)
        for y, value in zip(at, values):
            bars.text(value + 0.02, y, f"{value:.3f}", va="center")

    def caption(self, data: Data) -> str:
        return (
            "Two-dimensional Fourier transform of the logits over all pairs of numbers, squared and"
            " added up over answers; without the mean over answers and without what is the same for"
            " all inputs. (a) Colour: the root of the share of the power, so that small shares can"
            " be seen. A negative frequency turns the other way. (b) Shares of all power: both"
            " numbers turn alike, against each other, one of them does not turn, they turn with two"
            " frequencies."
        )

    def alt(self, data: Data) -> str:
        told = ", ".join(f"{name} {share:.3f}" for name, share in data.shares)
        return f"Power of the logits at step {data.step:,} by kind of wave: {told}."
