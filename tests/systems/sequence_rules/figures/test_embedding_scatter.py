"""06: every token and position is named, in views that hold all points."""

import numpy as np
from lookups import figure_called
from matplotlib.collections import PathCollection

from reportgen.core.study import Study
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme

FIGURE = figure_called("embedding-scatter")


def panels(study: Study):
    """The canvas and its three planes."""
    data = FIGURE.compute(study)
    with applied(theme("light")):
        canvas = draw(FIGURE, data, FIGURE.scale([data]))
    return data, canvas.figure.axes[:3]


def test_every_point_is_drawn_inside_its_frame(study: Study) -> None:
    """All tokens, all positions and all sums, none outside."""
    data, axes = panels(study)
    for panel, points in zip(axes, (data.token, data.position, data.sums.reshape(-1, 2))):
        drawn = np.concatenate(
            [
                np.asarray(c.get_offsets())
                for c in panel.collections
                if isinstance(c, PathCollection)
            ]
        )
        assert sorted(map(tuple, drawn.round(9))) == sorted(map(tuple, points.round(9)))
        (x0, x1), (y0, y1) = panel.get_xlim(), panel.get_ylim()
        assert ((points > (x0, y0)) & (points < (x1, y1))).all()


def test_every_token_and_position_is_named(study: Study) -> None:
    """Each name stands once among the tokens and once among the positions; the sums are named at
    the first and the last position.
    """
    data, (tokens, positions, sums) = panels(study)
    words = lambda axes: sorted(" ".join(t.get_text() for t in axes.texts).split())
    assert words(tokens) == sorted(data.tokens)
    assert words(positions) == sorted(map(str, range(len(data.position))))
    assert set(data.tokens) <= set(words(sums))


def test_alt_text_has_the_distance_between_positions(study: Study) -> None:
    data = FIGURE.compute(study)
    steps = [float(np.hypot(*(b - a))) for a, b in zip(data.position, data.position[1:])]
    assert f"{min(steps):.2f} to {max(steps):.2f}" in FIGURE.alt(data)
