"""A circuit that is kept alone does what it does, and no more."""

import numpy as np
import pytest
from claimwork import found_in
from conftest import committed
from lookups import listed
from test_repeats_facts import made_by_hand, quick

from reportgen.core.study import Study
from reportgen.measure.claim import Verdict
from reportgen.measure.measure import moot
from reportgen.systems.repeated_sequences.facts.sufficiency import (
    MORE,
    NO_KEYS,
    OWN_KEYS,
    SHUFFLED,
    Circuit,
    alone,
    circuit,
)

FACTS, CLAIMS = listed("repeated_sequences")


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("repeats_learnt")


def test_the_circuit_is_the_head_that_looks_back_and_the_one_that_matches(learnt: Study) -> None:
    assert circuit(learnt) == Circuit((0, 0), (1, 0))


def test_alone_it_continues_and_without_its_path_to_the_keys_it_guesses(learnt: Study) -> None:
    fact = FACTS["circuit_alone"](learnt)
    assert fact.low is not None
    assert fact.low > 0.95
    assert (fact.part(OWN_KEYS).low or 0) > 0.98
    for control in (NO_KEYS, SHUFFLED):
        assert (fact.part(control).high or 1) < 0.2
    assert found_in(learnt, "repeated_sequences", "circuit_is_enough") is Verdict.HOLDS


def test_a_seed_that_continues_in_another_way_has_no_circuit_of_this_kind(learnt: Study) -> None:
    """The other seed solves the task too, and hands the answer on through values."""
    other = learnt.of_seed(0)
    assert (FACTS["accuracy_told"](other).low or 0) > 0.9
    assert found_in(other, "repeated_sequences", "circuit_is_enough") is Verdict.FAILS


def test_of_one_sequence_the_mean_is_the_sequence_so_that_nothing_is_taken_away(
    learnt: Study,
) -> None:
    for study in (learnt, quick(learnt, n_layers=3, n_heads=2, d_head=8, d_mlp=0)):
        tokens = study.data.evaluated[:1]
        whole = study.trace_of(tokens, keep=["logits"]).logits
        for logits in alone(study, tokens).values():
            assert logits == pytest.approx(whole, abs=1e-4)


def test_a_network_that_answers_by_the_last_token_has_no_circuit_that_is_enough(
    learnt: Study,
) -> None:
    """Without values, heads say nothing, and what is right comes of the token alone."""
    study = made_by_hand(learnt, W_V=np.zeros(1), b_V=np.zeros(1))
    logits = alone(study, study.data.evaluated)
    assert np.ptp(logits[""], axis=0).max() < 1e-9
    assert np.ptp(logits[MORE], axis=0).max() > 1
    facts = dict(circuit_alone=FACTS["circuit_alone"](study))
    assert "too little to keep" in moot(CLAIMS["circuit_is_enough"], study, facts)


def test_a_later_head_that_looks_everywhere_is_not_enough(learnt: Study) -> None:
    blind = learnt.weights["W_K"].copy()
    blind[1] = 0
    fact = FACTS["circuit_alone"](made_by_hand(learnt, W_K=blind))
    assert fact.value is not None
    assert fact.value < 0.5
    assert fact.value == fact.part(NO_KEYS).value
