"""Losses by their logarithm: the axis, and how far it reaches."""

from collections.abc import Sequence
from math import ceil, floor, log10

import numpy as np
from matplotlib.axes import Axes

from reportgen.measure.numbers import RAISED

LEAST = 1e-9  # nats: a smaller loss is drawn at the lower edge
ROOM = 1.6  # times as far as the curves reach
MOST = 6  # numbers along the axis


def limits(curves: Sequence[np.ndarray], guess: float) -> tuple[float, float]:
    """The ends of an axis that holds all curves and the loss of a guess."""
    shown = [np.maximum(values, LEAST) for values in curves]
    low, high = min(float(v.min()) for v in shown), max(float(v.max()) for v in shown)
    return min(low, guess) / ROOM, max(high, guess) * ROOM


def lay(axes: Axes, ends: tuple[float, float]) -> None:
    """Powers of ten along the axis, so many that they can be read."""
    axes.set_yscale("log")
    axes.set_ylim(*ends)
    first, last = ceil(log10(ends[0])), floor(log10(ends[1]))
    step = max(1, ceil((last - first) / MOST))
    powers = [p for p in range(first, last + 1) if p % step == 0]
    names = [f"10{str(p).replace('-', '⁻').translate(RAISED)}" if p else "1" for p in powers]
    axes.set_yticks([10.0**p for p in powers], names)
    axes.minorticks_off()
