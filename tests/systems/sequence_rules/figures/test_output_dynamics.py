"""D4: the output landscape over training."""

from dataclasses import replace

import by_hand
import numpy as np
import pytest
from lookups import figure_called
from matplotlib.collections import PathCollection
from tiny import tiny

from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import show
from reportgen.drawing.rendering import frames
from reportgen.drawing.style import applied, theme
from reportgen.measure.numbers import grouped
from reportgen.systems.sequence_rules.figures.output_dynamics import FINENESS

FIGURE = figure_called("output-dynamics")


@pytest.fixture
def film(study: Study):
    return frames(FIGURE, study, [int(s) for s in study.run.steps[::5]])


def rings(canvas) -> PathCollection:
    (found,) = (
        c
        for c in canvas.figure.axes[2].collections
        if isinstance(c, PathCollection) and c.get_zorder() == 9
    )
    return found


def test_landed_points_are_those_of_the_forward_pass(study: Study) -> None:
    """Each ring stands where plain loops put the shortest context that asks for its token, and
    knows whether it is answered right.
    """
    data, windows = FIGURE.compute(study), study.data.holdout_windows
    assert len(data.landed) == len(data.names)
    for i, (w, p) in enumerate(zip(data.landed.window, data.landed.position)):
        hand = by_hand.forward(study.weights, windows.inputs[w][: p + 1])
        assert np.allclose(data.landed.points[i], hand["middle"][p])
        assert data.landed.right[i] == data.landed.allowed[i, hand["probabilities"][p].argmax()]


def test_loss_and_error_are_the_run_s_own(study: Study) -> None:
    """The numbers in the strips come from the history of this seed at this checkpoint."""
    data = FIGURE.compute(study)
    assert data.loss == pytest.approx(
        float(study.run.history["validation_loss"][study.seed, study.checkpoint])
    )
    assert data.error == pytest.approx(
        float(study.run.history["error_visible"][study.seed, study.checkpoint])
    )


def test_one_view_holds_all_frames(film) -> None:
    """No point of any frame leaves the view, and no axes change their limits from frame to
    frame.
    """
    scale = FIGURE.scale(film)
    x0, x1, y0, y1 = scale.view
    for f in film:
        for cloud in (f.sums.reshape(-1, 2), f.landed.points):
            assert ((cloud > (x0, y0)) & (cloud < (x1, y1))).all()
    with applied(theme("light")):
        canvas = Canvas(theme("light"), FIGURE.height)
        update = show(FIGURE, canvas, film[0], scale)
        limits = []
        for f in film:
            update(f)
            limits.append([(*a.get_xlim(), *a.get_ylim()) for a in canvas.figure.axes])
    assert all(l == limits[0] for l in limits)


def test_a_map_for_each_token_with_its_own_probability(study: Study) -> None:
    """As many small maps as tokens, in their order, named at a fixed place."""
    canvas = by_hand.drawn(FIGURE, study)
    panels = [
        a
        for a in canvas.figure.axes
        if a.images and a.images[0].get_array().shape == (FINENESS, FINENESS)
    ]
    assert [a.texts[0].get_text() for a in panels] == list(study.tokens)
    view = FIGURE.scale([FIGURE.compute(study)]).view
    p = study.readout.raster(view, FINENESS)
    for i, a in enumerate(panels):
        assert np.allclose(a.images[0].get_array(), p[..., i])


def test_rings_are_teal_where_right_and_magenta_where_wrong(study: Study) -> None:
    """Contexts in the order of what they ask for, far enough apart here for a ring of their own
    each: coloured by its outcome, with the token's name in it.
    """
    data, ink = FIGURE.compute(study), theme("light").outcomes
    apart = np.linspace(-1, 1, len(data.landed))[:, None] * (2, 1)
    data = replace(data, landed=replace(data.landed, points=apart))
    with applied(theme("light")):
        canvas = Canvas(theme("light"), FIGURE.height)
        show(FIGURE, canvas, data, FIGURE.scale([data]))
    order = np.argsort([study.tokens.index(name) for name in data.names])
    paths = rings(canvas).get_paths()
    assert len(paths) == len(data.landed)
    for path, colour, i in zip(paths, rings(canvas).get_edgecolor(), order):
        assert np.allclose((path.vertices.min(0) + path.vertices.max(0)) / 2, apart[i])
        assert np.allclose(colour[:3], ink["obeyed" if data.landed.right[i] else "broken"])
    assert set(data.names) <= set(by_hand.words(canvas))
    assert f"step {grouped(study.step)}" in by_hand.words(canvas)


def test_a_rule_that_demands_nothing_has_no_rings(learnt: Study) -> None:
    """No landed contexts: the film is drawn without them."""
    data = FIGURE.compute(learnt)
    none = replace(
        data.landed,
        points=np.zeros((0, 2)),
        allowed=data.landed.allowed[:0],
        right=np.zeros(0, bool),
        window=np.zeros(0, int),
        position=np.zeros(0, int),
    )
    empty = replace(data, landed=none, error=float("nan"))
    with applied(theme("light")):
        canvas = Canvas(theme("light"), FIGURE.height)
        show(FIGURE, canvas, empty, FIGURE.scale([empty]))
    assert len(rings(canvas).get_paths()) == 0


def test_a_whole_class_is_called_what_a_reader_calls_it() -> None:
    """Not by the key that gives it its colour."""
    data = FIGURE.compute(tiny("paritygt10"))
    assert sorted(data.names) == ["number below 10", "number from 10 up"]


def test_alt_text_of_the_last_frame(study: Study) -> None:
    """How many contexts are answered right, with loss and rule error."""
    data = FIGURE.compute(study)
    assert f"{data.landed.right.sum()} of the {len(data.landed)} shortest contexts" in FIGURE.alt(
        data
    )
    assert f"rule error {data.error:.3f}" in FIGURE.alt(data)
