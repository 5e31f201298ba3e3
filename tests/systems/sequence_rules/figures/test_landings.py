"""Rings that ride with points, each with a name: no name covers another, and each stands where its
point is.
"""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.figures.parts.landings import LandingRings, joined, landings

SIZE = (288.0, 288.0)


def found(
    points: list[tuple[float, float]], names: list[str], right: list[bool] | None = None
) -> dict[tuple[str, ...], tuple[float, float]]:
    """Names of each ring, and its middle."""
    rings = landings(
        np.array(points, float).reshape(-1, 2), names, right or [True] * len(names), SIZE
    )
    return {tuple(words for _, words in ring.parts): tuple(ring.middle.tolist()) for ring in rings}


def boxes(canvas: Canvas) -> list[tuple[str, np.ndarray]]:
    """All words with what their letters cover (left, low, right, high): a line of type is higher
    than its letters.
    """
    renderer = FigureCanvasAgg(canvas.figure).get_renderer()
    return [
        (t.get_text(), t.get_window_extent(renderer).extents + (0, 2, 0, -2))
        for a in canvas.figure.axes
        for t in a.texts
        if t.get_text()
    ]


def overlapping(seen: list[tuple[str, np.ndarray]]) -> list[tuple[str, str]]:
    """Words that stand on one another."""
    return [
        (one, other)
        for i, (one, a) in enumerate(seen)
        for other, b in seen[i + 1 :]
        if (a[:2] < b[2:] - 0.5).all() and (a[2:] > b[:2] + 0.5).all()
    ]


@pytest.fixture
def canvas():
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 300)
        canvas.panel(0, 0, *SIZE).set(xlim=(-1, 1), ylim=(-1, 1))
        yield canvas


def test_points_apart_have_rings_of_their_own() -> None:
    assert found([(40, 40), (60, 40), (40, 60)], ["4", "5", "10"]) == {
        ("4",): (40, 40),
        ("5",): (60, 40),
        ("10",): (40, 60),
    }


def test_names_at_one_point_are_joined() -> None:
    """One ring in the middle of its points, with every name."""
    assert found([(100, 100), (103, 100), (105, 103)], ["4", "5", "10"]) == {
        ("4 5 10",): (pytest.approx(308 / 3), 101)
    }


def test_joining_goes_on_until_nothing_touches() -> None:
    """The joined names are wider than each of them, and may reach a third."""
    near = [(100, 100), (104, 100), (116.5, 100)]
    assert len(found(near[1:], ["5", "10"])) == 2
    assert len(found(near, ["4", "5", "10"])) == 1


def test_outcomes_are_kept_apart_in_one_ring() -> None:
    """Right ones first, then wrong ones."""
    assert list(found([(50, 50)] * 4, ["1", "2", "3", "7"], [False, True, False, True])) == [
        ("2 7", "1 3")
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["7"], "7"),
        (["4", "5"], "4 5"),
        (["4", "5", "6", "9"], "4–6 9"),
        (["a", "b", "c"], "a b c"),
        (["2", "4", "6"], "2 4 6"),
        (["odd number", "7"], "odd number, 7"),
    ],
)
def test_names_of_one_ring(names: list[str], words: str) -> None:
    """Numbers in a row by the first and the last; nothing else is shortened."""
    assert joined(names) == words


def test_a_list_too_long_is_counted() -> None:
    assert joined([str(2 * i) for i in range(60)]) == "60 answers"


def test_a_ring_stays_in_its_panel() -> None:
    """Names of many points at the edge move the ring inwards."""
    ((middle, y),) = found([(1, 1)] * 6, ["0", "2", "4", "6", "8", "10"]).values()
    assert middle > 30
    assert y > 7


def test_rings_stand_at_their_points_in_the_colour_of_their_outcome(canvas: Canvas) -> None:
    """In ink where both outcomes share one."""
    (axes,), ink = canvas.figure.axes, theme("light")
    rings = LandingRings(axes, ink, SIZE, 4)
    rings.set(
        np.array([(-0.5, 0.5), (0.5, 0.5), (0, -0.5), (0, -0.5)]),
        ["1", "2", "3", "4"],
        [True, False, True, False],
    )
    middles = [
        (path.vertices.min(0) + path.vertices.max(0)) / 2 for path in rings.rings.get_paths()
    ]
    assert np.allclose(middles, [(-0.5, 0.5), (0.5, 0.5), (0, -0.5)])
    assert np.allclose(
        rings.rings.get_edgecolor()[:, :3],
        [ink.outcomes["obeyed"], ink.outcomes["broken"], ink.ink],
    )
    assert {t.get_text(): t.get_color() for t in axes.texts if t.get_text()} == {
        "1": ink.outcomes["obeyed"],
        "2": ink.outcomes["broken"],
        "3": ink.outcomes["obeyed"],
        "4": ink.outcomes["broken"],
    }


def test_a_long_name_stands_beside_its_ring_where_there_is_room(canvas: Canvas) -> None:
    """At the right; at the left of a ring near the right edge, or where another ring is in the
    way.
    """
    (axes,) = canvas.figure.axes
    rings = LandingRings(axes, theme("light"), SIZE, 2)
    places = lambda points: {
        t.get_text(): np.sign(t.get_position()[0] - x)
        for t, (x, _) in zip([t for t in axes.texts if t.get_text()], points)
    }
    for points, sides in (
        ([(-0.5, 0.5), (-0.5, -0.5)], (1, 1)),
        ([(0.9, 0.5), (-0.5, -0.5)], (-1, 1)),
        ([(0, 0), (0.3, 0.03)], (-1, 1)),
    ):
        rings.set(np.array(points), ["number from 10 up", "number below 10"], [True, True])
        assert tuple(places(points).values()) == sides
        assert overlapping(boxes(canvas)) == []


@pytest.mark.parametrize("spread", [0.0, 0.02, 0.1, 0.5, 0.9])
@pytest.mark.parametrize(
    "names",
    [
        [str(i) for i in range(21)],
        ["odd number", "even number"],
        ["a", "b", "…", "alpha", "beta", "gamma"],
    ],
    ids=["numbers", "classes", "words"],
)
def test_no_name_ever_covers_another(canvas: Canvas, names: list[str], spread: float) -> None:
    """Wherever points lie: all words apart, and in the panel."""
    (axes,) = canvas.figure.axes
    rings, rng = LandingRings(axes, theme("light"), SIZE, len(names)), np.random.default_rng(0)
    for _ in range(20):
        rings.set(
            rng.uniform(-spread, spread, (len(names), 2)), names, list(rng.random(len(names)) < 0.5)
        )
        seen = boxes(canvas)
        assert overlapping(seen) == []
        assert all(
            (box[:2] > -1).all() and (box[0::2] < SIZE[0] + 1).all() and (box[1::2] < 301).all()
            for _, box in seen
        )


def test_a_name_in_an_old_place_is_gone(canvas: Canvas) -> None:
    """Set again: only the new words are there."""
    (axes,) = canvas.figure.axes
    rings = LandingRings(axes, theme("light"), SIZE, 2)
    rings.set(np.array([(-0.5, 0), (0.5, 0)]), ["1", "2"], [True, True])
    rings.set(np.zeros((2, 2)), ["1", "2"], [True, True])
    assert [t.get_text() for t in axes.texts if t.get_text()] == ["1 2"]
    assert len(rings.rings.get_paths()) == 1
