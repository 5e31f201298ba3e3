"""Queries and keys in one plane, and the score that a query gives to every point of it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize

from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.planes import View
from reportgen.drawing.style import CSS_DPI, TOKEN, Colour, Theme

SHORT = 18.0  # CSS pixels of a line that has no room for a name at each end
SHAPES = {"query": "o", "key": "s", "value": "o"}
CROWD = 14  # tokens that have room for two names each


def named_ends(tokens: Sequence[str]) -> tuple[int, ...]:
    """Which positions of every token are named in a plane: the first and the last, of many tokens
    the last alone.
    """
    return (0, -1) if len(tokens) <= CROWD else (-1,)


class Cloud:
    """Every token at every position in one role: a thin line a token, dots that grow with the
    position, names at both ends.

    A line too short for two names has one, without a position.
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        role: str,
        *,
        dot: float = 1.0,
        strength: float = 1.0,
        ends: Sequence[int] = (0, -1),
        size: float = TOKEN,
    ) -> None:
        self.axes = axes
        self.colour: Colour = theme.roles[role]
        self.ends, self.dot = ends, dot
        self.lines = LineCollection(
            [], colors=[(*self.colour, 0.45 * strength)], linewidths=0.9, zorder=3, capstyle="round"
        )
        axes.add_collection(self.lines, autolim=False)
        self.dots = axes.scatter(
            [],
            [],
            marker=SHAPES[role],
            color=[self.colour],
            alpha=strength,
            linewidths=0.5,
            edgecolors=[theme.paper],
            zorder=4,
        )
        self.labels = Labels(axes, theme, size)

    def set(
        self, points: np.ndarray, tokens: Sequence[str], avoid: np.ndarray | None = None
    ) -> None:
        """Points [token, position, xy]; labels keep clear of them and of the points `avoid`."""
        self.lines.set_segments(list(points))
        self.dots.set_offsets(points.reshape(-1, 2))
        self.dots.set_sizes(np.tile(np.linspace(6, 20, points.shape[1]) * self.dot, len(points)))
        flat = points.reshape(-1, 2)
        self.labels.set(
            self._marks(points, tokens),
            avoid=flat if avoid is None else np.concatenate([flat, avoid.reshape(-1, 2)]),
        )

    def _marks(self, points: np.ndarray, tokens: Sequence[str]) -> list[Mark]:
        ends = sorted({e % points.shape[1] for e in self.ends})
        self.axes.apply_aspect()
        sheet = self.axes.get_figure(root=True)
        short = SHORT * (sheet.dpi / CSS_DPI if sheet else 1)
        marks = []
        for token, line in zip(tokens, points):
            apart = (
                len(ends) > 1
                and np.hypot(
                    *np.diff(self.axes.transData.transform(line[[ends[0], ends[-1]]]), axis=0)[0]
                )
                > short
            )
            marks += [
                Mark(line[e, 0], line[e, 1], token, e if apart else None, self.colour)
                for e in (ends if apart else ends[-1:])
            ]
        return marks


class Field:
    """The score of one query at every point of the plane, with the line on which it is zero and an
    arrow along the query.
    """

    def __init__(
        self, axes: Axes, theme: Theme, norm: Normalize, view: View, *, fineness: int = 64
    ) -> None:
        self.view = view

        def middle(low: float, high: float) -> np.ndarray:
            return low + (np.arange(fineness) + 0.5) / fineness * (high - low)

        self.grid = np.stack(np.meshgrid(middle(*view[:2]), middle(*view[2:])), -1)
        self.image = axes.imshow(
            np.zeros((fineness, fineness)),
            extent=view,
            origin="lower",
            aspect="equal",
            cmap=theme.signed,
            norm=norm,
            interpolation="bilinear",
            zorder=0.5,
        )
        (self.zero,) = axes.plot([], [], color=theme.ink, lw=1.3, zorder=2.5, solid_capstyle="butt")
        self.arrow = axes.annotate(
            "",
            (0, 0),
            (0, 0),
            arrowprops=dict(
                arrowstyle="-|>,head_length=.45,head_width=.22",
                color=theme.roles["query"],
                lw=1.8,
                shrinkA=0,
                shrinkB=0,
            ),
            zorder=5,
        )
        axes.set(xlim=view[:2], ylim=view[2:])

    def set(self, query: np.ndarray) -> None:
        """One query [xy]; scores are query . point / sqrt(2)."""
        self.image.set_data(self.grid @ query / np.sqrt(len(query)))
        length = float(np.hypot(*query))
        way = query / length if length else np.zeros(2)
        reach = max(np.ptp(self.view[:2]), np.ptp(self.view[2:])) * 2
        self.zero.set_data(*np.outer((-reach, reach), (-way[1], way[0])).T)
        # the arrow ends at the query, or short of the frame when the query lies outside
        x0, x1, y0, y1 = self.view
        room = min(
            (
                edge / part
                for edge, part in (
                    (x1 if way[0] > 0 else x0, way[0]),
                    (y1 if way[1] > 0 else y0, way[1]),
                )
                if part
            ),
            default=0.0,
        )
        self.arrow.xy = tuple(way * min(length, 0.94 * room))
        self.arrow.set_visible(length > 0)


def field_norm(view: View, *queries: np.ndarray) -> Normalize:
    """A scale with zero in the middle that holds the fields of all queries [..., xy] everywhere in
    the view.
    """
    corners = np.array([(x, y) for x in view[:2] for y in view[2:]])
    top = (
        max(float(np.abs(q.reshape(-1, 2) @ corners.T).max()) for q in queries) / np.sqrt(2) or 1.0
    )
    return Normalize(-top, top)
