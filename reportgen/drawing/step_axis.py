"""How far apart training steps stand: evenly, or, where most of a training is over at once, by
their logarithm.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from reportgen.drawing.canvas import width_of
from reportgen.drawing.style import CSS_DPI, SMALL
from reportgen.measure.numbers import grouped

EARLY, MOST = 0.1, 0.9  # of the steps, and of a curve's fall: all of it within is over early
SLIGHT = 0.1  # of its panel: a curve that falls by less is flat, and its fall may be noise
HEAD = 0.12  # of a logarithmic axis, from the first step to the one where the logarithm begins
BETWEEN = 10  # CSS pixels between two numbers below an axis, at least

# values [checkpoint] and the limits of the panel they are drawn in
Drawn = tuple[np.ndarray, tuple[float, float]]


@dataclass(frozen=True)
class StepAxis:
    """The same for all panels of a sheet and all frames of a film."""

    first: int
    last: int
    start: int | None = None  # the step from which on the axis is logarithmic; none: it is even

    @classmethod
    def of(cls, steps: np.ndarray, *curves: Drawn) -> "StepAxis":
        """Logarithmic from the second checkpoint on where the curves fall, and each does so early
        on: what leaves its panel is not counted.
        """
        first, last = int(steps[0]), max(int(steps[-1]), int(steps[0]) + 1)
        soon = steps - first <= EARLY * (last - first)
        falls = []
        for values, (low, high) in curves:
            seen = np.clip(values[np.isfinite(values)], low, high)
            if len(seen) == len(steps):
                fallen = seen[0] - np.minimum.accumulate(seen)
                falls.append((fallen[soon][-1], fallen[-1], high - low))
        clear = [(early, whole) for early, whole, tall in falls if whole > SLIGHT * tall]
        early = bool(clear) and all(soon >= MOST * whole for soon, whole in clear)
        even = cls(first, last)
        return even.logarithmic(int(steps[1])) if early else even

    @property
    def even(self) -> "StepAxis":
        """The same steps, evenly apart."""
        return StepAxis(self.first, self.last)

    def logarithmic(self, start: int) -> "StepAxis":
        """The same steps, by their logarithm from one on, if that lies between them."""
        return StepAxis(self.first, self.last, start if self.first < start < self.last else None)

    @property
    def words(self) -> str:
        """What stands below it."""
        return "training step" + (
            "" if self.start is None else f", logarithmic from {grouped(self.start)} on"
        )

    def share(self, steps: np.ndarray | float) -> np.ndarray:
        """Where along the axis a step stands, from 0 to 1."""
        at = np.asarray(steps, float) - self.first
        if self.start is None:
            return np.asarray(at / (self.last - self.first))
        begin, end = self.start - self.first, self.last - self.first
        tail = np.log(np.maximum(at, begin) / begin) / np.log(end / begin)
        return np.where(at <= begin, HEAD * at / begin, HEAD + (1 - HEAD) * tail)

    def steps(self, share: np.ndarray | float) -> np.ndarray:
        """Which step stands at a share of the axis."""
        along = np.asarray(share, float)
        if self.start is None:
            return self.first + along * (self.last - self.first)
        begin, end = self.start - self.first, self.last - self.first
        tail = np.exp((np.maximum(along, HEAD) - HEAD) / (1 - HEAD) * np.log(end / begin))
        return self.first + begin * np.where(along <= HEAD, along / HEAD, tail)

    def lay(self, axes: Axes, numbers: int = 0) -> None:
        """Along a panel, with about so many numbers below it where it is even; with none no marks
        either.
        """
        if self.start is not None:
            axes.set_xscale("function", functions=(self.share, self.steps))
            axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlim(self.first, self.last)
        if not numbers:
            axes.set_xticks([])
            return
        axes.xaxis.set_major_locator(
            MaxNLocator(numbers, integer=True)
            if self.start is None
            else FixedLocator(self.named(wide(axes)))
        )
        axes.xaxis.set_major_formatter(lambda step, _: grouped(round(step)))

    def named(self, width: float) -> list[int]:
        """Steps with a number below a logarithmic axis of this many CSS pixels: its ends, where the
        logarithm begins, and round numbers where there is room.
        """
        assert self.start is not None
        powers = [10**k for k in range(len(str(self.last)))]
        more = [digit * power for digit in (1, 5, 2) for power in powers]
        chosen = [self.first, self.last]
        for step in (self.start, *more):
            if self.start <= step < self.last and self._room(step, chosen, width):
                chosen.append(step)
        return sorted(chosen)

    def _room(self, step: int, others: Sequence[int], width: float) -> bool:
        """Does the number of a step touch none of the others."""
        both = (grouped(step) + grouped(other) for other in others)
        need = [width_of(words, SMALL) / 2 + BETWEEN for words in both]
        apart = [abs(float(self.share(step) - self.share(other))) * width for other in others]
        return all(gap >= least for gap, least in zip(apart, need))


def wide(axes: Axes) -> float:
    """Width of a panel in CSS pixels; films have more pixels to each of CSS."""
    sheet = axes.get_figure(root=True)
    return float(axes.get_window_extent().width * CSS_DPI / (sheet.dpi if sheet else CSS_DPI))
