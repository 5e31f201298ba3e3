"""Edges that are kept alone carry what goes along them, and no more."""

import numpy as np
import pytest
from claimwork import found_in
from conftest import committed
from lookups import listed

from reportgen.core.study import Study
from reportgen.measure.claim import Verdict
from reportgen.measure.kept_paths import only_edges
from reportgen.systems.sequence_to_sequence.facts.probe import mirrors, queries
from reportgen.systems.sequence_to_sequence.facts.sufficiency import FROZEN, OTHERS, kept_edges

FACTS, _ = listed("sequence_to_sequence")


@pytest.fixture(scope="module")
def learnt() -> Study:
    return committed("inputs_learnt")


def test_with_all_edges_it_is_the_network_and_with_none_it_says_the_same_of_all(
    learnt: Study,
) -> None:
    tokens = learnt.data.evaluated
    all_edges = np.ones((1, *[tokens.shape[1]] * 2), dtype=bool)
    assert only_edges(learnt, tokens, all_edges) == pytest.approx(learnt.holdout.logits, abs=1e-3)
    everywhere = np.ones((1, tokens.shape[1]), dtype=bool)
    frozen = range(learnt.config.model.n_layers)
    said = only_edges(learnt, tokens, ~all_edges, silent=everywhere, frozen=frozen)
    assert np.ptp(said, axis=0).max() < 1e-3


def test_an_output_hears_of_its_mirror_and_of_nothing_else(learnt: Study) -> None:
    """With patterns frozen, inputs that agree in a mirror agree in its output."""
    tokens, edges = learnt.data.evaluated, kept_edges(learnt)
    silent = np.zeros((1, tokens.shape[1]), dtype=bool)
    silent[0, np.setdiff1d(queries(learnt), mirrors(learnt))] = True
    said = only_edges(learnt, tokens, edges, silent=silent, frozen=range(2))
    for query, mirror in list(zip(queries(learnt), mirrors(learnt)))[1:]:
        for digit in np.unique(tokens[:, mirror]):
            assert np.ptp(said[tokens[:, mirror] == digit, query], axis=0).max() < 1e-3


def test_the_mirror_is_enough_where_it_was_learnt_and_all_others_are_not(learnt: Study) -> None:
    fact = FACTS["mirror_alone"](learnt)
    assert (fact.value, fact.part(FROZEN).value) == (1, 1)
    assert (fact.part(OTHERS).value or 1) < 0.3
    assert found_in(learnt, "sequence_to_sequence", "mirror_is_enough") is Verdict.HOLDS


def test_where_it_takes_detours_the_mirror_is_not_all() -> None:
    eight = committed("inputs_eight")
    assert found_in(eight, "sequence_to_sequence", "mirror_is_enough") is Verdict.PARTLY
