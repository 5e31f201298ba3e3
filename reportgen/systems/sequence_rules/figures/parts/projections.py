"""What a page can show of a stream of any width: a plane as it is, a line, or the two directions in
which its points differ most.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.planes import View, common_view, plane, ticks_across
from reportgen.drawing.style import Theme


@dataclass(frozen=True)
class Projection:
    """From vectors [.., dim] to places [.., xy]: identity for two dimensions, a line for one,
    principal components for more.

    Nothing is centred: the origin stays where it is, and the place of a sum is the sum of the
    places. A line runs across the page; what stands beside its points, their token or position,
    runs down.
    """

    axes: np.ndarray  # [dim, direction] orthonormal
    # [direction] of the variance of the points it was fitted to; empty where all there is can be
    # shown
    shares: np.ndarray

    @classmethod
    def of(cls, *clouds: np.ndarray) -> "Projection":
        """The directions in which these points [.., dim] differ most; the component that weighs
        most in a direction counts as positive there.
        """
        points = np.concatenate([c.reshape(-1, c.shape[-1]) for c in clouds])
        dims = points.shape[1]
        if dims <= 2:
            return cls(np.eye(dims), np.zeros(0))
        variance, directions = np.linalg.eigh(np.cov(points.T))
        axes = directions[:, :-3:-1]
        axes = axes * np.where(axes[np.abs(axes).argmax(0), [0, 1]] < 0, -1, 1)
        return cls(axes, variance[:-3:-1].clip(0) / max(variance.clip(0).sum(), 1e-12))

    @property
    def upright(self) -> "Projection":
        """The same with the direction of the largest differences upwards, for a tall panel; a line
        and a plane stay as they are.
        """
        return Projection(self.axes[:, ::-1], self.shares[::-1]) if len(self.shares) else self

    @property
    def line(self) -> bool:
        """Is there one dimension only."""
        return len(self.axes) == 1

    def points(self, vectors: np.ndarray, along: np.ndarray) -> np.ndarray:
        """Places [.., xy]; on a line, `along` [..] says how far down."""
        places = vectors @ self.axes
        return (
            np.stack([places[..., 0], np.broadcast_to(along, places.shape[:-1])], -1)
            if self.line
            else places
        )

    def view(self, *clouds: np.ndarray, rows: int, pad: float = 0.07) -> View:
        """A view of all points [.., dim]: square, or for a line with room for so many rows, the
        first at the top.
        """
        if not self.line:
            return common_view(*(c @ self.axes for c in clouds), pad=pad)
        x0, x1, _, _ = common_view(*(np.repeat(c.reshape(-1, 1), 2, 1) for c in clouds), pad=pad)
        return x0, x1, rows - 0.5 + 0.04 * rows, -1 - 0.03 * rows

    def names(self, down: str) -> tuple[str, str]:
        """What runs to the right and what upwards (on a line, downwards)."""
        if self.line:
            return "dimension 0", down
        if not len(self.shares):
            return "dimension 0", "dimension 1"
        right, up = (
            f"component {1 + (share < self.shares.max())}, {100 * share:.0f} % of the variance"
            for share in self.shares
        )
        return right, up

    def words(self, of: str, *, fitted: str = "") -> str:
        """How to read the axes of a figure of several panels, for its caption; empty where they are
        the two dimensions themselves.
        """
        if self.line:
            return (
                " The points have one dimension, which runs to the right; what runs down is the"
                " token or the position, in order."
            )
        if not len(self.shares):
            return ""
        return (
            f" The points have {len(self.axes)} dimensions; shown are the two directions in which"
            f" {of} differ most (principal components{fitted}), with {100 * self.shares[0]:.0f} %"
            f" and {100 * self.shares[1]:.0f} % of their variance; points that lie together here"
            " may lie apart in the others."
        )


def frame(
    axes: Axes,
    theme: Theme,
    view: View,
    projection: Projection,
    down: str = "",
    *,
    named: bool = True,
    numbered: float = 0,
) -> None:
    """A plane with its cross at the origin, or a line with its zero, down which rows are counted if
    they are called something (`down`).

    Values and names stand only at axes that are `named`; values alone where they are `numbered`
    with ticks of this length.
    """
    names = projection.names(down)
    if not projection.line:
        return plane(axes, theme, view, names if named else None, numbered=numbered)
    axes.set(xlim=view[:2], ylim=view[2:])
    axes.axvline(0, color=theme.muted, lw=0.7, alpha=0.55, zorder=1.5, dashes=(3, 3))
    for spine in axes.spines.values():
        spine.set_visible(True)
    ticks_across(axes, view)
    axes.set_yticks(range(0, int(view[2]) + 1, max(1, int(view[2]) // 8)))
    if named:
        axes.set_xlabel(names[0], labelpad=2), axes.set_ylabel(names[1], labelpad=1)
    axes.tick_params(length=numbered, labelbottom=named or bool(numbered), labelleft=bool(down))
    return None
