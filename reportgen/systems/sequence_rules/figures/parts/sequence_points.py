"""The values, moves or sums of one sequence as points in a plane."""

from collections.abc import Mapping
from enum import Enum

import numpy as np
from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.labels import Labels
from reportgen.drawing.style import BODY, TOKEN
from reportgen.systems.sequence_rules.figures.parts.arrows import Arrow
from reportgen.systems.sequence_rules.figures.parts.demonstration import Demonstration
from reportgen.systems.sequence_rules.figures.parts.plane_marks import around, dots, named


class Part(Enum):
    """What of a sequence is drawn."""

    VALUES, MOVES, SUMS = "values", "moves", "sums"


class Points:
    """The points or moves of a sequence in one plane: constrained positions in the colour of their
    outcome, the others grey.
    """

    def __init__(
        self,
        axes: Axes,
        canvas: Canvas,
        part: Part,
        demo: Demonstration,
        classes: Mapping[str, str],
        *,
        size: float,
    ) -> None:
        self.axes, self.theme, self.part, self.size = axes, canvas.theme, part, size
        self.inks = [canvas.theme.classes[classes[t]] for t in demo.tokens]
        green, ink = canvas.theme.roles["value"], canvas.theme.ink
        self.dots = dots(axes, canvas.theme, 20 * size, self.inks, zorder=6.5)
        self.sources = dots(axes, canvas.theme, 44 * size, [green], marker="s", rim=0.9, zorder=4.8)
        self.constrained = dots(axes, canvas.theme, 44 * size, [ink], rim=1, zorder=7)
        self.arrows = (
            [
                Arrow(axes, zorder=4 if o == "free" else 6, head=0.2 + 0.8 * size)
                for o in demo.outcomes
            ]
            if part is Part.MOVES
            else []
        )
        self.labels = Labels(axes, canvas.theme, TOKEN if size == 1 else BODY)
        x0, x1 = axes.get_xlim()
        # names stay off the large marks
        self.rim = around(8, 5 * np.sqrt(size) * (x1 - x0) / axes.get_window_extent().width)

    def set(
        self,
        demo: Demonstration,
        start: np.ndarray,
        end: np.ndarray,
        shown: list[int],
        avoid: np.ndarray,
    ) -> None:
        """Move everything; only positions in `shown` get a label."""
        for arrow, a, b, outcome in zip(self.arrows, start, end, demo.outcomes):
            arrow.set(
                a,
                b,
                self.theme.outcomes[outcome],
                (0.8 if outcome == "free" else 2.2) * (0.4 + 0.6 * self.size),
            )
        constrained = list(demo.constrained) if self.part is Part.SUMS else []
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
        marks = named(demo.tokens, start, self.inks)
        self.labels.set(
            [marks[i] for i in shown],
            avoid=np.concatenate([path, large.reshape(-1, 2), avoid]),
        )
