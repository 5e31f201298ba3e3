"""Each rule's demand against a second statement of it, written another way: the legal next tokens
and the place that holds the answer.
"""

import doctest
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rulework import LENGTHS, NAMES, RULES, TABLES

from reportgen.rules.base import FREE, Demand, Mark, all_rules

Answer = (
    tuple[set, int | None] | None
)  # legal tokens and where the answer stands; None where anything goes
rules = pytest.mark.parametrize("name", NAMES)


def numbered(prefix: list) -> list[tuple[int, int]]:
    return [(i, t) for i, t in enumerate(prefix) if t != "+"]


def plus_last_even(p: list) -> Answer:
    if p[-1:] != ["+"]:
        return None
    evens = [(i, t) for i, t in numbered(p) if t in (0, 2, 4, 6, 8, 10)]
    return ({evens[-1][1]}, evens[-1][0]) if evens else ({0, 2, 4, 6, 8, 10}, None)


def plus_max_of_two(p: list) -> Answer:
    if p[-1:] != ["+"] or not numbered(p):
        return None
    largest, where = sorted((t, i) for i, t in numbered(p)[-2:])[-1]
    return {largest}, where if where >= len(p) - 4 else None


def plus_means_even(p: list) -> Answer:
    return ({n for n in range(21) if str(n)[-1] in "02468"}, None) if p[-1:] == ["+"] else None


def lucky7(p: list) -> Answer:
    *_, before, last = [None, None, *p]
    return ({before}, len(p) - 2) if last == 7 and before is not None else None


def step_back(p: list) -> Answer:
    i = len(p) - 1  # the last token's index
    return ({p[i - 3]}, i - 3) if i >= 3 and p[i] == 9 else None


def copy_modulo(p: list) -> Answer:
    return None if len(p) < 3 else ({([None] * 3 + p)[len(p)]}, len(p) - 3)


def following(chain: str):
    """A rule that reads off the next digit from a list of pairs."""
    pairs = {int(a): int(b) for a, b in chain.split()}
    return lambda p: ({pairs[p[-1]]}, None) if p else None


def same_parity(p: list, yes: set, no: set) -> Answer:
    return (yes if (p[-1] + p[-2]) % 2 == 0 else no, None) if len(p) > 1 else None


EVEN, ODD = {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20}, {1, 3, 5, 7, 9, 11, 13, 15, 17, 19}


def even_greater_than_10(p: list) -> Answer:
    return (
        (
            (
                {11, 12, 13, 14, 15, 16, 17, 18, 19, 20}
                if p[-1] in EVEN
                else {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
            ),
            None,
        )
        if p
        else None
    )


def even_abs_diff(p: list) -> Answer:
    return (
        ({n for n in range(21) if p[-1] + n == p[-2] or p[-2] + n == p[-1]}, None)
        if len(p) > 1 and p[-1] in EVEN
        else None
    )


def even_repeat_last_odd(p: list) -> Answer:
    odd = [i for i in range(len(p)) if p[i] in ODD]
    return ({p[max(odd)]}, max(odd)) if odd and p[-1] in EVEN else None


def even_to_odd_transition(p: list) -> Answer:
    return (ODD, None) if p and p[-1] in EVEN else None


SAID_AGAIN = {
    "plus_last_even": plus_last_even,
    "plus_max_of_two": plus_max_of_two,
    "plus_means_even": plus_means_even,
    "lucky7": lucky7,
    "step_back": step_back,
    "copy_modulo": copy_modulo,
    "successor": following("01 12 23 34 45 56 67 78 89 90"),
    "step_down": following("10 21 32 43 54 65 76 87 98 09"),
    "conditional_transform": following("00 12 21 34 42 56 63 78 84 90"),
    "lookup_permutation": following("07 13 22 38 45 56 69 74 80 91"),
    "parity_based": lambda p: same_parity(p, EVEN, ODD),
    "paritygt10": lambda p: same_parity(p, set(range(10)), set(range(10, 21))),
    "even_greater_than_10": even_greater_than_10,
    "even_abs_diff": even_abs_diff,
    "even_repeat_last_odd": even_repeat_last_odd,
    "even_to_odd_transition": even_to_odd_transition,
    "odd_even_index": lambda p: (ODD if len(p) % 2 else EVEN, None),
}


def agrees(name: str, prefix: list) -> bool:
    rule = RULES[name]
    said = SAID_AGAIN[rule.slug](prefix)
    return rule.demand(prefix) == (
        FREE if said is None else Demand(frozenset(said[0]) & {*rule.vocabulary}, said[1])
    )


def test_every_rule_is_said_again_and_has_a_configuration() -> None:
    assert (
        set(SAID_AGAIN)
        == set(all_rules(system="sequence_rules"))
        == {rule.slug for rule in RULES.values()}
    )


@pytest.mark.parametrize("slug", SAID_AGAIN)
def test_the_docstring_is_true(slug: str) -> None:
    found = doctest.testmod(sys.modules[all_rules(system="sequence_rules")[slug].__module__])
    assert found.attempted
    assert not found.failed


@rules
def test_demand_is_what_a_second_statement_says_of_every_short_prefix(name: str) -> None:
    vocabulary = RULES[name].vocabulary
    for length in range(5 if len(vocabulary) < 12 else 4):
        assert all(agrees(name, list(prefix)) for prefix in product(vocabulary, repeat=length))


@rules
@given(st.data())
@settings(max_examples=60)
def test_demand_is_what_a_second_statement_says_of_long_prefixes(
    name: str, data: st.DataObject
) -> None:
    assert agrees(name, data.draw(st.lists(st.sampled_from(RULES[name].vocabulary), max_size=40)))


@rules
def test_demand_is_what_a_second_statement_says_along_the_data(name: str) -> None:
    for row in TABLES[name].sample(np.random.default_rng(1), 5, LENGTHS[name][1]):
        tokens = list(RULES[name].tokens.decode(row))
        assert all(agrees(name, tokens[:i]) for i in range(len(tokens)))


@rules
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=8)
def test_samples_obey_and_every_corruption_is_caught(name: str, seed: int) -> None:
    rule = RULES[name]
    sequence = rule.sample(np.random.default_rng(seed), 24)
    marks = rule.marks(sequence)
    assert Mark.BROKEN not in marks
    for i in (i for i, mark in enumerate(marks) if mark is Mark.OBEYED):
        for wrong in set(rule.vocabulary) - rule.demand(sequence[:i]).tokens:
            assert rule.marks([*sequence[:i], wrong])[i] is Mark.BROKEN
