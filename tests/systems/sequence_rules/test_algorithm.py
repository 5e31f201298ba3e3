"""How the network finds its answer: stages counted by states, and contexts listed one by one."""

from itertools import product

import numpy as np
import pytest
from conftest import committed

from reportgen.core.exact import hard_attention
from reportgen.core.exact.hard_attention import answers_from, looked
from reportgen.core.interventions import run
from reportgen.core.readout import lattice
from reportgen.errors import RuleError
from reportgen.systems.sequence_rules.facts import algorithm
from reportgen.systems.sequence_rules.view import Study

LENGTH = 4
EVERY = ["learnt", "unlearnt"]


@pytest.mark.parametrize("name", EVERY)
def test_counts_are_those_of_all_contexts_listed(name: str) -> None:
    """Every context of four tokens: what the rule demands by the rule itself, scores by a forward
    pass, answers by one with its pattern replaced.
    """
    study = committed(name)
    tokens = np.array(list(product(range(len(study.tokens)), repeat=LENGTH)))
    demands = [study.rule.demand([study.rule.tokens.tokens[t] for t in row]) for row in tokens]
    asked = [i for i, d in enumerate(demands) if d.source is not None and len(d.tokens) == 1]
    tokens, source = tokens[asked], np.array([demands[i].source for i in asked])
    points = lattice(study.weights)
    at = np.arange(LENGTH)
    scores = np.einsum(
        "ce,cpe->cp", points.q(head=0)[tokens[:, -1], LENGTH - 1], points.k(head=0)[tokens, at]
    )
    top = scores.argmax(1)
    found = looked(study.weights, 0, study.data.automaton, LENGTH)
    assert found.contexts.sum() == len(tokens)
    assert found.contexts[found.top_position == found.position].sum() == (top == source).sum()
    for where, cases in ((top, found.top_position), (source, found.position)):
        token = found.top_token if cases is found.top_position else found.answer
        values = points.v(head=0)[token, cases]
        said = answers_from(study.config.model, study.weights, 0, found.last, values, LENGTH)
        wrong = found.contexts[said != found.answer].sum()
        pattern = np.zeros((len(tokens), 1, LENGTH, LENGTH))
        pattern[:, 0, at, at] = 1
        pattern[:, 0, -1] = np.eye(LENGTH)[where]
        forced = run(study.config.model, study.weights, tokens, replace={("pattern", 0): pattern})
        listed = forced.logits[:, -1].argmax(-1) != tokens[np.arange(len(tokens)), source]
        assert wrong == listed.sum()


def test_as_many_contexts_as_are_tried_one_by_one(learnt: Study) -> None:
    full = learnt.verified.lengths[-1]
    for measure in (algorithm.answer_on_top, algorithm.wrong_at_answer, algorithm.wrong_by_token):
        fact = measure(learnt)
        assert fact.n == full.contexts.sum() == 35_551_872
        assert fact.exhaustive
        assert sum(part.n for _, part in fact.parts) == fact.n


def test_one_point_for_each_token_is_the_mean_over_where_it_can_be_the_answer(
    learnt: Study,
) -> None:
    """At the last position, which is the trigger's, no answer can stand."""
    fact, trigger, values = (
        algorithm.wrong_by_token(learnt),
        learnt.trigger,
        learnt.lattice.v(head=0),
    )
    even = range(0, 11, 2)
    points = np.array([values[t, :7].mean(0) for t in even])
    said = answers_from(
        learnt.config.model,
        learnt.weights,
        0,
        np.full(6, trigger),
        points,
        learnt.config.model.n_ctx,
    )
    wrong = [t for t, answer in zip(even, said) if t != answer]
    assert fact.value == pytest.approx(len(wrong) / 6)
    assert fact.details["count"] == 5_925_312
    assert [row["says"] for row in fact.details["rows"]] == [[learnt.tokens[a]] for a in said]


def test_an_untrained_network_has_no_such_algorithm(unlearnt: Study) -> None:
    assert algorithm.answer_on_top(unlearnt).value < 0.2
    assert algorithm.wrong_by_token(unlearnt).value > 0.8


def test_too_many_contexts_are_said_to_be(learnt: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hard_attention, "MOST_WORK", 10)
    with pytest.raises(RuleError, match="lead to too many states to be counted"):
        looked(learnt.weights, 0, learnt.data.automaton, LENGTH)
    monkeypatch.setattr(hard_attention, "MOST_CONTEXTS", 10)
    with pytest.raises(RuleError, match="are too many to be counted"):
        looked(learnt.weights, 0, learnt.data.automaton, LENGTH)
