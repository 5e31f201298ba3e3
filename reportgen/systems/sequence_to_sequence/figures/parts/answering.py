"""What figures of answered inputs share: how positions and outputs are called, the frame around the
mirror, and the strips of their films.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reportgen.drawing.canvas import halo, width_of
from reportgen.drawing.style import BODY, SMALL, Theme
from reportgen.systems.sequence_to_sequence.view import Study


def position_names(study: Study) -> tuple[str, ...]:
    """What stands at each position that the network reads: the first token, digits of the input,
    outputs read so far.
    """
    length = study.data.length
    return (
        study.tokens[-1],
        *(f"x{i + 1}" for i in range(length)),
        *(f"y{i + 1}" for i in range(length - 1)),
    )


def output_names(study: Study) -> tuple[str, ...]:
    """The outputs, in the order in which they are written."""
    return tuple(f"y{i + 1}" for i in range(study.data.length))


def part_names(study: Study) -> tuple[str, ...]:
    """What adds to the stream, in the order in which it does."""
    m = study.config.model
    return tuple(
        name
        for layer in range(m.n_layers)
        for name in (f"attention {layer}", *([f"MLP {layer}"] if m.d_mlp else []))
    )


def frame_mirrors(axes: Axes, theme: Theme, mirrors: Sequence[int] | np.ndarray) -> None:
    """Frame in each row of a matrix the key that the row's output is made from."""
    for row, key in enumerate(mirrors):
        frame_cell(axes, theme, int(key), row, (0.035, 0.06), 1.8)


def frame_cell(
    axes: Axes, theme: Theme, column: int, row: int, inset: tuple[float, float], width: float
) -> None:
    """A frame around what is right in a matrix, so far inside its cell."""
    x, y = inset
    axes.add_patch(
        Rectangle(
            (column + x, row + y),
            1 - 2 * x,
            1 - 2 * y,
            fill=False,
            edgecolor=theme.outcomes["obeyed"],
            lw=width,
            zorder=6,
            path_effects=halo(theme, 3),
        )
    )


def rows_tall(rows: int) -> float:
    """Height in CSS pixels of a matrix with so many rows."""
    return rows * max(18.0, min(26.0, 200 / rows))


def name_word(
    axes: Axes, theme: Theme, tokens: Sequence[str], classes: Mapping[str, str], rows: Sequence[str]
) -> None:
    """Columns named by token in its class colour, rows by what is given."""
    cell = axes.get_window_extent().width / len(tokens)
    size = BODY if all(width_of(t, BODY, "bold") < cell for t in tokens) else SMALL
    (
        axes.set_xticks(np.arange(len(tokens)) + 0.5, tokens),
        axes.set_yticks(np.arange(len(rows)) + 0.5, rows),
    )
    for label, token in zip(axes.get_xticklabels(), tokens):
        label.set(
            size=size if width_of(token, size, "bold") < cell + 6 else SMALL,
            weight="bold",
            color=theme.classes[classes[token]],
        )
    axes.tick_params(length=0, pad=3)


def held_out_loss_and_error(study: Study) -> tuple[float, float]:
    """Loss of held-out inputs in nats and share of their tokens that are wrong, at the study's
    checkpoint: two fields of a film's data.
    """
    at: Callable[[str], float] = lambda name: float(study.history(name)[study.checkpoint])
    return at("validation_loss"), 1 - at("holdout_tokens")
