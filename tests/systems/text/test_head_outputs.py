"""What heads mix: against loops over every vector, and clouds whose every number is known."""

from pathlib import Path

import numpy as np
import pytest
from conftest import committed
from pagework import written
from textwork import hostile, made_by_hand

from reportgen.core.study import Study
from reportgen.measure.measure import measure
from reportgen.systems.text.facts.head_outputs import Moments, head_dimensions, moments


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("one_layer_learnt")


def test_moments_are_those_of_the_vectors_themselves(learnt: Study) -> None:
    """Mean, spread and dimensions by loops over every position of every held-out window."""
    rows = {row["name"]: row for row in head_dimensions(learnt).details["rows"]}
    parts = dict(head_dimensions(learnt).parts)
    for head in range(learnt.config.model.n_heads):
        z = learnt.holdout.z(layer=0, head=head)
        cloud = np.array([vector for window in z for vector in window], float)
        middle = np.array([sum(column) / len(cloud) for column in cloud.T])
        variances = np.linalg.svd(cloud - middle, compute_uv=False) ** 2 / len(cloud)
        dimensions = sum(variances) ** 2 / sum(v * v for v in variances)
        part, row = parts[f"head {head}"], rows[f"head {head}"]
        assert part.value == pytest.approx(dimensions / z.shape[-1], rel=1e-6)
        assert part.n == len(cloud)
        assert row["mean"] == f"{np.sqrt((middle**2).sum()):.2f}"
        assert row["spread"] == f"{np.sqrt(variances.sum()):.2f}"
        assert row["dimensions"] == f"{dimensions:.2f}"
        assert part.low is not None
        assert part.high is not None
        assert part.low <= part.value <= part.high


def test_the_lowest_head_stands_for_all(learnt: Study) -> None:
    found = head_dimensions(learnt)
    assert found.value == min(part.value or 0 for _, part in found.parts)


def test_blocks_are_what_is_drawn_again(learnt: Study) -> None:
    """A resample with one block twice is the sample with its vectors twice."""
    by_block = moments(learnt, (0, 0))
    times = np.ones((1, len(by_block.count)))
    times[0, 3] = 2
    block = np.unique(learnt.data.holdout.block, return_inverse=True)[1]
    z = learnt.holdout.z(layer=0, head=0).astype(float)
    again = np.concatenate([z.reshape(-1, z.shape[-1]), z[block == 3].reshape(-1, z.shape[-1])])
    drawn = by_block.drawn(times)
    np.testing.assert_allclose(drawn.mean[0], again.mean(0), atol=1e-10)
    np.testing.assert_allclose(drawn.spreads[0].sum(), again.var(0).sum(), rtol=1e-9)


@pytest.mark.parametrize(
    ("cloud", "dimensions"),
    [
        (np.eye(4)[[0, 0, 0]] * 3, 0.0),  # always the same: no direction
        (np.outer([-1.0, 0, 1], [1, 2, 0, 0]), 1.0),  # a line
        (np.concatenate([np.eye(3), -np.eye(3)]), 3.0),  # as wide in three directions
    ],
)
def test_clouds_of_known_dimension(cloud: np.ndarray, dimensions: float) -> None:
    known = Moments(np.array(float(len(cloud))), cloud.sum(0), cloud.T @ cloud)
    assert known.dimensions == pytest.approx(dimensions, abs=1e-9)


def test_narrow_heads_are_not_asked(tmp_path: Path) -> None:
    """A claim that most dimensions vary could hardly fail of them, and no page says it."""
    study = hostile(tmp_path, "one_layer")
    assert study.config.model.d_head == 2
    assert head_dimensions(study).lacking == "its heads have fewer than 3 dimensions"
    pages = written(tmp_path, study.config, measure(study))
    assert not [place for place, text in pages.items() if "What does a head mix?" in text]
    assert "its heads have fewer than 3 dimensions" in pages["claims.md"]


def test_heads_that_mix_nothing_have_no_direction(learnt: Study) -> None:
    silent = made_by_hand(learnt, W_V=np.zeros_like(learnt.weights["W_V"]))
    assert head_dimensions(silent).value == 0
