"""What the rule reads, and positions around a circle: on tables of known shape."""

from dataclasses import replace
from itertools import combinations, permutations, product

import numpy as np
import pytest
from claimwork import found_in
from conftest import committed
from lookups import listed
from places import CONFIGS
from test_facts_of_rules import untrained

from reportgen.core import config as configs
from reportgen.core.study import Study, study_of
from reportgen.measure.claim import Verdict
from reportgen.rules.automaton import tabulate
from reportgen.systems.sequence_rules.facts.positions import by_luck
from reportgen.systems.sequence_rules.facts.read_kinds import NOT_TWO, divided, read_alike

FACTS, _ = listed("sequence_rules")


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("learnt")


def with_tables(study: Study, **tables: np.ndarray) -> Study:
    """The same networks with other tables."""
    parameters = {
        name: np.broadcast_to(tables[name], w.shape).astype(np.float32) if name in tables else w
        for name, w in study.run.parameters.items()
    }
    return study_of(study.config, replace(study.run, parameters=parameters))


def test_a_rule_of_parities_reads_parities_whatever_it_answers() -> None:
    rule = configs.load(CONFIGS / "paritygt10.yaml").rule
    kinds = read_alike(tabulate(rule, 12))
    even = np.array([int(token) % 2 == 0 for token in rule.vocabulary])
    assert len(set(kinds)) == 2
    assert len(set(kinds[even])) == len(set(kinds[~even])) == 1


@pytest.mark.parametrize("name", ["plus_last_even", "paritygt10", "even_abs_diff"])
def test_tokens_are_alike_if_no_continuation_tells_them_apart(name: str) -> None:
    """By trying them: two tokens after short prefixes, and what the rule says after both and after
    one token more.
    """
    rule = configs.load(CONFIGS / f"{name}.yaml").rule
    kinds, tokens = read_alike(tabulate(rule, 6)), rule.vocabulary
    rng = np.random.default_rng(0)
    prefixes = [(), *((t,) for t in tokens), *(tuple(rng.choice(tokens, 2)) for _ in range(20))]
    demands = lambda t: [
        rule.demand([*prefix, t, *more]).tokens
        for prefix, more in product(prefixes, [(), *((u,) for u in tokens)])
    ]
    told = [demands(t) for t in tokens]
    for i, j in product(range(len(tokens)), repeat=2):
        assert (kinds[i] == kinds[j]) == (told[i] == told[j]), (tokens[i], tokens[j])


def test_even_and_odd_are_parted_where_the_rule_reads_them() -> None:
    study = untrained("paritygt10")
    count = len(study.tokens)
    table = np.column_stack([np.arange(count), 3.0 * (np.arange(count) % 2)])
    parted = with_tables(study, W_E=table)
    fact = FACTS["read_gap"](parted)
    assert fact.value == pytest.approx(3, rel=1e-4)
    assert fact.details["luck"] < 0.05
    assert found_in(parted, "sequence_rules", "read_kinds_separable") is Verdict.HOLDS
    mixed = with_tables(study, W_E=np.column_stack([np.arange(count), np.zeros(count)]))
    assert FACTS["read_gap"](mixed).value == 0
    assert found_in(mixed, "sequence_rules", "read_kinds_separable") is Verdict.FAILS


def test_a_rule_that_reads_more_than_two_kinds_is_not_asked(learnt: Study) -> None:
    assert FACTS["read_gap"](learnt).lacking == NOT_TWO


def test_of_few_points_many_divisions_leave_a_gap() -> None:
    square = np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])
    assert sum(divided(square, 2)) == 4  # of six: not the two diagonals
    assert all(divided(np.eye(4), 2))


def test_positions_with_a_period_are_a_clock(learnt: Study) -> None:
    hours = -2 * np.pi * np.arange(8) / 3
    rng = np.random.default_rng(0)
    clock = np.column_stack([np.cos(hours), np.sin(hours)]) + 0.05 * rng.normal(size=(8, 2))
    study = with_tables(learnt, W_pos=clock)
    fact = FACTS["position_turn"](study)
    assert fact.value == pytest.approx(120, abs=5)
    assert float(fact.details["period_text"]) == pytest.approx(3, abs=0.1)
    assert FACTS["positions_in_order"](study).value < 0.9
    assert found_in(study, "sequence_rules", "positions_turn") is Verdict.HOLDS


def test_a_ladder_and_a_cloud_are_no_clock(learnt: Study) -> None:
    ladder = np.column_stack([np.arange(8), 0.1 * np.arange(8) ** 2])
    cloud = np.random.default_rng(3).normal(size=(8, 2))
    for table in (ladder, cloud):
        study = with_tables(learnt, W_pos=table)
        assert found_in(study, "sequence_rules", "positions_turn") is Verdict.FAILS


def test_positions_in_random_order_by_brute_force() -> None:
    """The mean over all orders of four and of six, each read in its better direction."""
    for count in (2, 4, 6):
        shares = []
        for order in permutations(range(count)):
            up = np.mean([a < b for a, b in combinations(order, 2)])
            shares.append(max(up, 1 - up))
        assert by_luck(count) == pytest.approx(np.mean(shares))
