"""Scales that data fill: a share lies between 0 and 1, but where all that is compared lies near 0
the scale ends nearby, at a round number, and its label says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Normalize

from reportgen.drawing.canvas import Canvas, number, width_of
from reportgen.drawing.matrices import colour_bar, signed_norm
from reportgen.drawing.style import SMALL

LEAST = 0.3  # of a scale that data fill, or it is taken from them
ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)  # a scale ends at one of these times a power of ten


def end_of(whole: float, *arrays: np.ndarray) -> float:
    """Where a scale from 0 ends that could reach to `whole`: there, or, where the data fill less
    than LEAST of it, at the next round number above the largest of them, whatever its sign.
    """
    far = [float(np.nanmax(np.abs(a))) for a in arrays if np.isfinite(a).any()]
    most = max(far, default=0.0)
    return whole if not most or most >= LEAST * whole else rounded_up(most)


def rounded_up(value: float) -> float:
    """The next round number that is no smaller, for values above 0."""
    power = 10.0 ** np.floor(np.log10(value))
    return next(float(f"{digit * power:.6g}") for digit in ROUND if digit * power >= value * 0.9999)


def limits(low: float, high: float, mark: float) -> tuple[float, float]:
    """Ends of an axis that holds data and a mark beside them: without the mark where the data would
    fill less than LEAST of it.
    """
    least, most = min(low, mark), max(high, mark)
    return (least, most) if high - low >= LEAST * (most - least) else (low, high)


def share_norm(*arrays: np.ndarray, whole: float = 1.0) -> Normalize:
    """A scale of colours for shares of `whole`, from 0 on."""
    return Normalize(0, end_of(whole, *arrays))


def signed_share_norm(*arrays: np.ndarray, whole: float = 1.0) -> Normalize:
    """The same with zero in the middle; it grows beyond `whole` where data do."""
    most = end_of(whole, *arrays)
    far = [float(np.nanmax(np.abs(a))) for a in arrays if np.isfinite(a).any()]
    return Normalize(-max([most, *far]), max([most, *far]))


def halves(norm: Normalize) -> tuple[tuple[float, float, float], tuple[str, str, str]]:
    """Zero, the middle and the end of a scale, and how they are written."""
    end = float(norm.vmax or 1)
    return (0.0, end / 2, end), ("0", f"{end / 2:g}", f"{end:g}")


def ends(norm: Normalize) -> tuple[tuple[float, float, float], tuple[str, str, str]]:
    """The ends of a scale with zero in the middle, and how they are written: with the two digits
    that count.
    """
    end = float(norm.vmax or 1)
    words = number(end, max(0, 1 - int(np.floor(np.log10(end)))))
    return (-end, 0.0, end), (f"−{words}", "0", words)


def decimals(norm: Normalize) -> int:
    """Decimals of a number on a scale: two of its digits count, and no share has fewer than two."""
    return max(2, 1 - int(np.floor(np.log10(float(norm.vmax or 1)))))


@dataclass(frozen=True)
class Sums:
    """Colours of parts, and those of their sums on a scale of their own: a sum is often so much
    larger that beside it no part would be seen.
    """

    parts: Normalize
    sums: Normalize

    @classmethod
    def of(cls, parts: Sequence[np.ndarray], sums: Sequence[np.ndarray]) -> "Sums":
        """Both with zero in the middle."""
        return cls(signed_norm(*parts), signed_norm(*sums))

    def key(self, canvas: Canvas, x: float, y: float, words: tuple[str, str]) -> None:
        """A bar for each, and what it is worth in which unit."""
        for norm, said in zip((self.parts, self.sums), words):
            bar = 130
            colour_bar(canvas, canvas.theme.signed, norm, x, y, bar, "", *ends(norm))
            canvas.text(x + bar + 14, y + 8, said, SMALL, canvas.theme.muted)
            x += bar + 38 + width_of(said, SMALL)
