"""Where a label may stand around its point, what each place costs, and the choice that costs all
labels together least.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np

RADII, ANGLES = np.array([9.0, 13, 18, 25, 34, 46, 62, 82]), np.arange(0, 360, 22.5)
LABEL, CROSSING, THROUGH, POINT, OUTSIDE = (
    60,
    80,
    50,
    9,
    5000,
)  # cost of: label on label, leader on leader, leader on label, label on point, label over the edge
SWEEPS = 4
# CSS pixels that stay empty at both ends of a label, so that two numbers are not read as one
BESIDE = 2.5


@dataclass(frozen=True)
class Places:
    """All places of one label, in pixels: rings around its point."""

    rects: np.ndarray  # [place, (left, low, right, high)]
    corners: np.ndarray  # [place, xy] where the first letter stands
    leaders: np.ndarray  # [place, (label, point), xy]
    led: np.ndarray  # [place] is it so far off that a line has to lead to it
    cost: np.ndarray  # [place] whatever the other labels do

    @classmethod
    def around(
        cls,
        point: np.ndarray,
        size: tuple[float, float],
        obstacles: np.ndarray,
        box: np.ndarray,
        leader: float,
    ) -> "Places":
        """Places around a point for a label of this size within a box; `obstacles` are points [n,
        xy] to stay off.
        """
        w, h = size
        radius, angle = (a.ravel() for a in np.meshgrid(RADII, ANGLES, indexing="ij"))
        ux, uy = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        x, y = point[0] + ux * (radius + w / 2 - 3 * abs(uy)), point[1] + uy * (radius + h / 2 - 4)
        rects = np.stack([x - w / 2 - BESIDE, y - h / 2 - 2, x + w / 2 + BESIDE, y + h / 2 + 1], -1)
        near = obstacles[(np.abs(obstacles - point) < RADII[-1] + w + h).all(1)]
        covered = ((near > rects[:, None, :2] - 2) & (near < rects[:, None, 2:] + 2)).all(-1).sum(1)
        outside = (rects[:, :2] < box[:2] + 2).any(1) | (rects[:, 2:] > box[2:] - 2).any(1)
        leaders = np.stack(
            [np.clip(point, rects[:, :2], rects[:, 2:]), np.broadcast_to(point, (len(x), 2))], 1
        )
        cost = radius * 0.35 + (angle % 90 > 1) * 0.6 + POINT * covered + OUTSIDE * outside
        return cls(rects, np.stack([x - w / 2, y - h / 2], -1), leaders, radius >= leader, cost)

    def only(self, place: int) -> "Places":
        """This one place."""
        return Places(*(getattr(self, f.name)[place : place + 1] for f in fields(self)))

    def conflicts(self, rects: np.ndarray, leaders: np.ndarray, led: np.ndarray) -> np.ndarray:
        """Cost [place] of each place beside other labels that stand at `rects` [n, 4] with
        `leaders` [n, 2, 2].
        """
        if not len(rects):
            return np.zeros(len(self.rects))
        mine, lines = self.rects[:, None], self.leaders[:, None]
        overlap = ((mine[..., :2] < rects[:, 2:]) & (mine[..., 2:] > rects[:, :2])).all(-1)
        cost: np.ndarray = LABEL * overlap.sum(1).astype(float)
        own = self.led[:, None]
        cost += THROUGH * (own & _enters(lines, rects)).sum(1)
        if led.any():
            theirs = leaders[led]
            crossing, through = own & _cross(lines, theirs), _enters(theirs, mine)
            cost += CROSSING * crossing.sum(1) + THROUGH * through.sum(1)
        return cost


def choose(labels: Sequence[Places]) -> list[int]:
    """A place for each label: one after the other, then again for those in conflict until none can
    do better.
    """
    spots: list[int] = []

    def beside(i: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rects, leaders, led = (
            [getattr(p, name)[s] for j, (p, s) in enumerate(zip(labels, spots)) if j != i]
            for name in ("rects", "leaders", "led")
        )
        return (
            np.array(rects).reshape(-1, 4),
            np.array(leaders).reshape(-1, 2, 2),
            np.array(led, dtype=bool),
        )

    def best(i: int) -> int:
        return int(np.round(labels[i].cost + labels[i].conflicts(*beside(i)), 6).argmin())

    for i in range(len(labels)):
        spots.append(best(i))
    for _ in range(SWEEPS):
        before = list(spots)
        for i, label in enumerate(labels):
            if label.only(spots[i]).conflicts(*beside(i)).any():
                spots[i] = best(i)
        if spots == before:
            break
    return spots


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Do segments [..., end, xy] cross, ends not counted."""
    turn: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = lambda p, q, r: (
        (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
        - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
    )
    (p, q), (r, s) = (a[..., 0, :], a[..., 1, :]), (b[..., 0, :], b[..., 1, :])
    crosses: np.ndarray = (turn(p, q, r) * turn(p, q, s) < 0) & (turn(r, s, p) * turn(r, s, q) < 0)
    return crosses


def _enters(lines: np.ndarray, rects: np.ndarray) -> np.ndarray:
    """Do segments [..., end, xy] pass through the inside of rectangles [..., (left, low, right,
    high)] (Liang and Barsky 1984).
    """
    start, run = lines[..., 0, :], lines[..., 1, :] - lines[..., 0, :]
    run = np.where(np.abs(run) < 1e-9, 1e-9, run)
    a, b = (rects[..., :2] - start) / run, (rects[..., 2:] - start) / run
    entry, exit = np.minimum(a, b).max(-1), np.maximum(a, b).min(-1)
    enters: np.ndarray = np.maximum(entry, 0) < np.minimum(exit, 1) - 1e-9
    return enters
