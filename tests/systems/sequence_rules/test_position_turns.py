"""Turns from each position to the next, with the values worked by hand."""

from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import committed
from lookups import listed
from test_embedding_shapes import with_tables
from test_true_sentences import pages_of, verdicts

from reportgen.core.study import Study
from reportgen.systems.sequence_rules.facts.position_turns import (
    agreement,
    agreements,
    orders,
    turns,
)

FACTS, _ = listed("sequence_rules")
CROSS = np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1]])  # each a quarter of a round from the last


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("learnt")


def test_a_quarter_of_a_round_from_each_to_the_next(learnt: Study) -> None:
    """Eight positions, seven turns of 90 degrees: one round and three quarters."""
    table = np.concatenate([CROSS, CROSS])
    fact = FACTS["position_turn"](with_tables(learnt, W_pos=table))
    assert (fact.value, fact.n) == (pytest.approx(90), 7)
    assert fact.details["agreement"] == pytest.approx(1)
    assert fact.details["period_text"] == "4.00"
    assert fact.details["rounds"] == pytest.approx(1.75)
    assert fact.details["way"] == ", against the clock"
    seen_from_behind = FACTS["position_turn"](with_tables(learnt, W_pos=table * [1, -1]))
    assert seen_from_behind.value == pytest.approx(90)
    assert seen_from_behind.details["way"] == ", with the clock"


def test_the_mean_of_turns_is_that_of_their_directions() -> None:
    """Of a turn of 0 and one of 90 degrees the mean is (1 + i) / 2: half a root of two, at 45; of
    170 and -170 degrees it points to 180, where a mean of numbers would say 0.
    """
    assert agreement(np.array([0, np.pi / 2])) == pytest.approx(np.sqrt(2) / 2)
    assert agreement(np.array([0, np.pi])) == pytest.approx(0)
    across = np.radians([170.0, -170.0])
    assert agreement(across) == pytest.approx(np.cos(np.radians(10)))
    assert abs(np.angle(np.exp(1j * across).mean())) == pytest.approx(np.pi)


def test_the_largest_turn_is_half_a_round(learnt: Study) -> None:
    """Positions that change sides turn by 180 degrees, whichever way: no value lies above."""
    table = np.array([[1.0, 0], [-1, 0]] * 4)
    fact = FACTS["position_turn"](with_tables(learnt, W_pos=table))
    assert fact.value == pytest.approx(180)
    assert fact.details["period_text"] == "2.00"


def test_orders_are_all_or_many_and_agree_as_a_loop_says(learnt: Study) -> None:
    rng = np.random.default_rng(1)
    for count in (5, 9):
        table = rng.normal(size=(count, 2))
        tried = orders(count)
        some = tried[:: max(1, len(tried) // 50)]
        by_loop = [agreement(turns(table[order])) for order in some]
        assert agreements(table, some) == pytest.approx(by_loop)
        other: Any = SimpleNamespace(config=learnt.config, weights=dict(W_pos=table))
        fact = FACTS["position_turn"](other)
        as_far = np.count_nonzero(agreements(table, tried) >= agreement(turns(table)) - 1e-9)
        if count == 5:
            assert (fact.details["orders_text"], len(tried)) == ("all 120 orders", 120)
            assert len({tuple(order) for order in tried.tolist()}) == 120
            assert fact.details["luck"] == as_far / 120 >= 1 / 120
        else:
            assert fact.details["orders_text"] == "10\u202f000 random orders"
            assert fact.details["luck"] == (as_far + 1) / 10_001


def test_in_more_dimensions_no_side_of_the_plane_is_the_front(learnt: Study) -> None:
    """The same points in three dimensions turn by as much; which way is not said."""
    inside = np.column_stack([np.concatenate([CROSS, CROSS]), np.zeros(8)])
    assert np.abs(np.cos(turns(inside))).max() == pytest.approx(0, abs=1e-9)
    wide: Any = SimpleNamespace(config=learnt.config, weights=dict(W_pos=inside))
    fact = FACTS["position_turn"](wide)
    assert (fact.value, fact.details["way"]) == (pytest.approx(90), "")


BRANCHES = {
    "holds": "each is turned from the one before, on average by 2 degrees, against the clock",
    "partly": "their mean turn from each to the next is 2 degrees, against the clock, but the",
    "fails": "Their mean turn is 2 degrees; full rounds: 0.0",
}


@pytest.mark.parametrize("verdict", BRANCHES)
def test_the_mean_is_called_a_mean_in_every_branch(verdict: str, tmp_path: Path) -> None:
    said = pages_of("learnt", tmp_path, verdicts(positions_turn=verdict))
    assert BRANCHES[verdict] in unescape(said).replace("\u00a0", " ")
