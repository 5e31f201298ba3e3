"""Names that ride with their points, for films, in which no label may jump."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.style import CSS_DPI, SMALL, Colour, Theme

WIDE = 15.5  # CSS pixels across a ring
CLOSE = 10.0  # CSS pixels between two points that cannot both be read


class Rings:
    """A ring around each point with the name of its token.

    Tokens in one place share a ring without a name: filled in the colour of their class, or with
    three dots where classes mix.
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        colour: Colour,
        tokens: Sequence[str],
        classes: Mapping[str, str],
    ) -> None:
        self.axes, self.theme = axes, theme
        self.kinds = [classes[t] for t in tokens]
        self.rings = axes.scatter(
            np.zeros(len(tokens)),
            np.zeros(len(tokens)),
            s=(WIDE * 72 / CSS_DPI) ** 2,
            facecolors=[theme.paper],
            edgecolors=[colour],
            linewidths=1.4,
            zorder=9,
        )
        self.dots = axes.scatter([], [], s=4, color=[theme.muted], linewidths=0, zorder=10)
        self.names = [
            axes.text(
                0,
                0,
                t,
                size=SMALL,
                weight="bold",
                ha="center",
                va="center",
                color=theme.classes[k],
                zorder=10,
                clip_on=True,
            )
            for t, k in zip(tokens, self.kinds)
        ]

    def set(self, points: np.ndarray) -> None:
        """Points [token, xy]."""
        groups = self._groups(points)
        middles = np.array([points[g].mean(0) for g in groups])
        fills, mixed = [], []
        for group in groups:
            kinds = {self.kinds[i] for i in group}
            mixed.append(len(kinds) > 1)
            fills.append(
                self.theme.paper
                if len(group) == 1
                else self.theme.classes[kinds.pop()]
                if len(kinds) == 1
                else self.theme.paper
            )
        self.rings.set_offsets(middles)
        self.rings.set_facecolor(fills)
        self.dots.set_offsets((middles[mixed][:, None] + self._apart()).reshape(-1, 2))
        alone = {g[0] for g in groups if len(g) == 1}
        for i, (name, point) in enumerate(zip(self.names, points)):
            name.set_position(tuple(point))
            name.set_visible(i in alone)

    def _apart(self) -> np.ndarray:
        """Where the three dots of a ring of mixed classes stand around its middle [dot, xy], in
        units of the data.
        """
        x0, x1 = self.axes.get_xlim()
        pixel = (x1 - x0) / self.axes.get_window_extent().width * self._zoom()
        return np.array([(-3.8, 0), (0, 0), (3.8, 0)]) * pixel

    def _zoom(self) -> float:
        """Device pixels in a CSS pixel."""
        sheet = self.axes.get_figure(root=True)
        return sheet.dpi / CSS_DPI if sheet else 1.0

    def _groups(self, points: np.ndarray) -> list[list[int]]:
        """Single linkage at the distance below which two names cover one another."""
        self.axes.apply_aspect()
        at = self.axes.transData.transform(points) / self._zoom()
        groups: list[list[int]] = []
        for i in range(len(at)):
            near = [g for g in groups if any(np.hypot(*(at[i] - at[j])) < CLOSE for j in g)]
            groups = [g for g in groups if g not in near] + [sorted(sum(near, []) + [i])]
        return groups
