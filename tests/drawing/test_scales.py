"""Scales that data fill, panels that look the same, and sums beside their parts."""

import numpy as np
import pytest

from reportgen.drawing.alike import alike, wrapped
from reportgen.drawing.canvas import width_of
from reportgen.drawing.scales import (
    Sums,
    decimals,
    end_of,
    ends,
    halves,
    limits,
    rounded_up,
    share_norm,
    signed_share_norm,
)
from reportgen.drawing.style import PANEL


@pytest.mark.parametrize(
    ("most", "end"), [(0.3, 1), (0.9, 1), (0.29, 0.3), (0.14, 0.15), (0.0007, 0.0008), (0, 1)]
)
def test_a_scale_ends_near_data_that_hardly_fill_it(most: float, end: float) -> None:
    """Whole from 30 % on, and where there is nothing at all; the largest of all that is compared
    decides, whatever its sign.
    """
    assert end_of(1, np.array([0, most])) == end
    assert end_of(1, np.array([0.0]), np.array([[-most, np.nan]])) == end
    assert share_norm(np.array([most])).vmax == end
    assert share_norm(np.array([most]), np.array([1.0])).vmax == 1


@pytest.mark.parametrize(
    ("mark", "ends"), [(0.4, (0, 0.5)), (1.6, (0, 1.6)), (1.7, (0, 0.5)), (-1.9, (0, 0.5))]
)
def test_a_mark_far_off_does_not_take_the_axis_from_the_data(
    mark: float, ends: tuple[float, float]
) -> None:
    assert limits(0, 0.5, mark) == ends


def test_nothing_but_missing_values_has_a_whole_scale() -> None:
    """As has no array."""
    assert end_of(0.5, np.array([np.nan])) == 0.5
    assert end_of(1) == 1


def test_round_ends_are_no_smaller_than_what_they_hold() -> None:
    """At most a third larger, over many powers of ten."""
    for value in np.geomspace(1e-9, 1e9, 500):
        assert value * 0.9999 <= rounded_up(value) <= value * 1.51


def test_a_signed_scale_grows_beyond_the_whole_where_data_do() -> None:
    """And shrinks as a scale of shares does."""
    assert signed_share_norm(np.array([-1.4, 0.2])).vmin == -1.4
    assert signed_share_norm(np.array([-0.12, 0.02])).vmax == 0.15
    assert signed_share_norm(np.array([-0.5])).vmax == 1


def test_scales_are_labelled_with_their_ends() -> None:
    """In as many digits as they need."""
    assert halves(share_norm(np.array([0.14])))[1] == ("0", "0.075", "0.15")
    assert halves(share_norm(np.array([1.0])))[1] == ("0", "0.5", "1")
    assert ends(signed_share_norm(np.array([12.34]))) == ((-12.34, 0, 12.34), ("−12", "0", "12"))
    assert ends(Sums.of([np.array([0.0207])], [np.array([1.0])]).parts)[1][2] == "0.021"
    assert [decimals(share_norm(np.array([v]))) for v in (1, 0.14, 0.019, 0.0019)] == [2, 2, 3, 4]


def test_sums_have_colours_of_their_own() -> None:
    """One sum ten times as large does not make its parts pale."""
    scale = Sums.of([np.array([-1.0, 0.5]), np.array([0.2])], [np.array([10.0])])
    assert (scale.parts.vmax, scale.sums.vmin, scale.sums.vmax) == (1, -10, 10)


def test_maps_that_look_the_same_are_one_group() -> None:
    """No two in a group differ by the tolerance anywhere, also where each is near the next."""
    maps = np.zeros((3, 4, 5))
    maps[1, 2] = [0.00, 0.04, 0.08, 0.90, 0.03]
    assert alike(maps, 0.05) == ((0, 1, 4), (2,), (3,))
    assert alike(maps, 0.01) == ((0,), (1,), (2,), (3,), (4,))
    assert alike(maps[..., :0]) == ()


def test_names_stand_in_lines_that_fit() -> None:
    """All of them in their order; the last line leaves room for what stands beside it."""
    words = [f"{i}," for i in range(20)] + ["20"]
    lines = wrapped(words, 170, 90, PANEL)
    assert " ".join(lines).split() == words
    assert all(width_of(line, PANEL, "bold") <= 170 for line in lines)
    assert width_of(lines[-1], PANEL, "bold") <= 90
    assert wrapped(["next =", "7"], 100, 60, PANEL) == ["next = 7"]
