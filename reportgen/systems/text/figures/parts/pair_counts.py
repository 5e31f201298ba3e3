"""The loss of pair counts beside rises of the loss: a dashed line, or words where it lies so far
off that the rises would hardly be seen.
"""

from matplotlib.axes import Axes

from reportgen.drawing.canvas import number
from reportgen.drawing.style import Theme

Limits = tuple[float, float]  # of the axis of rises


def seen(pairs: float, limits: Limits) -> bool:
    """Does the axis of rises reach to pair counts."""
    return limits[0] <= pairs <= limits[1]


def line(axes: Axes, theme: Theme, pairs: float, width: float, zorder: float) -> None:
    """The dashed line, where the axis reaches to it."""
    if seen(pairs, axes.get_xlim()):
        axes.axvline(pairs, color=theme.muted, lw=width, dashes=(4, 3), zorder=zorder)


def note(pairs: float, limits: Limits) -> str:
    """What a headline says of it."""
    return "Dashed: pair counts." if seen(pairs, limits) else f"Pair counts: {_apart(pairs)}."


def captioned(pairs: float, limits: Limits) -> str:
    """What a caption says of it."""
    if seen(pairs, limits):
        return "Dashed: the loss of pair counts of the training blocks."
    return f"The loss of pair counts of the training blocks lies {_apart(pairs)}, beyond the axis."


def compared(pairs: float) -> str:
    """The same for who cannot see it."""
    return f"Pair counts are {_apart(pairs)} the whole network."


def _apart(pairs: float) -> str:
    return f"{number(abs(pairs), 3)} {'above' if pairs >= 0 else 'below'}"
