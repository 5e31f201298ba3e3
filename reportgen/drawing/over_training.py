"""Panels over one axis of training steps, and when something began, marked in all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.margins import apart
from reportgen.drawing.step_axis import StepAxis
from reportgen.drawing.style import BODY, SMALL
from reportgen.measure.numbers import grouped

# a name, or lengths on and off in widths of the line, from an offset on
LineStyle = str | tuple[float, tuple[float, float]]


@dataclass(frozen=True)
class Scale:
    """Where the axis of losses ends, and how far apart the steps stand in all panels."""

    top: float
    axis: StepAxis


def steps_across(panels: Sequence[Axes], axis: StepAxis, numbers: int, *, pad: float = 3) -> None:
    """The steps along stacked panels; below the last one about so many numbers, and what they
    are.
    """
    for axes in panels:
        axis.lay(axes, numbers)
        axes.tick_params(labelbottom=axes is panels[-1])
    panels[-1].set_xlabel(axis.words, labelpad=pad)


def mark_onsets(
    canvas: Canvas,
    panels: Sequence[Axes],
    axis: StepAxis,
    onsets: Sequence[tuple[str, int, str]],  # words, step, and what is said after it
    *,
    left: float,
    wide: float,
    bottom: float,
    least: float,
    between: tuple[float, float],
) -> None:
    """Hairlines through all panels, which reach from `left` on so `wide`; named below the `bottom`
    of the first, names `least` from one another and `between` two ends.
    """
    theme, at = canvas.theme, sorted(onsets, key=lambda onset: onset[1])
    true = [left + wide * float(axis.share(step)) for _, step, _ in at]
    for axes in panels:
        for _, step, _ in at:
            axes.axvline(step, color=theme.ink, lw=0.8, alpha=0.6, zorder=2.5)
    gap = canvas.panel(left, bottom, wide, 20)
    gap.set(xlim=(left, left + wide), ylim=(20, 0))
    gap.set_axis_off()
    for (words, step, after), x, spot in zip(at, true, apart(true, least, *between)):
        bend = [x, x, spot, spot], [0, 4, 13, 18]
        gap.plot(*bend, color=theme.ink, lw=0.8, alpha=0.6, clip_on=False)
        canvas.text(spot, bottom + 31, words, SMALL, theme.muted, ha="center")
        canvas.text(spot, bottom + 45, f"{grouped(step)}{after}", BODY, ha="center", weight="bold")
