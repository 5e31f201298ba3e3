"""Token labels that keep clear of one another, of points and of lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from matplotlib.axes import Axes

from reportgen.figures.parts.canvas import PX, halo, width_of
from reportgen.figures.style import INDEX, TOKEN, Colour, Theme


@dataclass(frozen=True)
class Mark:
    """A point of the plane with the name of its token and, if any, its position."""
    x: float
    y: float
    token: str
    position: int | None
    colour: Colour


class Labels:
    """Token labels that keep clear of one another, of points and of lines.

    Points of one colour closer than `merge` pixels share one label; a label that had to move away gets a leader line.
    Placement is greedy over a ring of offsets and depends on nothing but the data, so it is the same in every run.
    """

    def __init__(self, axes: Axes, theme: Theme, size: float = TOKEN, merge: float = 5., leader: float = 17.) -> None:
        self.axes, self.theme, self.size, self.merge, self.leader = axes, theme, size, merge, leader
        self.drawn: list = []

    def _groups(self, marks: Sequence[Mark], at: np.ndarray) -> list[list[int]]:
        """Single linkage within a colour and a position."""
        groups: list[list[int]] = []
        for i, mark in enumerate(marks):
            near = [g for g in groups if any(marks[j].colour == mark.colour and marks[j].position == mark.position and np.hypot(*(at[i] - at[j])) < self.merge for j in g)]
            groups = [g for g in groups if g not in near] + [sorted(sum(near, []) + [i])]
        return groups

    def set(self, marks: Sequence[Mark], avoid: np.ndarray | None = None) -> None:
        """Write the labels; `avoid` are further points [n, xy] to stay off."""
        for artist in self.drawn:
            artist.remove()
        self.drawn = []
        if not marks:
            return
        to_pixel = self.axes.transData.transform
        box = self.axes.get_window_extent()
        at = to_pixel([(m.x, m.y) for m in marks])
        obstacles = at if avoid is None or not len(avoid) else np.concatenate([at, to_pixel(avoid)])
        placed: list[tuple[float, float, float, float]] = []
        for group in sorted(self._groups(marks, at), key=lambda g: (-len(g), g)):
            names = list(dict.fromkeys(marks[i].token for i in group))
            words, index = " ".join(names), marks[group[0]].position
            w1, w2 = width_of(words, self.size, "bold"), width_of(str(index), INDEX) + 1 if index is not None else 0.
            w, h = w1 + w2, self.size / PX * .74
            best = None
            for radius, angle in product((9, 13, 18, 25, 34, 46), np.arange(0, 360, 22.5)):
                ux, uy = np.cos(np.radians(angle)), np.sin(np.radians(angle))
                cx, cy = at[group].mean(0) + (ux * (radius + w / 2 - 3 * abs(uy)), uy * (radius + h / 2 - 4))
                left, right, low, high = cx - w / 2 - 1, cx + w / 2 + 1, cy - h / 2 - 2, cy + h / 2 + 1
                cost = radius * .35 + (angle % 90 > 1) * .6
                cost += 60 * sum(min(right, r) > max(left, l) and min(high, t) > max(low, b) for l, r, b, t in placed)
                cost += 9 * ((obstacles > (left - 2, low - 2)) & (obstacles < (right + 2, high + 2))).all(1).sum()
                cost += 200 * (left < box.x0 + 2 or right > box.x1 - 2 or low < box.y0 + 2 or high > box.y1 - 2)
                if best is None or cost < best[0] - 1e-9:
                    best = cost, radius, (cx, cy), (left, right, low, high)
            _, radius, (cx, cy), rect = best
            placed.append(rect)
            back = self.axes.transData.inverted().transform
            colour = marks[group[0]].colour
            if radius >= self.leader:
                near = np.clip(at[group].mean(0), (rect[0], rect[2]), (rect[1], rect[3]))
                ends = back([near, at[group].mean(0)])
                self.drawn += self.axes.plot(ends[:, 0], ends[:, 1], color=colour, lw=.8, zorder=6, solid_capstyle="butt")
            x, y = back((cx - w / 2, cy - h / 2))
            style = dict(path_effects=halo(self.theme), zorder=8, clip_on=False, va="baseline", ha="left")
            self.drawn.append(self.axes.text(x, y, words, size=self.size, weight="bold", color=colour, **style))
            if index is not None:
                x, y = back((cx - w / 2 + w1 + 1.5, cy - h / 2 - 2.5))
                self.drawn.append(self.axes.text(x, y, str(index), size=INDEX, color=colour, **style))
