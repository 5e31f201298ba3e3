"""Where in the plane the most likely next token is certain without a look at the point itself:
cells of a grid throughout which one token leads all others.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from reportgen.core.readout import Readout

SIDE = 256  # cells along each axis: the table of them stays in the cache
WORTH = 4 * SIDE * SIDE  # points below which to look at each is quicker
WIDER = 1 + 1e-6  # a cell is taken a little larger than it is, since points are rounded
ROWS = 32  # of cells that are bounded at a time
UNCERTAIN = -1


@dataclass(frozen=True)
class Certain:
    """A grid over a part of the plane, and the token that leads everywhere in a cell."""

    low: tuple[float, float]
    steps: tuple[float, float]  # cells to a unit of length
    leads: Int[np.ndarray, "cell"]  # UNCERTAIN where no token leads all over the cell

    @classmethod
    def of(cls, read: Readout, low: np.ndarray, high: np.ndarray, least: float) -> "Certain":
        """The grid over a box; a token leads where its logit is ahead by more than `least`."""
        size = np.maximum(high - low, 1e-9) * WIDER / SIDE
        half = size / 2 * WIDER
        middles = [low[axis] + (np.arange(SIDE) + 0.5) * size[axis] for axis in (0, 1)]
        rows: Callable[[int], np.ndarray] = lambda i: np.stack(
            np.meshgrid(middles[0][i : i + ROWS], middles[1], indexing="ij"), -1
        ).reshape(-1, 2)
        leads = [_leads(read, rows(i), half, least) for i in range(0, SIDE, ROWS)]
        (x, y), (across, up) = low, 1 / size
        return cls((float(x), float(y)), (float(across), float(up)), np.concatenate(leads))

    def at(self, points: Float[np.ndarray, "2 point"]) -> Int[np.ndarray, "point"]:
        """The token that leads at each point, or UNCERTAIN."""
        column, row = (
            ((along - low) * steps).astype(np.int32).clip(0, SIDE - 1)
            for along, low, steps in zip(points, self.low, self.steps)
        )
        column *= SIDE
        column += row
        return np.asarray(self.leads[column])


def _leads(
    read: Readout, middles: Float[np.ndarray, "cell 2"], half: np.ndarray, least: float
) -> Int[np.ndarray, "cell"]:
    """The token ahead of all others throughout each cell.

    A logit is linear where no hidden unit switches; a unit that may switch inside of a cell changes
    by no more than its input does. Both together bound how far a lead can shrink (derived here).
    """
    push = read.W_out @ read.W_U  # [d_mlp, token]
    inputs, logits = middles @ read.W_in + read.b_in, read.logits(middles)
    moves = half @ np.abs(read.W_in)  # the most that an input changes between middle and edge
    switching = np.abs(inputs) <= moves
    on = (inputs > moves).astype(float)
    slopes = [  # of each logit along both axes, units that may switch left out
        (read.W_U[axis] if read.residual else 0.0) + (on * read.W_in[axis]) @ push
        for axis in (0, 1)
    ]
    first, found = logits.argmax(1), np.full(len(middles), UNCERTAIN, dtype=np.int8)
    for token in np.unique(first):
        here = np.flatnonzero(first == token)
        ahead: Callable[[np.ndarray], np.ndarray] = lambda of: of[here, token, None] - of[here]
        shrinks = (switching[here] * moves) @ np.abs(push[:, token, None] - push)
        for slope, room in zip(slopes, half):
            shrinks += np.abs(ahead(slope)) * room
        sure = ahead(logits) - shrinks > least
        sure[:, token] = True
        found[here[sure.all(1)]] = token
    return found
