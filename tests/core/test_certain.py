"""The most likely next token by a grid over the plane and by single precision, against the readout
itself at every point.
"""

import numpy as np
import pytest

from reportgen.core.exact.certain import UNCERTAIN, Certain
from reportgen.core.exact.halves import CLOSE, _Chooser
from reportgen.core.readout import Readout

LOW, HIGH = np.array([-3.0, -2.0]), np.array([2.0, 4.0])


def random_readout(seed: int, *, residual: bool) -> Readout:
    """Two dimensions, 32 hidden units, twelve tokens."""
    rng = np.random.default_rng(seed)
    shapes = (2, 32), (32,), (32, 2), (2,), (2, 12), (12,)
    return Readout(*(rng.normal(size=shape) for shape in shapes), residual=residual)


def spread_points(count: int) -> np.ndarray:
    """Points all over the box, its corners among them, [2, point]."""
    rng = np.random.default_rng(5)
    corners = [[LOW[0], LOW[1]], [LOW[0], HIGH[1]], [HIGH[0], LOW[1]], [HIGH[0], HIGH[1]]]
    return np.concatenate([corners, rng.uniform(LOW, HIGH, (count, 2))]).T


@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_where_a_cell_is_certain_the_readout_says_the_same(seed: int, residual: bool) -> None:
    read, points = random_readout(seed, residual=residual), spread_points(200_000)
    said = Certain.of(read, LOW, HIGH, CLOSE).at(points)
    logits = read.logits(points.T)
    sure = said != UNCERTAIN
    assert 0.5 < sure.mean() < 1
    assert (logits.argmax(-1)[sure] == said[sure]).all()
    ahead = np.diff(np.sort(logits[sure], -1)[:, -2:])
    assert ahead.min() > CLOSE


@pytest.mark.parametrize("residual", [True, False])
def test_single_precision_chooses_what_the_readout_says(residual: bool) -> None:
    read, points = random_readout(1, residual=residual), spread_points(20_000)
    chooser, right = _Chooser.of(read), read.logits(points.T).argmax(-1)
    assert (chooser.choose(points) == right).all()
    assert (chooser.choose(points, Certain.of(read, LOW, HIGH, CLOSE)) == right).all()


def test_a_box_without_width_is_one_point() -> None:
    read = random_readout(2, residual=True)
    said = Certain.of(read, LOW, LOW, CLOSE).at(LOW[:, None])
    assert said[0] in (UNCERTAIN, read.logits(LOW).argmax())


def test_a_unit_that_switches_inside_of_a_cell_is_counted() -> None:
    """One unit that turns on in the middle of the box, and two tokens of which it decides."""
    read = Readout(
        np.array([[1.0], [0.0]]),
        np.array([0.0]),
        np.array([[1.0, 0.0]]),
        np.zeros(2),
        np.array([[0.0, 300.0], [0.0, 0.0]]),
        np.array([1.0, 0.0]),
        residual=False,
    )
    x = np.linspace(-0.05, 0.05, 2001)
    points = np.stack([x, np.zeros_like(x)])
    said = Certain.of(read, -np.ones(2), np.ones(2), CLOSE).at(points)
    sure = said != UNCERTAIN
    assert (said[sure] == (x[sure] > 1 / 300)).all()
    assert not sure[np.abs(x - 1 / 300) < 1e-3].any()
