"""Which copy a network follows, against a loop; and what is made of few sequences."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import committed
from lookups import listed
from pagework import written

from reportgen.core.study import Study, study_of
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Facts
from reportgen.measure.measure import measure
from reportgen.measure.population import TOO_FEW
from reportgen.systems.repeated_sequences.facts.copies import (
    FIRST,
    LAST,
    copy_of,
    first_copy_followed,
    next_to_copies,
)
from reportgen.systems.repeated_sequences.facts.replaced import wrong_after_copy
from reportgen.systems.repeated_sequences.facts.replaced_program import program_differs

FACTS, CLAIMS = listed("repeated_sequences")


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("repeats_learnt")


def test_tokens_after_copies_by_a_loop() -> None:
    tokens = np.random.default_rng(0).integers(0, 5, (20, 12))
    first, last, apart = next_to_copies(tokens)
    for s, row in enumerate(tokens.tolist()):
        for p, token in enumerate(row):
            before = [i for i in range(p) if row[i] == token]
            wanted = (row[before[0] + 1], row[before[-1] + 1]) if before else (-1, -1)
            assert (first[s, p], last[s, p]) == wanted
            assert apart[s, p] == (before[-1] - before[0] if before else apart[s, p])


def test_both_copies_are_measured_on_the_same_positions(learnt: Study) -> None:
    fact = first_copy_followed(learnt)
    first, last = fact.part(FIRST), fact.part(LAST)
    assert first.n == last.n == fact.n
    assert fact.value == pytest.approx((first.value or 0) - (last.value or 0))
    assert (first.low or 0) > (last.high or 1)
    assert fact.details["copy"] == wrong_after_copy(learnt).details["copy"] == "first"
    assert "tokens[copies[0] + 1]" in program_differs(learnt).details["lines"][-1]


def test_an_undecided_copy_is_the_last_one(learnt: Study) -> None:
    fact = first_copy_followed(learnt)
    assert copy_of(replace(fact, low=-0.1, high=0.2)) == "last"
    assert copy_of(replace(fact, low=-0.3, high=-0.2)) == "last"
    assert copy_of(replace(fact, low=0.1, high=0.2)) == "first"


def test_two_held_out_sequences_decide_nothing(learnt: Study) -> None:
    config = learnt.config
    data = config.data.model_copy(update=dict(holdout=2))
    few = study_of(replace(config, data=data), learnt.run)
    measured = {name: function(few) for name, function in FACTS.items()}
    assert measured["accuracy_told"].clusters == 2
    verdicts = {
        name: CLAIMS[name].decide(Facts(measured)).verdict
        for name in ("solves_task", "matches_prefixes", "has_induction_head", "seeds_agree")
    }
    assert set(verdicts.values()) <= {Verdict.UNDECIDED, Verdict.NOT_ASKED}, verdicts
    assert measured["prefix_matching"].interval == TOO_FEW


def test_a_page_on_two_held_out_sequences_says_why_it_decides_nothing(
    learnt: Study, tmp_path: Path
) -> None:
    data = learnt.config.data.model_copy(update=dict(holdout=2))
    few = study_of(replace(learnt.config, data=data), learnt.run)
    pages = written(tmp_path, few.config, measure(few))
    said = "\n".join(pages.values())
    assert "without an interval, since it comes from fewer than 10 independent cases" in said
    assert TOO_FEW in pages["ledger.md"]
    assert "not counted, since its cases come from fewer than 10 independent sequences" in said
