"""What the figures of answered inputs show, position by position."""

import numpy as np
import pytest
from conftest import committed
from figurework import FIGURES

from reportgen.systems.sequence_to_sequence.figures.seeds_of_inputs import Lane


def test_the_frames_lie_on_the_mirrors() -> None:
    """Output by output: y1 is made from x4, at position 4, and y4 from x1."""
    data = FIGURES["mean-attention"].compute(committed("inputs_learnt"))
    assert [data.positions[m] for m in data.mirrors] == ["x4", "x3", "x2", "x1"]
    assert data.positions == ("BOS", "x1", "x2", "x3", "x4", "y1", "y2", "y3")
    assert np.nansum(data.pattern, -1) == pytest.approx(np.ones((2, 4)))


def test_the_map_of_what_follows_what_is_turned_the_right_way() -> None:
    """The row of x1 is dark in the column of y4: the network that answers everything answers it
    there.
    """
    data = FIGURES["one-digit-changed"].compute(committed("inputs_learnt"))
    assert np.fliplr(data.follows).diagonal() == pytest.approx(np.ones(4))


def test_dots_that_would_touch_stand_on_one_another() -> None:
    lane = Lane("random", np.ones(4), np.array([0.5, 1.0, 1.0, 0.505]), None)
    assert lane.levels.tolist() == [0, 0, 1, 1]
    assert lane.solved == 2
