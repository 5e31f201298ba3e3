"""What is said of a network that answers every input alike: nothing of what it would lose."""

from dataclasses import replace

import numpy as np
import pytest
from claimwork import found_in
from conftest import committed
from lookups import listed

from reportgen.core.study import Study, study_of
from reportgen.measure.claim import Verdict
from reportgen.measure.measure import moot

FACTS, CLAIMS = listed("sequence_to_sequence")


@pytest.fixture(scope="module")
def constant() -> Study:
    """The network that learnt, with an unembedding that reads nothing and a favourite digit."""
    learnt = committed("inputs_learnt")
    parameters = dict(learnt.run.parameters)
    parameters["W_U"] = np.zeros_like(parameters["W_U"])
    parameters["b_U"] = np.zeros_like(parameters["b_U"]) + np.eye(parameters["b_U"].shape[-1])[1]
    return study_of(learnt.config, replace(learnt.run, parameters=parameters))


@pytest.mark.parametrize(
    "name", ["looks_by_place", "comes_straight", "mlp_adds_one", "every_matrix_needed"]
)
def test_it_is_not_asked_what_it_would_lose(name: str, constant: Study) -> None:
    """It loses nothing whatever is done to it, which shows nothing about the parts."""
    facts = {fact: FACTS[fact](constant) for fact in CLAIMS[name].rests_on}
    assert moot(CLAIMS[name], constant, facts) == (
        "this network gets no more than half of the tokens right, too few to lose any"
    )
    learnt = committed("inputs_learnt")
    facts = {fact: FACTS[fact](learnt) for fact in CLAIMS[name].rests_on}
    assert moot(CLAIMS[name], learnt, facts) == ""


def test_no_answer_follows_a_digit(constant: Study) -> None:
    assert FACTS["moves_mirror"](constant).value == 0
    assert found_in(constant, "sequence_to_sequence", "one_to_one") is Verdict.FAILS
