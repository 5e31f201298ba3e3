"""A rule's states say neither too little (the table then disagrees with the rule) nor too much (the
table then could be smaller).
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulework import LENGTHS, NAMES, RULES, TABLES

from reportgen.rules.automaton import Automaton
from reportgen.rules.base import FREE

rules = pytest.mark.parametrize("name", NAMES)
SPARE = {  # states that could be merged, and are not worth a word in the rule
    "conditional_transform": 3,  # 0 and 9 both lead to 0, 1 and 4 to 2, 3 and 8 to 4
    "plus_last_even": 5,  # the farthest an even number can lie back
    "plus_last_even_deep": 3,
    "plus_max_of_two": 670,  # a smaller number too far back to be told ever again
}


def as_the_rule(name: str, prefix: list, state: int) -> None:
    """The row of the table says what the rule says of the prefix."""
    rule, table = RULES[name], TABLES[name]
    demand = rule.demand(prefix)
    assert table.constrained[state] == (demand != FREE)
    assert table.lag[state] == (-1 if demand.source is None else len(prefix) - 1 - demand.source)
    assert {*np.flatnonzero(table.allowed[state])} == {
        *(range(len(rule.vocabulary)) if demand == FREE else rule.tokens.encode(demand.tokens))
    }
    np.testing.assert_array_equal(table.law[state], rule.law(prefix))


@rules
def test_the_table_says_what_the_rule_says_of_every_short_prefix(name: str) -> None:
    vocabulary, table = len(RULES[name].vocabulary), TABLES[name]
    for length in range(1, 4 if vocabulary < 13 else 3):
        prefixes = np.array([*product(range(vocabulary), repeat=length)], dtype=np.int64).reshape(
            -1, length
        )
        for ids, state in zip(prefixes, table.walk(np.pad(prefixes, ((0, 0), (0, 1))))[:, -1]):
            as_the_rule(name, list(RULES[name].tokens.decode(ids)), int(state))


@rules
@given(st.data())
@settings(max_examples=60)
def test_the_table_says_what_the_rule_says_of_long_prefixes(name: str, data: st.DataObject) -> None:
    """Two prefixes share a row only if the rule says the same of both, whatever follows: the row
    was made from another prefix than these.
    """
    prefix = data.draw(st.lists(st.sampled_from(RULES[name].vocabulary), max_size=LENGTHS[name][1]))
    for end in {len(prefix) // 2, len(prefix)}:
        as_the_rule(
            name,
            prefix[:end],
            int(TABLES[name].walk(np.append(RULES[name].tokens.encode(prefix[:end]), 0))[-1]),
        )


@rules
def test_the_table_says_what_the_rule_says_along_the_data(name: str) -> None:
    table = TABLES[name]
    rows = table.sample(np.random.default_rng(2), 6, LENGTHS[name][1])
    for row, states in zip(rows, table.walk(rows)):
        for i, state in enumerate(states):
            as_the_rule(name, list(RULES[name].tokens.decode(row[:i])), int(state))


def indistinguishable(table: Automaton) -> int:
    """How many states are left when those that no future can tell apart are merged (Moore 1956)."""
    says = np.column_stack([table.law, table.allowed, table.constrained, table.lag])
    kinds = np.unique(says.round(12), axis=0, return_inverse=True)[1].ravel()
    while True:
        then = np.where(table.successor >= 0, kinds[table.successor], -1)
        finer = np.unique(np.column_stack([kinds, then]), axis=0, return_inverse=True)[1].ravel()
        if finer.max() == kinds.max():
            return int(kinds.max()) + 1
        kinds = finer


@rules
def test_no_two_states_are_one(name: str) -> None:
    assert len(TABLES[name].law) - indistinguishable(TABLES[name]) == SPARE.get(name, 0)


def test_the_guard_sees_a_state_too_many() -> None:
    twice = Automaton(
        np.array([[0.5, 0.5]] * 3),
        np.ones((3, 2), bool),
        np.zeros(3, bool),
        np.full(3, -1),
        np.array([[1, 2]] * 3),
    )
    assert indistinguishable(twice) == 1
