"""The landscape part: exact polygons in, fade and names from rasters."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.path import Path

from reportgen.core.exact.geometry import regions
from reportgen.core.exact.polygons import outlines
from reportgen.core.readout import Readout
from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.planes import common_view, plane, round_step
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.figures.parts.landscapes import (
    DOUBT,
    Landscape,
    raster_extent,
)

CLASSES = {"0": "even", "1": "odd", "+": "trigger"}
VIEW = (-1.0, 1.0, -1.0, 1.0)


def halves() -> Readout:
    """Token 0 wins where x > 0, token 1 where x < 0, token 2 never."""
    W_U = np.array([[20.0, -20.0, 0.0], [0.0, 0.0, 0.0]])
    return Readout(
        np.zeros((2, 1)),
        np.full(1, -1.0),
        np.zeros((1, 2)),
        np.zeros(2),
        W_U,
        np.array([0.0, 0.0, -50.0]),
        residual=True,
    )


@pytest.fixture
def axes():
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 400)
        FigureCanvasAgg(canvas.figure)
        yield canvas.panel(0, 0, 300, 300)


def starts(path: Path) -> int:
    """How many lines a path has."""
    return int((path.codes == Path.MOVETO).sum())


def names(landscape: Landscape) -> dict[str, tuple[float, float]]:
    return {t.get_text(): t.get_position() for t in landscape.texts}


def test_areas_names_and_border_of_two_halves(axes) -> None:
    """Each half has its token's area and name in it, the border lies between them, a token that
    wins nowhere has neither.
    """
    land = Landscape(axes, theme("light"), CLASSES, VIEW, list(CLASSES).__getitem__)
    found = land.show(halves())
    assert found.share == pytest.approx({0: 0.5, 1: 0.5})
    assert len(land.areas.get_paths()) == 2
    np.testing.assert_allclose(land.areas.get_facecolor()[:, :3], land.fill[:2])
    assert set(names(land)) == {"0", "1"}
    assert names(land)["0"][0] == pytest.approx(0.5, abs=0.05)
    assert names(land)["1"][0] == pytest.approx(-0.5, abs=0.05)
    assert np.allclose(land.edges.get_paths()[0].vertices[:, 0], 0)
    assert (axes.get_xlim(), axes.get_ylim()) == ((-1, 1), (-1, 1))


def test_doubt_fades_to_the_paper(axes) -> None:
    """At the border two tokens share the probability; the fade is strongest there and gone where
    the winner is sure.
    """
    land = Landscape(axes, theme("light"), CLASSES, VIEW, list(CLASSES).__getitem__)
    land.show(halves(), fineness=101)
    shade = np.asarray(land.doubt.get_array())
    assert np.allclose(shade[0, 0, :3], theme("light").paper)
    assert shade[50, 50, 3] == pytest.approx(DOUBT * (1 - (0.5 - 1 / 3) / (2 / 3)))
    assert shade[50, 0, 3] == pytest.approx(0, abs=1e-6)


def test_names_keep_off_points_and_can_be_left_out(axes) -> None:
    """A point in the middle of a region drives its name away; films give no names."""
    land = Landscape(axes, theme("light"), CLASSES, VIEW, list(CLASSES).__getitem__)
    land.show(halves(), avoid=np.array([[0.5, 0.0], [9.0, 9.0]]))
    assert abs(names(land)["0"][1]) > 0.2
    silent = Landscape(axes, theme("light"), CLASSES, VIEW, None)
    silent.show(halves())
    assert silent.texts == []


def test_names_keep_off_the_frame(axes) -> None:
    """Half a name is wider than it is high: a strip along the edge has its name inside the frame,
    one too narrow for it has none.
    """
    classes = {"10": "even", "1111": "odd", "+": "trigger"}
    winner = np.full((121, 121), 2)
    winner[:, :12], winner[:, -9:] = 0, 1
    land = Landscape(axes, theme("light"), classes, VIEW, list(classes).__getitem__)
    land.set({}, np.zeros((0, 2, 2)), winner, np.ones((121, 121)), least=1 / 3)
    renderer = FigureCanvasAgg(axes.figure).get_renderer()
    frame = axes.get_window_extent(renderer)
    assert sorted(names(land)) == ["+", "10"]
    assert all(
        box.x0 > frame.x0 and box.x1 < frame.x1
        for box in (t.get_window_extent(renderer) for t in land.texts)
    )


def test_an_arrow_through_a_region_does_not_make_two_of_it(axes) -> None:
    """Points to stay off may cut a region across; it still has one name."""
    land = Landscape(axes, theme("light"), CLASSES, VIEW, list(CLASSES).__getitem__)
    land.show(halves(), avoid=np.stack([np.linspace(0, 1, 300), np.zeros(300)], -1))
    assert sorted(t.get_text() for t in land.texts) == ["0", "1"]


def test_every_part_of_a_region_is_named(axes) -> None:
    """A token that wins in two places is named in both."""
    winner = np.zeros((81, 81), int)
    winner[:, 30:50] = 1
    land = Landscape(axes, theme("light"), CLASSES, VIEW, list(CLASSES).__getitem__)
    land.set({}, np.zeros((0, 2, 2)), winner, np.ones((81, 81)), least=1 / 3)
    assert sorted(t.get_text() for t in land.texts) == ["0", "0", "1"]


def test_a_second_readout_replaces_the_first(axes, learnt: Study) -> None:
    """Setting again leaves nothing behind."""
    view = common_view(learnt.lattice.sums)
    land = Landscape(axes, theme("light"), learnt.classes, view, learnt.tokens.__getitem__)
    for step in (0, learnt.step):
        land.show(learnt.at(step).readout)
    expected = regions(learnt.readout, view)
    assert [starts(path) for path in land.areas.get_paths()] == [
        len(lines) for lines in outlines(expected.pieces).values()
    ]
    assert starts(land.edges.get_paths()[0]) == len(expected.borders)
    assert len([t for t in axes.texts]) == len(land.texts)


def test_a_raster_lies_where_its_points_are() -> None:
    """The middles of the outermost cells are the edges of the view."""
    x0, x1, y0, y1 = raster_extent((0, 4, 0, 8), 5)
    assert (x0, x1, y0, y1) == (-0.5, 4.5, -1, 9)


@pytest.mark.parametrize(
    ("span", "step"), [(0.3, 0.05), (1, 0.2), (8, 2), (13.9, 2), (20, 5), (39, 10), (100, 20)]
)
def test_round_steps(span: float, step: float) -> None:
    """Ticks are round at any size of the plane."""
    assert round_step(span) == pytest.approx(step)


def test_planes_of_nothing_have_a_view(axes) -> None:
    """Points that all lie at the origin still give a view with ticks."""
    view = common_view(np.zeros((3, 2)))
    plane(axes, theme("light"), view)
    assert view[0] < 0 < view[1]
