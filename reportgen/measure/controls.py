"""What the same matrices would give by luck: turned against each other, or with tokens renamed at
random.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from reportgen.measure.head_circuits import composition, copying
from reportgen.measure.numbers import interval_written, written

DRAWS = 500  # five of them lie above the bound
SEED = 200
LEVEL = 0.99  # a fixed share of the draws: the highest of them would rise with their number
MOST = f"{100 * LEVEL:g} %"


@dataclass(frozen=True)
class Control:
    """A quantity in draws that leave its matrices as they are and their meeting to chance."""

    draws: np.ndarray

    @property
    def bound(self) -> float:
        """What 99 % of the draws stay at or under, however many there are."""
        return float(np.quantile(self.draws, LEVEL))

    def details(self, name: str, unit: str) -> dict[str, object]:
        """Mean, the middle 95 % and the bound of 99 %, as further values of a fact."""
        low, high = np.quantile(self.draws, [0.025, 0.975])
        mean = float(self.draws.mean())
        return {
            f"{name}_bound": self.bound,
            f"{name}_bound_text": written(self.bound, unit),
            f"{name}_most_text": MOST,
            f"{name}_mean": mean,
            f"{name}_mean_text": written(mean, unit),
            f"{name}_text": interval_written(float(low), float(high), unit),
            f"{name}_draws": len(self.draws),
        }


@lru_cache(maxsize=8)
def rotations(size: int) -> np.ndarray:
    """Random rotations and reflections of a space, [draw, size, size]; always the same."""
    drawn = np.random.default_rng(SEED).normal(size=(DRAWS, size, size))
    turns, scales = np.linalg.qr(drawn)
    return np.asarray(turns * np.sign(np.diagonal(scales, axis1=1, axis2=2))[:, None])


def rotated(first: np.ndarray, second: np.ndarray) -> Control:
    """Composition of two matrices with what the first writes turned at random before the second
    reads it: sizes and ranks stay, which directions meet does not.
    """
    return Control(np.array([composition(first @ turn, second) for turn in rotations(len(second))]))


def renamed(
    read: Float[np.ndarray, "token inner"], said: Float[np.ndarray, "inner token"]
) -> Control:
    """Copying score of a circuit, the product of what is read of tokens and what is said of that,
    with the tokens it says renamed. The product the other way round has the same eigenvalues other
    than zero, and is smaller.
    """
    return Control(np.array([copying(said[:, order] @ read) for order in renamings(len(read))]))


def renamings(count: int) -> np.ndarray:
    """Random orders of so many tokens, [draw, token]; always the same."""
    rng = np.random.default_rng(SEED)
    return np.stack([rng.permutation(count) for _ in range(DRAWS)])
