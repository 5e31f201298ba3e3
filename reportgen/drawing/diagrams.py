"""Boxes, lines and sums of a computation graph, in CSS pixels."""

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.style import BODY, SMALL, Colour

TALL, OFFSET, SHEETS = 42, 3, 3  # of a box; between the sheets of a stack; sheets drawn at most


class Diagram:
    """A whole sheet to draw a computation on."""

    def __init__(self, canvas: Canvas) -> None:
        self.theme = canvas.theme
        self.axes = canvas.panel(0, 0, canvas.width, canvas.height)
        self.axes.set(xlim=(0, canvas.width), ylim=(canvas.height, 0))
        self.axes.set_axis_off()

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        name: str,
        shape: str,
        colour: Colour | None = None,
        *,
        weights: bool = True,
        stack: int = 1,
    ) -> None:
        """A step around its middle: filled where it holds weights, a stack where there are several
        alike.
        """
        ink = colour or self.theme.ink
        for sheet in range(min(stack, SHEETS) - 1, -1, -1):
            left, top = x - wide / 2 + 4 + sheet * OFFSET, y - TALL / 2 + 4 - sheet * OFFSET
            self.axes.add_patch(
                FancyBboxPatch(
                    (left, top),
                    wide - 8,
                    TALL - 8,
                    boxstyle="round,pad=4,rounding_size=5",
                    facecolor=self.theme.cell if weights else self.theme.paper,
                    edgecolor=ink,
                    lw=1.3,
                    zorder=3,
                )
            )
        self.axes.text(
            x, y - 7, name, ha="center", va="center", size=BODY, weight="bold", color=ink, zorder=4
        )
        self.axes.text(
            x, y + 9, shape, ha="center", va="center", size=SMALL, color=self.theme.muted, zorder=4
        )

    def line(
        self,
        *points: tuple[float, float],
        colour: Colour | None = None,
        width: float = 1.2,
        head: bool = True,
    ) -> None:
        """A line from point to point, with an arrow head at its end."""
        ink = colour or self.theme.ink
        for a, b in zip(points[:-2], points[1:-1]):
            self.axes.plot(*zip(a, b), color=ink, lw=width, zorder=2, solid_capstyle="round")
        self.axes.add_patch(
            FancyArrowPatch(
                points[-2],
                points[-1],
                arrowstyle="-|>,head_length=4.5,head_width=2.6" if head else "-",
                shrinkA=0,
                shrinkB=0,
                lw=width,
                color=ink,
                zorder=2,
            )
        )

    def plus(self, x: float, y: float) -> None:
        """A sum."""
        ink = self.theme.ink
        self.axes.add_patch(
            FancyBboxPatch(
                (x - 6, y - 6),
                12,
                12,
                boxstyle="round,pad=3,rounding_size=9",
                facecolor=self.theme.paper,
                edgecolor=ink,
                lw=1.5,
                zorder=4,
            )
        )
        self.axes.plot([x - 5, x + 5], [y, y], color=ink, lw=1.6, zorder=5)
        self.axes.plot([x, x], [y - 5, y + 5], color=ink, lw=1.6, zorder=5)

    def tag(self, x: float, y: float, name: str) -> None:
        """A small step on a line."""
        self.axes.text(
            x,
            y,
            name,
            ha="center",
            va="center",
            size=SMALL,
            weight="bold",
            color=self.theme.ink,
            zorder=6,
            bbox=dict(
                boxstyle="round,pad=.3,rounding_size=.5",
                facecolor=self.theme.cell,
                edgecolor=self.theme.ink,
                linewidth=1,
            ),
        )

    def frame(
        self, x: float, y: float, wide: float, tall: float, words: str, *, corner: str = "left"
    ) -> None:
        """A thin frame around steps that belong together, named in its upper corner."""
        self.axes.add_patch(
            FancyBboxPatch(
                (x, y),
                wide,
                tall,
                boxstyle="round,pad=0,rounding_size=8",
                facecolor="none",
                edgecolor=self.theme.faint,
                lw=1,
                zorder=1,
            )
        )
        at = x + 12 if corner == "left" else x + wide - 12
        self.axes.text(
            at, y + 16, words, size=SMALL, color=self.theme.muted, va="center", ha=corner
        )

    def words(self, x: float, y: float, words: str) -> None:
        """A shape or a remark beside a line."""
        self.axes.text(x, y, words, size=SMALL, color=self.theme.muted, ha="center", va="center")
