"""Cells against random points, owners against the convex hull, gaps against hand-worked and
brute-force distances.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import ConvexHull

from reportgen.core.exact.geometry import owners, regions
from reportgen.core.exact.separation import gap, separable
from reportgen.core.study import Study

VIEW = (-6.0, 6.0, -5.0, 5.0)
SQUARE = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])


def points(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.uniform(*VIEW[:2], n), rng.uniform(*VIEW[2:], n)])


def inside(polygon: np.ndarray, p: np.ndarray, tolerance: float) -> np.ndarray:
    """Is each point in a convex polygon, its corners in order?"""
    edges = np.roll(polygon, -1, 0) - polygon
    x, y = polygon.T
    turned = np.sign(x @ np.roll(y, -1) - y @ np.roll(x, -1))
    side = edges[:, 0] * (p[:, None, 1] - polygon[:, 1]) - edges[:, 1] * (
        p[:, None, 0] - polygon[:, 0]
    )
    return (turned * side >= -tolerance).all(1)


@pytest.mark.parametrize("step", [0, 20_000])
def test_regions_are_where_their_token_wins(study: Study, step: int) -> None:
    """Random points lie in a polygon of the token that wins there, and in no other one; areas are
    shares of points.
    """
    at = study.at(step)
    p = points(20_000)
    found, logits = regions(at.readout, VIEW), at.readout.logits(p)
    best, two = logits.argmax(-1), np.sort(logits, -1)[:, -2:]
    clear = two[:, 1] - two[:, 0] > 1e-4
    hit = np.zeros((len(p), logits.shape[1]), dtype=bool)
    for token, pieces in found.pieces.items():
        for piece in pieces:
            hit[:, token] |= inside(piece, p, 1e-9)
    assert hit[clear, best[clear]].mean() > 0.999
    assert hit[clear].sum(1).mean() == pytest.approx(1, abs=2e-3)
    assert sum(found.share.values()) == pytest.approx(1, abs=1e-6)
    for token, share in found.share.items():
        assert share == pytest.approx((best == token).mean(), abs=0.015)


def test_owners_are_corners_of_the_upper_hull(study: Study) -> None:
    """Token t wins somewhere exactly if (w_t, b_t) is a corner of the hull that can be seen from
    above; and random points far out find no other.
    """
    for step in study.run.steps:
        w = study.at(int(step)).weights
        lifted = np.column_stack([w["W_U"].T, w["b_U"]])
        below = lifted.mean(0) - [0, 0, 1e6]
        hull = ConvexHull(np.vstack([lifted, below]))
        seen = {
            int(i)
            for face, plane in zip(hull.simplices, hull.equations)
            if plane[2] > 0
            for i in face
            if i < len(lifted)
        }
        found = set(owners(w["W_U"], w["b_U"]))
        assert found == seen
        rng = np.random.default_rng(0)
        far = rng.normal(size=(20_000, 2)) * 10 ** rng.uniform(-2, 4, (20_000, 1))
        assert set((far @ w["W_U"] + w["b_U"]).argmax(-1)) <= found


def test_owners_by_hand() -> None:
    """On a line, three tokens: the middle one wins only if it is lifted."""
    W = np.array([[-1.0, 0.0, 1.0]])
    assert owners(W, np.array([0.0, 0.5, 0.0])) == (0, 1, 2)
    assert owners(W, np.array([0.0, -0.5, 0.0])) == (0, 2)


def test_gaps_by_hand() -> None:
    assert gap(SQUARE, SQUARE + [5.0, 0.0]) == pytest.approx(3, abs=1e-6)
    assert gap(SQUARE, SQUARE + [3.0, 3.0]) == pytest.approx(2**0.5, abs=1e-6)
    assert gap(SQUARE, np.array([[1.0, 1.0]])) == 0
    assert gap(SQUARE, np.array([[1.0, 1.0], [9.0, 9.0]])) == 0
    assert not separable(SQUARE, np.array([[1.0, 1.0], [9.0, 9.0]]))
    assert separable(SQUARE, np.array([[2.1, 0.0]]))
    assert gap(1e-3 * SQUARE, 1e-3 * SQUARE + [5e-3, 0.0]) == pytest.approx(3e-3, rel=1e-5)
    assert gap(1e3 * SQUARE, 1e3 * SQUARE + [5e3, 0.0]) == pytest.approx(3e3, rel=1e-5)


@pytest.mark.parametrize("seed", range(30))
def test_a_gap_is_the_distance_of_the_hulls(seed: int) -> None:
    """Against the least distance between edges of the two hulls, sampled finely: the clouds of a
    random pair.
    """
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(9, 2)), rng.normal(size=(7, 2)) + rng.uniform(0, 6, 2)
    outline = lambda c: np.concatenate(
        [np.linspace(*c[[i, j]], 400) for i, j in ConvexHull(c).simplices]
    )
    apart = np.linalg.norm(outline(a)[:, None] - outline(b)[None], axis=-1).min()
    if separable(a, b):
        assert gap(a, b) == pytest.approx(apart, abs=2e-3)
    else:
        assert apart < 0.02
        assert gap(a, b) == 0


def test_a_neuron_without_a_line_cuts_nothing(learnt: Study) -> None:
    """A neuron whose weights and bias are zero must not count the view twice."""
    r, view = learnt.readout, VIEW
    dead = replace(
        r,
        W_in=np.where(np.arange(r.W_in.shape[1]) == 3, 0.0, r.W_in),
        b_in=np.where(np.arange(len(r.b_in)) == 3, 0.0, r.b_in),
    )
    assert sum(regions(dead, view).share.values()) == pytest.approx(1, abs=1e-9)
