"""What goes into the network: tokens, positions and their sums, for the figures that show them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.style import SMALL, Theme
from reportgen.systems.sequence_rules.view import Study


@dataclass(frozen=True)
class Embeddings:
    """The weights of one checkpoint, nothing centred."""

    step: int
    tokens: tuple[str, ...]
    classes: Mapping[str, str]
    class_names: Mapping[str, str]
    token: np.ndarray  # [token, dim] W_E
    position: np.ndarray  # [position, dim] W_pos
    sums: np.ndarray  # [token, position, dim]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The classes that occur, in the order of the rule, and what a reader calls them."""
        return [
            (kind, words)
            for kind, words in self.class_names.items()
            if kind in self.classes.values()
        ]


def embeddings(study: Study) -> Embeddings:
    """The embeddings of a study."""
    return Embeddings(
        study.step,
        study.tokens,
        study.classes,
        study.rule.class_names,
        study.weights["W_E"],
        study.weights["W_pos"],
        study.lattice.sums,
    )


def class_means(data: Embeddings) -> dict[str, np.ndarray]:
    """Mean token embedding [dim] of each class, in the order of the tokens."""
    return {
        kind: data.token[[data.classes[t] == kind for t in data.tokens]].mean(0)
        for kind in dict.fromkeys(data.classes.values())
    }


class Path:
    """The positions as one line with growing dots, each named if asked for."""

    def __init__(
        self, axes: Axes, theme: Theme, *, named: bool = True, size: float = SMALL, dot: float = 1.0
    ) -> None:
        self.theme, self.dot = theme, dot
        (self.line,) = axes.plot([], [], color=theme.muted, lw=1)
        self.dots = axes.scatter(
            [], [], color=[theme.ink], zorder=5, linewidths=0.6, edgecolors=[theme.paper]
        )
        self.labels = Labels(axes, theme, size) if named else None

    def set(self, points: np.ndarray) -> None:
        """Points [position, xy]."""
        self.line.set_data(*points.T)
        self.dots.set_offsets(points)
        self.dots.set_sizes(np.linspace(5, 20, len(points)) * self.dot)
        if self.labels:
            self.labels.set(
                [
                    Mark(float(x), float(y), str(i), None, self.theme.ink)
                    for i, (x, y) in enumerate(points)
                ],
                avoid=(points[1:] + points[:-1]) / 2,
            )


class Beads:
    """The positions as one line of discs with their numbers inside, for films, in which no label
    may jump.
    """

    def __init__(self, axes: Axes, theme: Theme, count: int) -> None:
        (self.line,) = axes.plot([], [], color=theme.muted, lw=1, zorder=4)
        self.discs = [
            axes.plot(
                [], [], "o", ms=11, mfc=theme.paper, mec=theme.muted, mew=1, zorder=5 + i / count
            )[0]
            for i in range(count)
        ]
        self.names = [
            axes.text(
                0,
                0,
                str(i),
                size=SMALL,
                weight="bold",
                ha="center",
                va="center_baseline",
                color=theme.ink,
                zorder=5 + (i + 0.5) / count,
                clip_on=True,
            )
            for i in range(count)
        ]

    def set(self, points: np.ndarray) -> None:
        """Points [position, xy]."""
        self.line.set_data(*points.T)
        for point, disc, name in zip(points, self.discs, self.names):
            disc.set_data(point[:1], point[1:])
            name.set_position(tuple(point))
