"""D1: limits fixed over all frames, names that ride with their points, the step in the corner."""

import numpy as np
from lookups import figure_called

from reportgen.core.study import Study
from reportgen.drawing.figure import show
from reportgen.drawing.rendering import draw, frames
from reportgen.drawing.style import applied, theme
from reportgen.measure.numbers import grouped

FIGURE = figure_called("embeddings-dynamics")


def test_limits_hold_every_frame(study: Study) -> None:
    """One view for tokens and sums, one for positions, around all checkpoints."""
    data = frames(FIGURE, study, [int(s) for s in study.run.steps])
    scale = FIGURE.scale(data)
    for view, clouds in (
        (scale.view, [f.sums for f in data] + [f.token for f in data]),
        (scale.close, [f.position for f in data]),
    ):
        points = np.concatenate([c.reshape(-1, 2) for c in clouds])
        assert ((points > (view[0], view[2])) & (points < (view[1], view[3]))).all()


def test_numbers_ride_with_their_positions(learnt: Study) -> None:
    """After an update every number stands on its point, the limits have not moved, and the corner
    shows the step.
    """
    data = frames(FIGURE, learnt, [int(s) for s in learnt.run.steps[::5]])
    scale = FIGURE.scale(data)
    with applied(theme("light")):
        canvas = draw(FIGURE, data[0], scale)
        update = show(FIGURE, canvas, data[0], scale)
        limits = [(axes.get_xlim(), axes.get_ylim()) for axes in canvas.figure.axes]
        update(data[-1])
    assert limits == [(axes.get_xlim(), axes.get_ylim()) for axes in canvas.figure.axes]
    beads = [
        axes
        for axes in canvas.figure.axes
        if [t.get_text() for t in axes.texts] == [str(i) for i in range(len(data[0].position))]
    ][-1]
    assert np.allclose([t.get_position() for t in beads.texts], data[-1].position)
    assert any(t.get_text() == f"step {grouped(learnt.run.steps[-1])}" for t in canvas.figure.texts)


def test_alt_text_has_the_farthest_token(study: Study) -> None:
    data = FIGURE.compute(study)
    assert f"{max(np.hypot(*p) for p in data.token):.1f} from the origin" in FIGURE.alt(data)
