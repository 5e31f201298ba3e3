"""The values, moves or sums of one sequence as points in a plane."""

from collections.abc import Mapping
from enum import Enum

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.labels import Labels
from reportgen.systems.sequence_rules.figures.parts.arrows import Arrow
from reportgen.systems.sequence_rules.figures.parts.demonstration import Demonstration
from reportgen.systems.sequence_rules.figures.parts.plane_marks import around, dots, named


class Part(Enum):
    """What of a sequence is drawn."""

    VALUES, MOVES, SUMS = "values", "moves", "sums"


class Points:
    """The points or moves of a sequence in one plane, each with its name. What is read at a
    constrained position is a large dot in the colour of its outcome, which has the name there.
    """

    def __init__(
        self,
        axes: Axes,
        canvas: Canvas,
        part: Part,
        demo: Demonstration,
        classes: Mapping[str, str],
    ) -> None:
        self.theme, self.part = canvas.theme, part
        self.inks = [canvas.theme.classes[classes[t]] for t in demo.tokens]
        green, ink = canvas.theme.roles["value"], canvas.theme.ink
        self.dots = dots(axes, canvas.theme, 20, self.inks, zorder=6.5)
        self.sources = dots(axes, canvas.theme, 44, [green], marker="s", rim=0.9, zorder=4.8)
        self.constrained = dots(axes, canvas.theme, 44, [ink], rim=1, zorder=7)
        self.arrows = (
            [Arrow(axes, zorder=4 if o == "free" else 6) for o in demo.outcomes]
            if part is Part.MOVES
            else []
        )
        self.labels = Labels(axes, canvas.theme)
        x0, x1 = axes.get_xlim()
        # names stay off the large marks
        self.rim = around(8, 5 * (x1 - x0) / axes.get_window_extent().width)

    def set(
        self,
        demo: Demonstration,
        start: np.ndarray,
        end: np.ndarray,
        avoid: np.ndarray,
    ) -> None:
        """Move everything; names keep off the points `avoid`."""
        for arrow, a, b, outcome in zip(self.arrows, start, end, demo.outcomes):
            width = 0.8 if outcome == "free" else 2.2
            arrow.set(a, b, self.theme.outcomes[outcome], width)
        constrained = [] if self.part is Part.VALUES else list(demo.constrained)
        self.constrained.set_offsets(end[constrained].reshape(-1, 2))
        self.constrained.set_facecolor(
            [self.theme.outcomes[demo.outcomes[i]] for i in constrained] or [self.theme.ink]
        )
        if self.part is Part.VALUES:
            self.sources.set_offsets(
                start[[demo.sources[i] for i in demo.constrained if demo.sources[i] >= 0]].reshape(
                    -1, 2
                )
            )
        self.dots.set_offsets(start)
        large = (
            np.concatenate([self.constrained.get_offsets(), self.sources.get_offsets()])[:, None]
            + self.rim
        )
        path = np.concatenate([start + (end - start) * s for s in np.linspace(0, 1, 30)])
        read = start.copy()
        read[constrained] = end[constrained]
        self.labels.set(
            named(demo.tokens, read, self.inks),
            avoid=np.concatenate([path, large.reshape(-1, 2), avoid]),
        )
