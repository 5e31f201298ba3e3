"""The grid that spares the browser most readouts: what it says of a point is what the readout says,
and it reaches as far as the points do.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from countwork import COUNT, PLAIN, question, random_weights, served_modules

from reportgen.core.exact.enumerate import check
from reportgen.core.study import Study
from reportgen.rules.automaton import tabulate

pytestmark = pytest.mark.browser
CHOOSE = """async ({model, weights, points}) => {
  const {Certain} = await import("./live/certain.js");
  const {Readout} = await import("./live/readout.js");
  for (const name in weights) weights[name] = Float32Array.from(weights[name]);
  const read = new Readout(model, weights, true), grid = new Certain(read, [-1, -1], [1, 1]);
  const grids = points.map(([x, y]) => grid.choose(x, y));
  const right = points.map((point) => {
    read.point.set(point);
    return read.choose();
  });
  const seen = grid.leads.filter((lead) => lead >= -1), sure = seen.filter((lead) => lead >= 0);
  return {grids, right, sure: sure.length, seen: seen.length};
}"""


@pytest.fixture
def page(chromium: Any, served: Callable[[Path], str], tmp_path: Path) -> Any:
    """A page beside the modules."""
    opened = chromium.new_page()
    opened.goto(f"{served(served_modules(tmp_path))}/bare.html")
    yield opened
    opened.close()


def test_a_unit_that_switches_inside_of_a_cell_is_counted(page: Any) -> None:
    """One unit that turns on inside of a cell, and two tokens of which it decides in the same
    cell.
    """
    weights = dict(W_in=[1, 0], b_in=[-0.001], W_out=[1, 0], b_out=[0, 0])
    weights |= dict(W_U=[0, 600, 0, 0], b_U=[1, 0])
    x = np.linspace(-0.05, 0.05, 2001)
    model = PLAIN.model_copy(update=dict(d_mlp=1, residual=False)).model_dump()
    points = np.stack([x, np.zeros_like(x)], 1).tolist()
    found = page.evaluate(CHOOSE, dict(model=model, weights=weights, points=points))
    assert found["grids"] == (x > 0.001 + 1 / 600).astype(int).tolist()
    assert 0 < found["sure"] < found["seen"]


@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_a_random_readout_says_the_same(page: Any, seed: int, residual: bool) -> None:
    model = PLAIN.model_copy(update=dict(residual=residual))
    flat = {name: w.ravel().tolist() for name, w in random_weights(model, 12, seed, size=3).items()}
    points = np.random.default_rng(seed).uniform(-1, 1, (10_000, 2)).tolist()
    found = page.evaluate(CHOOSE, dict(model=model.model_dump(), weights=flat, points=points))
    assert found["grids"] == found["right"]
    assert 0.5 < found["sure"] / found["seen"] < 1


def test_the_grid_reaches_as_far_as_biases_do(page: Any, learnt: Study) -> None:
    """b_V and b_O, which move every point far, against the same network with both in the biases of
    its readout.
    """
    plain, table = learnt.config.model, tabulate(learnt.rule, 7)
    model = plain.model_copy(update=dict(attention_biases=True))
    zero, far = np.zeros((1, 1, 2)), np.array([[7.5, -4.25]])
    shifts = far @ learnt.weights["W_in"][0], far[0] @ learnt.weights["W_U"]
    moved = {
        name: (learnt.weights[name] - 2 * by).astype(np.float32).astype(float)
        for name, by in zip(("b_in", "b_U"), shifts)
    }
    weights = learnt.weights | moved | dict(b_Q=zero, b_K=zero + 3, b_V=far[None], b_O=far)
    folded = {name: moved[name] + 2 * by for name, by in zip(("b_in", "b_U"), shifts)}
    exact = check(plain, learnt.weights | folded, learnt.data.reader, 6)
    answer = page.evaluate(COUNT, question(model, weights, table, 6))
    np.testing.assert_array_equal(answer["counted"]["contexts"], exact.contexts)
    np.testing.assert_array_equal(answer["counted"]["said"], exact.said)
    assert exact.wrong.sum() < 0.1 * exact.contexts.sum()
