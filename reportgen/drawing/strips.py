"""A token sequence as cells."""

from collections.abc import Callable, Mapping, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import ConnectionStyle, FancyArrowPatch, Rectangle

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.style import SMALL, TOKEN, Colour, Theme
from reportgen.measure.numbers import grouped

NARROW = 20  # pixels of a cell below which its token is set small


class Strip:
    """A token sequence as cells: fill says obeyed, broken or free; an arc joins a trigger to the
    answer it points at.
    """

    def __init__(self, axes: Axes, theme: Theme, classes: Mapping[str, str], count: int) -> None:
        self.axes, self.theme, self.classes = axes, theme, classes
        axes.set(xlim=(0, count), ylim=(-0.02, 1))
        axes.set_axis_off()
        self.size = TOKEN if axes.get_window_extent().width / count >= NARROW else SMALL
        self.drawn: list[Artist] = []

    def set(
        self, tokens: Sequence[str], outcomes: Sequence[str], sources: Sequence[int | None]
    ) -> None:
        """Written tokens, the outcome of each (empty: there is no cell), and the cell that each is
        pointed at from.
        """
        for artist in self.drawn:
            artist.remove()
        self.drawn = []
        for i, (token, outcome) in enumerate(zip(tokens, outcomes)):
            if not outcome:
                continue
            self.drawn.append(
                self.axes.add_patch(
                    Rectangle(
                        (i + 0.05, 0.02),
                        0.9,
                        0.60,
                        facecolor=self.theme.tints[outcome],
                        edgecolor=self.theme.outcomes[outcome] if outcome != "free" else "none",
                        lw=1,
                    )
                )
            )
            if token:
                self.drawn.append(
                    self.axes.text(
                        i + 0.5,
                        0.31,
                        token,
                        ha="center",
                        va="center",
                        size=self.size,
                        weight="bold",
                        color=(
                            self.theme.classes[self.classes[token]]
                            if outcome == "free"
                            else self.theme.ink
                        ),
                    )
                )
        for i, source in enumerate(sources):
            if source is not None:
                self.point(source, i, self.theme.outcomes[outcomes[i]])

    def point(self, source: int, target: int, colour: Colour) -> None:
        """An arc over the cells from one token to another."""
        reach = target - source
        style = ConnectionStyle.Arc3(
            rad=-min(0.4, 0.55 / reach**0.5, 1.15 / reach) if reach else 0
        )  # no arc rises over more than .6 cells
        self.drawn.append(
            self.axes.add_patch(
                FancyArrowPatch(
                    (source + 0.5, 0.66),
                    (target + 0.5, 0.66),
                    connectionstyle=style,
                    arrowstyle="-|>,head_length=3.4,head_width=2",
                    shrinkA=0,
                    shrinkB=0,
                    lw=1.2,
                    color=colour,
                    clip_on=False,
                )
            )
        )


def step_stamp(canvas: Canvas) -> Callable[[int], None]:
    """The checkpoint a picture belongs to, at the right of its headline; the returned function sets
    it.
    """
    text = canvas.stamp()
    return lambda step: text.set_text(f"step {grouped(step)}")
