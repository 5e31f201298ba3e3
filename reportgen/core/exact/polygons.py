"""Many convex polygons at once: their areas, the parts of them on one side of a line, and the
outline of those that touch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

JOINED = 1e-9  # of the width of all: corners closer than this are one


@dataclass(frozen=True)
class Polygons:
    """Convex polygons whose corners run one way around; those with fewer corners than others repeat
    their first one.
    """

    corners: np.ndarray  # [polygon, corner, xy]
    count: np.ndarray  # [polygon] corners of its own

    @classmethod
    def of(cls, corners: np.ndarray, count: np.ndarray) -> "Polygons":
        """Polygons whose corners after the first `count` are any."""
        spare = np.arange(corners.shape[1]) >= count[:, None]
        return cls(np.where(spare[..., None], corners[:, :1], corners), count)

    def __len__(self) -> int:
        return len(self.count)

    def __getitem__(self, which: np.ndarray) -> "Polygons":
        return Polygons(self.corners[which], self.count[which])

    def each(self) -> list[np.ndarray]:
        """The corners [corner, xy] of one after the other."""
        return [corners[:count] for corners, count in zip(self.corners, self.count.tolist())]

    @property
    def areas(self) -> np.ndarray:
        """Area of each (shoelace formula)."""
        if not self.corners.size:
            return np.zeros(len(self))
        x, y = np.moveaxis(self.corners - self.corners[:, :1], -1, 0)
        return np.asarray(np.abs((x[:, :-1] * y[:, 1:] - x[:, 1:] * y[:, :-1]).sum(-1)) / 2)

    def clipped(self, normals: np.ndarray, offsets: np.ndarray) -> "Polygons":
        """The part of each where its own normal . p + offset >= 0 (Sutherland and Hodgman 1974, one
        edge).
        """
        side = np.einsum("pcd,pd->pc", self.corners, normals) + offsets[:, None]
        within = side >= 0
        cut = ~within.all(1)
        if not cut.any():
            return self
        few, inside, here = self[cut], within[cut], side[cut]
        there = np.roll(here, -1, 1)
        crossed = inside != np.roll(inside, -1, 1)
        share = np.divide(here, here - there, out=np.zeros_like(here), where=crossed)
        on_line = few.corners + (np.roll(few.corners, -1, 1) - few.corners) * share[..., None]
        # a corner that stays, then the point at which the edge behind it meets the line
        keep = np.stack(
            [inside & (np.arange(inside.shape[1]) < few.count[:, None]), crossed], -1
        ).reshape(len(few), -1)
        count = self.count.copy()
        count[cut] = keep.sum(1)
        width = max(1, int(count.max()))
        first = np.argsort(~keep, axis=1, kind="stable")[:, :width, None]
        left = np.take_along_axis(
            np.stack([few.corners, on_line], 2).reshape(len(few), -1, 2), first, 1
        )
        corners = np.empty((len(self), width, 2))
        have = min(width, self.corners.shape[1])
        corners[:, :have], corners[:, have:] = self.corners[:, :have], self.corners[:, :1]
        corners[cut, : left.shape[1]], corners[cut, left.shape[1] :] = left, left[:, :1]
        return Polygons.of(corners, count)


def outlines(groups: Mapping[int, Sequence[np.ndarray]]) -> dict[int, list[np.ndarray]]:
    """What polygons [corner, xy] of each group cover together, as closed lines: edges between two
    polygons of one group are gone.

    All have to run the same way around. Of edges that do not meet corner to corner both stay, one
    on the other, which covers the same.
    """
    parts = [(group, part) for group, members in groups.items() for part in members if len(part)]
    if not parts:
        return {}
    lengths = np.array([len(part) for _, part in parts])
    points, owner = (
        np.concatenate([part for _, part in parts]),
        np.repeat([group for group, _ in parts], lengths),
    )
    grid = np.rint(
        (points - points.min(0)) / (JOINED * (np.ptp(points, axis=0).max() or 1.0))
    ).astype(np.int64)
    _, first, corner = np.unique(
        grid[:, 0] << 32 | grid[:, 1], return_index=True, return_inverse=True
    )
    after, ends = np.arange(1, len(points) + 1), np.cumsum(lengths)
    after[ends - 1] = ends - lengths
    start, end = corner, corner[after]
    low, high, many = np.minimum(start, end), np.maximum(start, end), len(first)
    edges, which = np.unique((owner * many + low) * many + high, return_inverse=True)
    way = np.bincount(which, np.where(start < end, 1.0, -1.0) * (start != end), len(edges))
    left = np.flatnonzero(way)
    ahead = way[left] > 0
    group, low, high = edges[left] // many**2, edges[left] // many % many, edges[left] % many
    onward: dict[tuple[int, int], list[int]] = {}
    for g, a, b, times in zip(
        group.tolist(),
        np.where(ahead, low, high).tolist(),
        np.where(ahead, high, low).tolist(),
        np.abs(way[left]).astype(int).tolist(),
    ):
        onward.setdefault((g, a), []).extend([b] * times)
    found: dict[int, list[np.ndarray]] = {}
    for (g, a), ways in onward.items():
        while ways:
            line, at = [a], ways.pop()
            while at != a:
                line.append(at)
                at = onward[g, at].pop()
            found.setdefault(g, []).append(points[first[line]])
    return found


def centre(pieces: Sequence[np.ndarray]) -> np.ndarray:
    """Centre of gravity [xy] of convex pieces [corner, xy] together, whichever way their corners
    run.
    """
    whole, weighted = 0.0, np.zeros(2)
    for corners in pieces:
        following = np.roll(corners, -1, 0)
        cross = corners[:, 0] * following[:, 1] - corners[:, 1] * following[:, 0]
        way = np.sign(cross.sum())
        whole += way * cross.sum() * 3
        weighted += way * ((corners + following) * cross[:, None]).sum(0)
    return np.asarray(weighted / whole)
