"""Labels keep clear of one another, of points, of lines and of one another's leaders."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.textpath import TextPath

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.labels import Labels, Mark
from reportgen.drawing.placing import CROSSING, LABEL, RADII, Places, _cross, _enters, choose
from reportgen.drawing.style import applied, theme

BOX = np.array([0.0, 0.0, 400.0, 300.0])


def plane_of(points, *, tokens=None, positions=None, colours=None, dpi=96.0):
    """Axes of 400 x 300 pixels in pixel coordinates, with a label at each point."""
    look = theme("light")
    with applied(look):
        canvas = Canvas(look, 300)
        canvas.figure.set_dpi(dpi)
        FigureCanvasAgg(canvas.figure)
        axes = canvas.panel(0, 0, 400, 300)
        axes.set(xlim=(0, 400), ylim=(0, 300))
        labels = Labels(axes, look)
        n = len(points)
        labels.set(
            [
                Mark(x, y, t, p, c)
                for (x, y), t, p, c in zip(
                    points,
                    tokens or map(str, range(n)),
                    positions or [None] * n,
                    colours or [look.ink] * n,
                )
            ]
        )
    return labels


def written(labels):
    return [
        (t.get_text(), tuple(np.round(t.get_position(), 6)))
        for t in labels.drawn
        if hasattr(t, "get_text")
    ]


def placed(points, size=(16.0, 10.0)):
    places = [
        Places.around(np.array(p, float), size, np.array(points, float), BOX, 17.0) for p in points
    ]
    return places, choose(places)


def overlap(a, b):
    return bool((a[:2] < b[2:]).all() and (a[2:] > b[:2]).all())


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        (((0, 0), (2, 2)), ((0, 2), (2, 0)), True),
        (((0, 0), (1, 1)), ((2, 0), (3, 5)), False),
        (((0, 0), (2, 0)), ((1, 0), (1, 2)), False),
    ],
)
def test_segments_cross_only_inside(a, b, answer) -> None:
    assert bool(_cross(np.array(a, float), np.array(b, float))) is answer


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (((-1, 0.5), (2, 0.5)), True),
        (((0.2, 0.2), (0.8, 0.8)), True),
        (((-1, 2), (2, 2)), False),
        (((-1, 0.5), (-0.5, 0.5)), False),
        (((0, 1.2), (1, 1.2)), False),
    ],
)
def test_lines_enter_the_unit_square(line, answer) -> None:
    assert bool(_enters(np.array(line, float), np.array([0.0, 0.0, 1.0, 1.0]))) is answer


def test_points_close_together_share_one_label() -> None:
    """Tokens of one position share its index, a token at several positions lists them, others stay
    apart.
    """
    labels = plane_of(
        [(100, 100), (101, 101), (102, 100), (300, 200)],
        tokens=["1", "3", "5", "8"],
        positions=[0, 0, 0, 4],
    )
    assert [words for words, _ in written(labels)] == ["1 3 5", "0", "8", "4"]
    labels = plane_of(
        [(100, 100), (101, 101), (102, 100)], tokens=["9", "9", "5"], positions=[4, 6, 3]
    )
    assert [words for words, _ in written(labels)] == ["9", "4,6", "5", "3"]


def test_points_of_different_colours_keep_their_own_labels() -> None:
    ink = theme("light").classes
    labels = plane_of(
        [(100, 100), (101, 101)], tokens=["1", "2"], colours=[ink["odd"], ink["even"]]
    )
    assert sorted(words for words, _ in written(labels)) == ["1", "2"]
    assert {t.get_color() for t in labels.drawn if hasattr(t, "get_text")} == {
        ink["odd"],
        ink["even"],
    }


def test_a_chain_of_points_does_not_become_one_label() -> None:
    """Neighbours four pixels apart over 80 pixels are several groups."""
    assert len(written(plane_of([(100 + 4 * i, 100) for i in range(20)]))) > 5


def test_places_are_the_same_in_every_run_and_at_every_resolution() -> None:
    points = np.random.default_rng(0).normal((200, 150), 20, (12, 2))
    assert written(plane_of(points)) == written(plane_of(points))
    for (words, a), (same, b) in zip(
        written(plane_of(points)), written(plane_of(points, dpi=160.0))
    ):
        assert words == same
        np.testing.assert_allclose(a, b, atol=0.6)


def test_a_second_set_replaces_the_first() -> None:
    labels = plane_of([(100, 100), (200, 200)])
    labels.set([])
    assert not labels.drawn
    assert not labels.axes.texts


def test_a_point_in_the_corner_is_labelled_inside() -> None:
    places, spots = placed([(1, 1)])
    left, low, right, high = places[0].rects[spots[0]]
    assert left >= 0
    assert low >= 0
    assert right <= 400
    assert high <= 300


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(60, 340), st.integers(60, 240)), min_size=2, max_size=14, unique=True
    )
)
def test_labels_with_room_do_not_overlap_and_no_leader_crosses(points) -> None:
    """With at most fourteen labels in 400 x 300 pixels there is a place for each."""
    places, spots = placed(points)
    rects = [p.rects[s] for p, s in zip(places, spots)]
    assert not [
        pair
        for pair in combinations(range(len(points)), 2)
        if overlap(rects[pair[0]], rects[pair[1]])
    ]
    led = [p.leaders[s] for p, s in zip(places, spots) if p.led[s]]
    assert not [1 for a, b in combinations(led, 2) if _cross(a, b)]


def test_the_sweep_mends_what_the_first_choice_spoilt() -> None:
    """In a crowd the final choice costs no more conflicts than the greedy one."""
    points = np.random.default_rng(3).normal((200, 150), 14, (24, 2))
    places, spots = placed(points)

    def conflicts(chosen):
        pick = lambda name: np.array([getattr(p, name)[s] for p, s in zip(places, chosen)])
        rects, leaders, led = pick("rects"), pick("leaders"), pick("led")
        return sum(
            places[i].conflicts(
                np.delete(rects, i, 0), np.delete(leaders, i, 0), np.delete(led, i, 0)
            )[s]
            for i, s in enumerate(chosen)
        )

    greedy: list[int] = []
    for i, place in enumerate(places):
        pick = lambda name: np.array([getattr(p, name)[s] for p, s in zip(places, greedy)])
        cost = (
            place.conflicts(
                pick("rects").reshape(-1, 4),
                pick("leaders").reshape(-1, 2, 2),
                pick("led").astype(bool),
            )
            if i
            else 0
        )
        greedy.append(int(np.round(place.cost + cost, 6).argmin()))
    assert conflicts(spots) <= conflicts(greedy)
    assert CROSSING > LABEL > RADII[-1] * 0.35


def test_no_label_leaves_its_panel() -> None:
    """However many points it would have to stand on inside."""
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 300)
        axes = canvas.panel(600, 20, 160, 160)
        axes.set(xlim=(-1, 1), ylim=(-1, 1))
        crowd = np.stack(np.meshgrid(np.linspace(-1, 1, 60), np.linspace(-1, 1, 60)), -1).reshape(
            -1, 2
        )
        Labels(axes, theme("light")).set(
            [Mark(0.9, 0.1 * i, f"{i} 15 17 19", None, (0, 0, 0)) for i in range(4)], avoid=crowd
        )
        renderer = FigureCanvasAgg(canvas.figure).get_renderer()
        frame = axes.get_window_extent(renderer)
        assert all(
            box.x0 > frame.x0 and box.x1 < frame.x1
            for box in (t.get_window_extent(renderer) for t in axes.texts)
        )


def test_an_index_stands_behind_its_token() -> None:
    """A 1 stands off the place where it is set; its index does not stand on it."""
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 300)
        axes = canvas.panel(20, 20, 200, 200)
        axes.set(xlim=(-1, 1), ylim=(-1, 1))
        Labels(axes, theme("light")).set([Mark(0, 0, "1", 5, (0, 0, 0))])
        token, index = axes.texts
        letters = lambda t: TextPath(
            (0, 0), t.get_text(), size=t.get_size(), prop=t.get_fontproperties()
        ).get_extents()
        left = lambda t: axes.transData.transform(t.get_position())[0]
        assert left(token) + letters(token).x1 * 4 / 3 < left(index) + letters(index).x0 * 4 / 3
