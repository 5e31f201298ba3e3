"""From a stream of any width to the page."""

import numpy as np
import pytest

from reportgen.systems.sequence_rules.figures.parts.projections import Projection

RNG = np.random.default_rng(0)


def test_two_dimensions_are_shown_as_they_are() -> None:
    cloud = RNG.normal(size=(4, 3, 2))
    shown = Projection.of(cloud)
    assert np.array_equal(shown.points(cloud, np.arange(3)), cloud)
    assert shown.names("token") == ("dimension 0", "dimension 1")
    assert shown.words("the sums") == ""


def test_one_dimension_is_a_line_beside_what_it_belongs_to() -> None:
    """The value runs across, the position down, the first at the top."""
    cloud = np.array([[[3.0], [1.0]], [[-2.0], [0.0]]])
    shown = Projection.of(cloud)
    assert shown.points(cloud, np.arange(2)).tolist() == [[[3, 0], [1, 1]], [[-2, 0], [0, 1]]]
    x0, x1, bottom, top = shown.view(cloud, rows=2)
    assert x0 < -2 < 3 < x1
    assert bottom > 1 > 0 > top
    assert shown.names("position") == ("dimension 0", "position")
    assert "one dimension" in shown.words("the sums")


@pytest.mark.parametrize("dims", [3, 4, 12, 32])
def test_more_dimensions_are_shown_along_those_that_vary_most(dims: int) -> None:
    """Points that vary along two known directions and hardly elsewhere; the shares are those of the
    variance.
    """
    basis = np.linalg.qr(RNG.normal(size=(dims, dims)))[0]
    spread = np.r_[6.0, 3.0, np.full(dims - 2, 0.1)]
    cloud = RNG.normal(size=(4000, dims)) * spread @ basis.T + 1
    shown = Projection.of(cloud)
    assert np.abs(shown.axes.T @ basis[:, :2]) == pytest.approx(np.eye(2), abs=0.05)
    assert shown.shares == pytest.approx(spread[:2] ** 2 / (spread**2).sum(), abs=0.03)
    centred = np.linalg.svd(cloud - cloud.mean(0), compute_uv=False) ** 2
    assert shown.shares == pytest.approx(centred[:2] / centred.sum())
    first, second = shown.names("")
    assert first == f"component 1, {100 * shown.shares[0]:.0f} % of the variance"
    assert second.startswith("component 2, ")
    assert shown.upright.names("") == (second, first)
    assert shown.upright.points(cloud, np.arange(1)) == pytest.approx(
        shown.points(cloud, np.arange(1))[:, ::-1]
    )
    assert f"{dims} dimensions" in shown.words("the sums")


def test_a_sum_stays_a_sum_and_signs_do_not_turn() -> None:
    token, position = RNG.normal(size=(5, 6)), RNG.normal(size=(3, 6))
    sums = token[:, None] + position
    shown, mirrored = Projection.of(sums), Projection.of(-sums)
    place = lambda x: shown.points(x, np.zeros(len(x)))
    assert place(token)[:, None] + place(position) == pytest.approx(shown.points(sums, np.zeros(3)))
    assert shown.axes == pytest.approx(mirrored.axes)
    assert (shown.axes[np.abs(shown.axes).argmax(0), [0, 1]] > 0).all()


def test_points_in_one_place_have_no_direction_but_still_a_picture() -> None:
    shown = Projection.of(np.ones((4, 3)))
    assert shown.shares.tolist() == [0, 0]
    assert np.isfinite(shown.view(np.ones((4, 3)), rows=4)).all()
