"""What a rule is: its table draws what it says, and one that contradicts itself is refused."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.errors import RuleError, UsageError
from reportgen.rules.automaton import tabulate
from reportgen.rules.base import FREE, Demand, Mark, Rule, all_rules, rule, rule_called
from reportgen.rules.plus_last_even import PlusLastEven
from reportgen.vocabulary import Vocabulary

RULE = PlusLastEven(highest=10, plus_share=0.3)
TABLE = tabulate(RULE, 50)
prefixes = st.lists(st.sampled_from(RULE.vocabulary), max_size=12)


@given(prefixes, prefixes, st.lists(st.sampled_from(RULE.vocabulary), min_size=1, max_size=6))
@settings(max_examples=300)
def test_equal_states_have_equal_futures(one: list, other: list, more: list) -> None:
    if RULE.state(one) != RULE.state(other):
        return
    back = lambda prefix: (
        RULE.demand(prefix).tokens,
        None if (s := RULE.demand(prefix).source) is None else len(prefix) - s,
    )
    for i in range(len(more) + 1):
        a, b = [*one, *more[:i]], [*other, *more[:i]]
        assert back(a) == back(b)
        np.testing.assert_array_equal(RULE.weights(a), RULE.weights(b))


def test_table_samples_follow_the_law() -> None:
    """Trigger share of the data: 0.3 / 1.3, not 0.3; a sequence starts with a number; a trigger
    never follows a trigger.
    """
    tokens = TABLE.sample(np.random.default_rng(0), 4000, 40)
    plus = RULE.tokens.id("+")
    assert not (tokens[:, 0] == plus).any()
    assert not ((tokens[:, 1:] == plus) & (tokens[:, :-1] == plus)).any()
    assert abs((tokens[:, 10:] == plus).mean() - 0.3 / 1.3) < 0.005
    for row in tokens[:20]:
        assert Mark.BROKEN not in RULE.marks(list(RULE.tokens.decode(row)))


def test_a_token_whose_chance_is_zero_is_never_drawn() -> None:
    class Highest(np.random.Generator):
        def random(self, shape):
            return np.full(shape, np.nextafter(1.0, 0.0))

    drawn = TABLE.sample(Highest(np.random.PCG64(0)), 3, 5)
    assert set(drawn[:, 0]) == {10}  # the last number: the trigger cannot start a sequence


class Broken(Rule):
    system = "sequence_rules"
    slug, title, summary, class_names = "broken", "Broken", "Contradicts itself.", {}  # type: ignore[assignment]

    def __init__(
        self, vocabulary: tuple = (0, 1), demand: Demand = FREE, weights: tuple = (0.5, 0.5)
    ) -> None:
        self._vocabulary, self._demand, self._weights = vocabulary, demand, weights

    vocabulary = property(lambda self: self._vocabulary)  # type: ignore[assignment]
    classes = property(lambda self: {})  # type: ignore[assignment]
    trigger = property(lambda self: None)  # type: ignore[assignment]

    def demand(self, prefix) -> Demand:
        return self._demand if prefix else FREE

    def weights(self, prefix) -> np.ndarray:
        return np.array(self._weights)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (
            Broken(demand=Demand(frozenset({1}), source=0)),
            (
                "broken: after 0 the source is position 0, which does not hold an allowed token;"
                " name the position that does, or none"
            ),
        ),
        (
            Broken(demand=Demand(frozenset({1}), source=3)),
            (
                "broken: after 0 the source is position 3, which does not hold an allowed token;"
                " name the position that does, or none"
            ),
        ),
        (
            Broken(weights=(0.5, 0.6)),
            (
                "broken: after (nothing) the weights of the next token are no distribution over 2"
                " tokens; give one chance for each, together 1"
            ),
        ),
        (
            Broken(weights=(1.0,)),
            (
                "broken: after (nothing) the weights of the next token are no distribution over 2"
                " tokens; give one chance for each, together 1"
            ),
        ),
        (Broken(vocabulary=()), "a vocabulary needs at least one token; it is empty"),
        (
            Broken(vocabulary=(1, "1")),
            "tokens must be different from one another; written alike: '1'",
        ),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(broken: Rule, message: str) -> None:
    with pytest.raises(RuleError) as error:
        tabulate(broken, 3)
    assert str(error.value) == message


def test_a_rule_with_too_many_states_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportgen.rules.automaton.MOST_STATES", 10)
    with pytest.raises(
        RuleError,
        match=(
            "broken: more than 10 states for prefixes up to 8; let `state` forget what no longer"
            " matters"
        ),
    ):
        tabulate(Broken(), 8)


def test_two_rules_of_one_slug_are_refused() -> None:
    class Other(PlusLastEven):
        pass

    with pytest.raises(RuleError) as error:
        rule(Other)
    assert (
        str(error.value)
        == "rule 'plus_last_even' stands in reportgen.rules.plus_last_even already; give Other"
        " another slug"
    )


@pytest.mark.parametrize("slug", ["../evil", "two words", "Plus", "x" * 65, "a/b", "", "<b>", 7])
def test_a_slug_that_could_leave_its_folder_is_refused(slug: str) -> None:
    with pytest.raises(RuleError) as error:
        rule(dataclass(frozen=True)(type("Other", (PlusLastEven,), {"slug": slug})))
    assert (
        str(error.value)
        == f"Other: slug: got {slug!r}, allowed: a lower-case name (a letter, then letters, digits,"
        " _; at most 64)"
    )


def test_a_class_that_lacks_something_is_refused() -> None:
    with pytest.raises(
        RuleError,
        match=(
            "^Empty lacks system, slug, title, summary, class_names, classes, demand, trigger,"
            " vocabulary, weights$"
        ),
    ):
        rule(dataclass(frozen=True)(type("Empty", (Rule,), {})))
    with pytest.raises(
        RuleError,
        match=(
            r"^Broken is no frozen dataclass: write @dataclass\(frozen=True\) between @rule and the"
            r" class$"
        ),
    ):
        rule(Broken)


def test_an_unknown_rule_names_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        rule_called("plus_last_evn")
    known = ", ".join(all_rules())
    assert (
        str(error.value) == "no rule is called 'plus_last_evn' (did you mean 'plus_last_even' or"
        f" 'plus_means_even'?); known: {known}"
    )


def test_vocabulary_is_its_own_inverse() -> None:
    vocabulary = Vocabulary((0, 1, "+"))
    assert vocabulary.decode(vocabulary.encode(["+", 1])) == ("+", 1)
    with pytest.raises(RuleError, match=r"no token '\*' in the vocabulary 0 1 \+"):
        vocabulary.id("*")


def test_the_name_that_version_0_1_had_says_what_to_write() -> None:
    with pytest.raises(AttributeError) as refused:
        getattr(RULE, "judge")  # noqa: B009  as a test of a project's own would
    assert str(refused.value) == (
        "`judge` of version 0.1 is now `marks`: write `rule.marks(sequence)`"
    )
