"""The probability of each next token after each position of a sequence."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.patches import Rectangle

from reportgen.drawing.canvas import halo
from reportgen.drawing.matrices import Matrix, name_tokens
from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import Theme
from reportgen.systems.sequence_rules.figures.parts.cells import name_some_next
from reportgen.systems.sequence_rules.figures.parts.demonstration import FEW, Demonstration


class NextTokens:
    """A row a position, a column a token; what the rule allows is framed in the colour of the
    outcome, or underlined where it allows so many that frames would say nothing.
    """

    def __init__(
        self,
        axes: Axes,
        theme: Theme,
        demo: Demonstration,
        classes: Mapping[str, str],
        wide: float,
    ) -> None:
        self.theme, names = theme, list(classes)
        counts = len(demo.tokens), len(names)
        self.cells = Matrix(axes, theme, theme.probability, Normalize(0, 1), *counts)
        name_tokens(axes, theme, demo.tokens, classes)
        name_some_next(axes, theme, classes, thinned(names, wide / len(names), across=True))
        many = any(len(wanted) > FEW for wanted in demo.targets)
        frame: Callable[[int, int], Rectangle] = lambda row, t: (
            Rectangle((t + 0.12, row + 0.84), 0.76, 0.1, lw=0, zorder=6)
            if many
            else Rectangle((t + 0.05, row + 0.05), 0.9, 0.9, fill=False, lw=2, zorder=6)
        )
        allowed = [(row, t) for row, wanted in enumerate(demo.targets) for t in wanted]
        self.frames = [(row, axes.add_patch(frame(row, t))) for row, t in allowed]
        for _, patch in [] if many else self.frames:
            patch.set_path_effects(halo(theme, 3.4))

    def set(self, demo: Demonstration, probabilities: np.ndarray) -> None:
        """Probabilities [position, token] and what became of the rule's demands."""
        self.cells.set(probabilities)
        for row, patch in self.frames:
            colour = self.theme.outcomes[demo.outcomes[row]]
            patch.set(edgecolor=colour, facecolor=colour)
