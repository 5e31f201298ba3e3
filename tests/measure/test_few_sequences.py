"""Few independent sequences: no interval, no verdict, and words that say why."""

import numpy as np
import pytest

from reportgen.measure.criteria import fact
from reportgen.measure.estimates import NOT_COUNTED, Sample, counted_from, mean_over
from reportgen.measure.fact import Fact
from reportgen.measure.finding import Finding
from reportgen.measure.population import FEWEST, TOO_FEW

X, Y = fact("x"), fact("y")


def averaged(sequences: int, values: np.ndarray) -> Fact:
    """The mean of values [sequence, position], each position of which counts."""
    sample = Sample(np.arange(sequences), sequences, "sequences")
    where = np.ones(values.shape, bool)
    return sample.average(values, where, unit="nats", of="positions")


@pytest.mark.parametrize("sequences", [1, 2, FEWEST - 1, FEWEST])
def test_a_mean_has_an_interval_from_ten_sequences_on(sequences: int) -> None:
    found = averaged(sequences, np.random.default_rng(0).normal(5, 1, (sequences, 30)))
    enough = sequences >= FEWEST
    assert (found.low is not None) is enough
    assert (found.interval == TOO_FEW) is not enough
    decided = (X > 1).evaluate(dict(x=found))
    assert decided.truth is (True if enough else None)
    if not enough:
        assert decided.crossed[0].interval == TOO_FEW


@pytest.mark.parametrize("sequences", [2, FEWEST - 1, FEWEST])
def test_differences_of_two_facts_follow_the_same_rule(sequences: int) -> None:
    values = np.random.default_rng(0).normal(5, 1, (sequences, 30))
    facts = dict(x=averaged(sequences, values + 3), y=averaged(sequences, values))
    found: Finding = (X - Y > 1).evaluate(facts)
    assert found.truth is (True if sequences >= FEWEST else None)


def test_counts_of_what_intervals_show_are_not_made_of_few() -> None:
    few, enough = (averaged(n, np.ones((n, 3))) for n in (FEWEST - 1, FEWEST))
    count = Fact(0.0, "count", 2, "heads", exhaustive=True)
    assert counted_from([enough, enough], count) is count
    found = counted_from([enough, few], count)
    assert (found.value, found.words) == (None, NOT_COUNTED)
    assert "fewer than 10" in found.words
    assert (X > 0).evaluate(dict(x=found)).missing == NOT_COUNTED


@pytest.mark.parametrize(("sequences", "held"), [(2, 0.5), (5, 0.82), (FEWEST, 0.9)])
def test_how_often_a_bootstrap_holds_the_mean(sequences: int, held: float) -> None:
    """The reason for the line: what was to hold in 95 % of samples holds in fewer."""
    rng, where = np.random.default_rng(1), np.arange(sequences)
    ends = [mean_over(rng.normal(size=sequences), where, sequences)[1:] for _ in range(1_500)]
    share = np.mean([low <= 0 <= high for low, high in ends])
    assert share == pytest.approx(held, abs=0.04)
