"""A view cut by lines at once is the view cut by one line after the other, also where lines meet in
one point, repeat or run along an edge.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.core.exact import arrangement
from reportgen.core.exact.arrangement import cells, one_by_one
from reportgen.core.exact.polygons import Polygons, outlines

VIEW = (-2.0, 4.0, -1.0, 3.0)
SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])


def lines(n: int, seed: int, *, through: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    normals = rng.normal(size=(n, 2))
    return normals, rng.normal(size=n) * through - normals @ [1.0, 1.0]


def areas(polygons: Polygons) -> np.ndarray:
    return np.sort(polygons.areas[polygons.areas > 1e-8])


def middle_of(view: tuple[float, float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.array(view[::2]), np.array(view[1::2])
    return (low + high) / 2, (high - low) / 2


@pytest.mark.parametrize(
    ("normals", "offsets", "expected"),
    [
        ([], [], [24.0]),
        ([[1, 0]], [-1], [12, 12]),
        ([[1, 0], [1, 0], [-2, 0]], [-1, -1, 2], [12, 12]),
        ([[1, 0]], [9], [24]),
        ([[0, 0]], [1], [24]),
        ([[1, 0], [0, 1]], [-1, -1], [6, 6, 6, 6]),
        ([[1, 0]], [2], [24]),
        ([[2, -3]], [1], [12, 12]),
        ([[1, 0], [0, 1], [2, -3], [2, 3]], [-1, -1, 1, -5], [3] * 8),
    ],
)
def test_cells_by_hand(normals: list, offsets: list, expected: list[float]) -> None:
    """None, one, the same thrice, one outside, none at all, a cross, one along an edge, a diagonal
    through two corners, four through one point.
    """
    found = cells(np.array(normals, float).reshape(-1, 2), np.array(offsets, float), VIEW)
    assert areas(found) == pytest.approx(expected, abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.integers(0, 10_000), st.sampled_from([0.0, 1e-6, 1.0]))
def test_at_once_is_one_after_the_other(n: int, seed: int, through: float) -> None:
    """The same areas, whole and turned one way; with `through` 0 all lines meet in the middle."""
    normals, offsets = lines(n, seed, through=through)
    found = cells(normals, offsets, VIEW)
    middle, half = middle_of(VIEW)
    assert areas(found).sum() == pytest.approx(24, abs=1e-6)
    np.testing.assert_allclose(
        areas(found), areas(one_by_one(normals, offsets + normals @ middle, half)), atol=1e-8
    )
    assert len(found) >= len(areas(found))


def test_a_walk_that_goes_astray_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the small shift, lines through one point have no order; the cells are right all the
    same.
    """
    normals, offsets = lines(30, 1, through=0.0)
    expected = areas(cells(normals, offsets, VIEW))
    monkeypatch.setattr(arrangement, "_walk", lambda *_: None)
    np.testing.assert_allclose(areas(cells(normals, offsets, VIEW)), expected, atol=1e-8)


def test_clipped_by_hand() -> None:
    """Half, a corner off, nothing, all; corners that are left run on in order."""
    four = Polygons(np.tile(SQUARE, (4, 1, 1)), np.full(4, 4))
    cut = four.clipped(
        np.array([[1.0, 0.0], [-1.0, -1.0], [1.0, 0.0], [1.0, 0.0]]),
        np.array([-1.0, 3.0, -3.0, 0.0]),
    )
    assert cut.areas.tolist() == [2, 3.5, 0, 4]
    assert cut.count.tolist() == [4, 5, 0, 4]
    assert cut.each()[1].tolist() == [[0, 0], [2, 0], [2, 1], [1, 2], [0, 2]]
    assert (cut.each()[3] == SQUARE).all()


def test_outlines_by_hand() -> None:
    """Squares side by side become one, squares of other groups do not, a frame keeps its hole."""
    right, far = SQUARE + [2.0, 0.0], SQUARE + [9.0, 0.0]
    found = outlines({3: [SQUARE, right], 5: [far], 7: []})
    assert sorted(found) == [3, 5]
    (one,), (other,) = found[3], found[5]
    assert len(one) == 6
    assert {tuple(p) for p in one} == {tuple(p) for p in np.concatenate([SQUARE, right])}
    assert sorted(other.tolist()) == sorted(far.tolist())
    ring = [SQUARE + [2.0 * x, 2.0 * y] for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    signed = [
        float((p[:, 0] * np.roll(p[:, 1], -1) - p[:, 1] * np.roll(p[:, 0], -1)).sum() / 2)
        for p in outlines({0: ring})[0]
    ]
    assert sum(signed) == 32
    assert outlines({}) == {}


@pytest.mark.parametrize("seed", range(5))
def test_the_outline_of_all_cells_is_the_view(seed: int) -> None:
    normals, offsets = lines(24, seed)
    found = cells(normals, offsets, VIEW)
    (line,) = outlines({0: found[found.areas > 1e-10].each()})[0]
    x, y = line.T
    assert (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2 == pytest.approx(24)
