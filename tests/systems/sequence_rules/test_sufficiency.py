"""What is left when attention carries the answer alone."""

from dataclasses import replace

import numpy as np
import pytest
from claimwork import found_in
from conftest import committed
from lookups import listed

from reportgen.core.study import Study, study_of
from reportgen.measure.claim import Verdict
from reportgen.measure.measure import moot
from reportgen.systems.sequence_rules.facts.sufficiency import OTHERS

FACTS, CLAIMS = listed("sequence_rules")


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("learnt")


def test_the_answer_is_enough_and_all_other_positions_are_not(learnt: Study) -> None:
    fact = FACTS["error_by_answer"](learnt)
    assert fact.baseline is not None
    assert fact.floor is not None
    assert (fact.high or 1) < fact.baseline.value + 0.02
    assert fact.part(OTHERS).value == pytest.approx(fact.floor.value, abs=0.05)
    assert found_in(learnt, "sequence_rules", "answer_is_enough") is Verdict.HOLDS


def test_a_network_that_averages_what_it_sees_needs_the_other_positions(learnt: Study) -> None:
    """Without queries attention is even, and one position among eight says little."""
    parameters = {
        name: np.zeros_like(w) if name == "W_Q" else w for name, w in learnt.run.parameters.items()
    }
    even = replace(
        study_of(learnt.config, replace(learnt.run, parameters=parameters)), seed=learnt.seed
    )
    fact = FACTS["error_by_answer"](even)
    assert fact.baseline is not None
    assert fact.floor is not None
    assert (fact.value or 0) > fact.floor.value / 2
    assert "little to keep" in moot(CLAIMS["answer_is_enough"], even, dict(error_by_answer=fact))
