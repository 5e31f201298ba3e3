"""What the network says after each token of a sequence, as a column beside a matrix of its
positions.
"""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reportgen.drawing.spacing import thinned
from reportgen.drawing.style import SMALL, TOKEN, Theme

LOW = 14  # CSS pixels of a row below which tokens are set small and cells have no frames


class AnswerColumn:
    """The likeliest next token of each row with its probability, framed by outcome; where rows are
    low only every second, third, .. one is written out.
    """

    def __init__(self, axes: Axes, theme: Theme, count: int) -> None:
        self.theme = theme
        axes.set(xlim=(0, 1), ylim=(count, 0))
        axes.set_axis_off()
        tall = axes.get_window_extent().height / count
        self.written = set(thinned(["0"] * count, tall, across=False))
        size, frame = (TOKEN, 1.2) if tall >= LOW else (SMALL, 0)
        self.cells = [
            (
                axes.add_patch(Rectangle((0.02, i + 0.04), 0.96, 0.92, lw=frame)),
                axes.text(0.27, i + 0.53, "", ha="center", va="center", size=size, weight="bold"),
                axes.text(0.70, i + 0.53, "", ha="center", va="center", size=SMALL),
            )
            for i in range(count)
        ]

    def set(
        self,
        predicted: Sequence[str],
        chance: Sequence[float],
        outcomes: Sequence[str],
        classes: Mapping[str, str],
    ) -> None:
        """Tokens, their probabilities and what the rule says of them, a row each."""
        for i, ((cell, token, words), outcome, winner, p) in enumerate(
            zip(self.cells, outcomes, predicted, chance)
        ):
            cell.set(
                facecolor=self.theme.tints[outcome],
                edgecolor=self.theme.outcomes[outcome] if outcome != "free" else "none",
            )
            if i in self.written:
                token.set(
                    text=winner,
                    color=(
                        self.theme.classes[classes[winner]] if outcome == "free" else self.theme.ink
                    ),
                )
                words.set(
                    text=f"{p:.2f}", color=self.theme.muted if outcome == "free" else self.theme.ink
                )
