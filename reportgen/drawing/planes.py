"""Planes that are compared share a view; a token over the positions is a ladder."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.marks.names import at_position, name_points
from reportgen.drawing.style import CSS_DPI, TOKEN, Colour, Theme

MANY = 250  # points of a plane above which lines would hide them
View = tuple[float, float, float, float]
EDGE = 9  # CSS pixels at the right edge of a sheet in which a tick has no room for its number


def common_view(*clouds: np.ndarray, pad: float = 0.07) -> View:
    """One square view around all clouds, the origin included, for every plane that is compared."""
    points = np.concatenate([c.reshape(-1, 2) for c in clouds] + [np.zeros((1, 2))])
    low, high = points.min(0), points.max(0)
    half = max((high - low).max(), 1e-3) * (0.5 + pad)
    cx, cy = (low + high) / 2
    return cx - half, cx + half, cy - half, cy + half


def round_step(span: float, most: int = 7) -> float:
    """The smallest of 1, 2, 5 times a power of ten that divides a span into at most so many
    parts.
    """
    power = 10.0 ** np.floor(np.log10(span / most))
    return next(
        float(power * part) for part in (1, 2, 5, 10) if span <= most * power * part * (1 + 1e-9)
    )


def _ticks(low: float, high: float, step: float) -> np.ndarray:
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step


def ticks_across(axes: Axes, view: View) -> None:
    """Round numbers along the lower edge, none where the sheet ends before its last digit."""
    box, sheet = axes.get_position(), axes.figure.bbox.width / axes.figure.dpi * CSS_DPI
    at_edge: Callable[[float], bool] = lambda tick: (
        (box.x0 + (tick - view[0]) / (view[1] - view[0]) * box.width) * sheet > sheet - EDGE
    )
    axes.set_xticks(
        [t for t in _ticks(view[0], view[1], round_step(view[1] - view[0])) if not at_edge(t)]
    )


def plane(
    axes: Axes,
    theme: Theme,
    view: View,
    names: tuple[str, str] | None = ("dimension 0", "dimension 1"),
    *,
    numbered: float = 0,
) -> None:
    """Equal aspect, common limits, a cross at the origin; ticks with numbers where the axes are
    named, or `numbered` with ticks of this length.
    """
    axes.set(xlim=view[:2], ylim=view[2:], aspect="equal")
    for draw in (axes.axhline, axes.axvline):
        draw(0, color=theme.muted, lw=0.7, alpha=0.55, zorder=1.5, dashes=(3, 3))
    for spine in axes.spines.values():
        spine.set_visible(True)
    if not names and not numbered:
        axes.set(xticks=[], yticks=[])
        return
    ticks_across(axes, view)
    axes.set_yticks(_ticks(view[2], view[3], round_step(view[1] - view[0])))
    if names:
        axes.set_xlabel(names[0], labelpad=2), axes.set_ylabel(names[1], labelpad=1)
    else:
        axes.tick_params(length=numbered)


class Ladders:
    """For each token its positions as a thin line with growing dots: the first and the last dot
    carry the labels, and readers who point at another one are told its name.
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        classes: Mapping[str, str],
        colour: Colour | None = None,
        ends: Sequence[int] = (0, -1),
        size: float = TOKEN,
        dot: float = 1.0,
    ) -> None:
        self.axes, self.theme, self.classes, self.colour, self.ends, self.dot = (
            axes,
            theme,
            classes,
            colour,
            ends,
            dot,
        )
        self.lines = LineCollection([], linewidths=1.0, zorder=4, capstyle="round")
        axes.add_collection(self.lines, autolim=False)
        self.dots = {
            kind: axes.scatter(
                [], [], marker=marker, zorder=5, linewidths=0.6, edgecolors=[theme.paper]
            )
            for kind, marker in theme.markers.items()
        }
        self.labels = Labels(axes, theme, size)

    def set(self, points: np.ndarray, tokens: Sequence[str]) -> None:
        """Points [token, position, xy]."""
        ink = {t: self.colour or self.theme.classes[self.classes[t]] for t in tokens}
        self.lines.set_segments(list(points))
        crowded = points.shape[0] * points.shape[1] > MANY
        self.lines.set(
            color=[(*ink[t], 0.25 if crowded else 0.55) for t in tokens],
            linewidth=0.4 if crowded else 1,
        )
        sizes = (
            (np.linspace(5, 20, points.shape[1]) if points.shape[1] > 1 else np.array([20.0]))
            * self.dot
            * (0.4 if crowded else 1)
        )
        for kind, dots in self.dots.items():
            rows = [i for i, t in enumerate(tokens) if self.classes[t] == kind]
            dots.set_offsets(points[rows].reshape(-1, 2))
            dots.set_sizes(np.tile(sizes, len(rows)))
            dots.set_facecolor([ink[tokens[i]] for i in rows for _ in sizes] or [self.theme.ink])
        last = points.shape[1] - 1
        ends = [e % points.shape[1] for e in self.ends]
        self.labels.set(
            [
                Mark(points[i, e, 0], points[i, e, 1], t, e if len(ends) > 1 else None, ink[t])
                for i, t in enumerate(tokens)
                for e in ends
            ],
            avoid=(
                np.concatenate(
                    [points[:, :-1] * (1 - s) + points[:, 1:] * s for s in (0.0, 0.25, 0.5, 0.75)],
                    1,
                ).reshape(-1, 2)
                if last
                else None
            ),
        )
        if not crowded:
            name_points(
                self.axes,
                (
                    (*at, at_position(t, p))
                    for t, line in zip(tokens, points.tolist())
                    for p, at in enumerate(line)
                ),
            )
