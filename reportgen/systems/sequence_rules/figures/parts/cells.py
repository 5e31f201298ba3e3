"""Marks on a matrix of one sequence: framed rows, framed cells, and names in the colours of their
classes.
"""

from collections.abc import Iterable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from reportgen.drawing.canvas import halo
from reportgen.drawing.style import SMALL, TOKEN, Colour, Theme

MANY = 16  # tokens from which on columns are named in small type


def frame_row(axes: Axes, row: int, columns: int, colour: Colour | None = None) -> Rectangle:
    """A frame around the first columns of a row: there the rule decides what comes next."""
    frame = Rectangle((0.02, row + 0.04), columns - 0.04, 0.92, fill=False, lw=1.6, zorder=5)
    frame.set(edgecolor=colour, clip_on=False)
    axes.add_patch(frame)
    return frame


def frame_cell(axes: Axes, theme: Theme, row: int, column: int) -> Rectangle:
    """A frame around one cell: it holds the answer."""
    frame = Rectangle((column + 0.035, row + 0.1), 0.93, 0.8, fill=False, lw=1.8, zorder=6)
    frame.set(edgecolor=theme.outcomes["obeyed"], path_effects=halo(theme, 3))
    axes.add_patch(frame)
    return frame


def in_class_colours(
    labels: Iterable[Text], theme: Theme, classes: Mapping[str, str], tokens: Sequence[str]
) -> None:
    """Names of tokens beside a matrix in the colours of their classes."""
    for label, token in zip(labels, tokens):
        label.set(color=theme.classes[classes[token]], weight="bold")


def name_some_next(
    axes: Axes, theme: Theme, classes: Mapping[str, str], shown: Sequence[int]
) -> None:
    """Columns named by next token in its class colour, where there is no room for every name: only
    those `shown`.
    """
    names = [list(classes)[t] for t in shown]
    axes.set_xticks([t + 0.5 for t in shown], names)
    in_class_colours(axes.get_xticklabels(), theme, classes, names)


def name_next(axes: Axes, theme: Theme, classes: Mapping[str, str]) -> None:
    """All columns named by next token, in small type where they are many."""
    axes.tick_params(axis="x", labelsize=TOKEN if len(classes) <= MANY else SMALL)
    name_some_next(axes, theme, classes, range(len(classes)))
