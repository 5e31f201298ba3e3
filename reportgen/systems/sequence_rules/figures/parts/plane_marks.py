"""What lies in a plane: dots with a rim of paper, names beside them, and the frame of a closer
view.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.patches import Rectangle

from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.planes import View
from reportgen.drawing.style import Colour, Theme
from reportgen.drawing.views import ENLARGED


def dots(
    axes: Axes,
    theme: Theme,
    size: float,
    colours: Sequence[Colour],
    *,
    marker: str = "o",
    rim: float = 0.7,
    zorder: float = 5,
    alpha: float | None = None,
) -> PathCollection:
    """Dots still without a place, in one colour or each in its own, with a rim that parts them
    where they lie on one another.
    """
    nowhere = [0] * len(colours) if len(colours) > 1 else []
    return axes.scatter(
        nowhere,
        nowhere,
        s=size,
        marker=marker,
        color=colours,
        edgecolors=[theme.paper],
        linewidths=rim,
        zorder=zorder,
        alpha=alpha,
    )


def named(tokens: Sequence[str], points: np.ndarray, inks: Sequence[Colour]) -> list[Mark]:
    """The names of the positions of a sequence at their points [position, xy], each in its ink."""
    return [
        Mark(x, y, token, i, ink)
        for i, (token, (x, y), ink) in enumerate(zip(tokens, points, inks))
    ]


def frame_view(axes: Axes, view: View, colour: Colour, width: float) -> None:
    """A frame around what another panel shows enlarged."""
    x0, x1, y0, y1 = view
    frame = Rectangle((x0, y0), x1 - x0, y1 - y0, fill=False, edgecolor=colour, lw=width, zorder=8)
    frame.set_label(ENLARGED)
    axes.add_patch(frame)


def around(count: int, radius: float) -> np.ndarray:
    """Points [.., xy] on a circle about the origin, for names to keep off a large mark."""
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return radius * np.stack([np.cos(turn), np.sin(turn)], -1)


class ByClass:
    """Points by the marker of the class of their token, each with its name."""

    def __init__(self, axes: Axes, theme: Theme) -> None:
        self.theme = theme
        self.dots = {
            kind: dots(axes, theme, 30, [theme.ink], marker=marker, rim=0.6)
            for kind, marker in theme.markers.items()
        }
        self.labels = Labels(axes, theme)

    def set(
        self,
        points: np.ndarray,
        tokens: Sequence[str],
        classes: Mapping[str, str],
        *,
        numbered: bool = True,
        avoid: np.ndarray | None = None,
    ) -> None:
        """Points [token, xy]; beside a name its index, if they are `numbered`."""
        for kind, artist in self.dots.items():
            of = [i for i, t in enumerate(tokens) if classes[t] == kind]
            artist.set_offsets(points[of])
            artist.set_facecolor([self.theme.classes[kind]] * len(of) or ["none"])
        self.labels.set(
            [
                Mark(x, y, t, i if numbered else None, self.theme.classes[classes[t]])
                for i, (t, (x, y)) in enumerate(zip(tokens, points))
            ],
            avoid=avoid,
        )
