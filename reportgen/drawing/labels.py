"""Token labels that keep clear of one another, of points, of lines, and of one another's
leaders.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.text import Text
from numpy.typing import ArrayLike

from reportgen.drawing.canvas import PX, halo, reach_of
from reportgen.drawing.marks.names import LEADER, at_position, name_points
from reportgen.drawing.placing import Places, choose
from reportgen.drawing.style import CSS_DPI, INDEX, TOKEN, Colour, Theme

GAP = 4.0  # CSS pixels between two tokens of one label


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

    Points of one colour closer than `merge` pixels share one label; a label that had to move away
    gets a leader line, and no leader crosses another one or a label while there is any other place.
    Places depend on nothing but the data, so they are the same in every run, and they are found in
    CSS pixels, so they are the same at every resolution.
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        size: float = TOKEN,
        merge: float = 5.0,
        leader: float = 17.0,
    ) -> None:
        self.axes, self.theme, self.size, self.merge, self.leader = axes, theme, size, merge, leader
        self.drawn: list[Artist] = []

    def set(self, marks: Sequence[Mark], avoid: np.ndarray | None = None) -> None:
        """Write the labels; `avoid` are further points [n, xy] to stay off."""
        for artist in self.drawn:
            artist.remove()
        self.drawn = []
        name_points(self.axes, ((m.x, m.y, at_position(m.token, m.position)) for m in marks))
        if not marks:
            return
        self.axes.apply_aspect()
        sheet = self.axes.get_figure(root=True)
        zoom = sheet.dpi / CSS_DPI if sheet else 1.0

        def pixels(points: ArrayLike) -> np.ndarray:
            return self.axes.transData.transform(points) / zoom

        def back(points: ArrayLike) -> np.ndarray:
            return self.axes.transData.inverted().transform(np.asarray(points) * zoom)

        at = pixels([(m.x, m.y) for m in marks])
        obstacles = at if avoid is None or not len(avoid) else np.concatenate([at, pixels(avoid)])
        box = np.array(self.axes.get_window_extent().extents) / zoom
        groups = sorted(self._groups(marks, at), key=lambda g: (-len(g), g))
        pieces = [self._pieces([marks[i] for i in group]) for group in groups]
        sizes = [
            (sum(self._width(p) for p in parts) + GAP * (len(parts) - 1), self.size / PX * 0.74)
            for parts in pieces
        ]
        places = [
            Places.around(at[group].mean(0), size, obstacles, box, self.leader)
            for group, size in zip(groups, sizes)
        ]
        for group, parts, place, spot in zip(groups, pieces, places, choose(places)):
            colour = marks[group[0]].colour
            if place.led[spot]:
                ends = back(place.leaders[spot])
                self.drawn += self.axes.plot(
                    *ends.T, color=colour, lw=0.8, zorder=6, solid_capstyle="butt", label=LEADER
                )
            self._write(parts, place.corners[spot], colour, back)

    def _groups(self, marks: Sequence[Mark], at: np.ndarray) -> list[list[int]]:
        """Single linkage within a colour, and no group wider than two merging distances."""
        groups: list[list[int]] = []
        for i, mark in enumerate(marks):
            joined = [i]
            for group in list(groups):
                near = (
                    marks[group[0]].colour == mark.colour
                    and np.hypot(*(at[group] - at[i]).T).min() < self.merge
                )
                if near and np.hypot(*np.ptp(at[group + joined], axis=0)) < 2 * self.merge:
                    groups.remove(group)
                    joined = group + joined
            groups.append(sorted(joined))
        return groups

    @staticmethod
    def _pieces(marks: Sequence[Mark]) -> list[tuple[str, str]]:
        """Words and index of each part of a label: tokens of one position share its index, a token
        at several positions lists them.
        """
        positions = list(dict.fromkeys(m.position for m in marks))
        tokens = list(dict.fromkeys(m.token for m in marks))
        if len(positions) == 1:
            return [(" ".join(tokens), "" if positions[0] is None else str(positions[0]))]
        return [
            (
                token,
                ",".join(
                    str(m.position) for m in marks if m.token == token and m.position is not None
                ),
            )
            for token in tokens
        ]

    def _width(self, piece: tuple[str, str]) -> float:
        return reach_of(piece[0], self.size, "bold") + (
            reach_of(piece[1], INDEX) + 1.5 if piece[1] else 0
        )

    def _write(
        self,
        pieces: Sequence[tuple[str, str]],
        corner: np.ndarray,
        colour: Colour,
        back: Callable[[ArrayLike], np.ndarray],
    ) -> None:
        x, y = corner

        def write(x: float, y: float, words: str, size: float, weight: str) -> Text:
            return self.axes.text(
                x,
                y,
                words,
                size=size,
                weight=weight,
                color=colour,
                path_effects=halo(self.theme),
                zorder=8,
                clip_on=False,
                va="baseline",
                ha="left",
            )

        for words, index in pieces:
            wide = reach_of(words, self.size, "bold")
            (left, base), (behind, below) = back([(x, y), (x + wide + 1.5, y - 2.5)])
            self.drawn.append(write(left, base, words, self.size, "bold"))
            if index:
                self.drawn.append(write(behind, below, index, INDEX, "normal"))
            x += self._width((words, index)) + GAP
