"""Where the queries of a sequence meet its keys: both in one plane."""

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.planes import View, plane
from reportgen.drawing.style import Theme
from reportgen.systems.sequence_rules.figures.parts.plane_marks import dots


class Meeting:
    """Queries and keys of a sequence in one plane over those of every token at every position, with
    an arrow to one query and the line on which it scores zero.
    """

    def __init__(self, axes: Axes, theme: Theme, view: View, far: float) -> None:
        blue, red = theme.roles["query"], theme.roles["key"]
        plane(axes, theme, view, None)
        self.far = far  # how long the line is to both sides
        self.faint, self.dots = (
            [
                dots(
                    axes, theme, size, [colour], marker=marker, rim=rim, zorder=zorder, alpha=alpha
                )
                for colour, marker in ((blue, "o"), (red, "s"))
            ]
            for size, rim, zorder, alpha in ((6, 0, 2, 0.22), (24, 0.7, 5, None))
        )
        self.arrow = axes.annotate(
            "",
            (0, 1),
            (0, 0),
            arrowprops=dict(arrowstyle="-|>", color=blue, lw=1.4, shrinkA=0, shrinkB=3),
            zorder=4,
            annotation_clip=False,
        )
        if self.arrow.arrow_patch is not None:
            self.arrow.arrow_patch.set_clip_path(axes.patch)
        (self.zero,) = axes.plot([], [], color=blue, lw=1, dashes=(5, 3), zorder=3)

    def set(
        self, q: np.ndarray, k: np.ndarray, tip: np.ndarray, all_q: np.ndarray, all_k: np.ndarray
    ) -> None:
        """Queries and keys [position, xy], the query that has the arrow, and all there are."""
        across = np.array([-tip[1], tip[0]]) / max(float(np.hypot(*tip)), 1e-9) * self.far
        for artist, cloud in zip((*self.faint, *self.dots), (all_q, all_k, q, k)):
            artist.set_offsets(cloud.reshape(-1, 2))
        self.arrow.xy = tuple(tip)
        self.zero.set_data(*np.array([-across, across]).T)
