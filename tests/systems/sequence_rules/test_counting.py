"""Every context counted in the reader's browser: the same counts as the report's, to the last one,
by lag and answer, for trained and for random networks of every shape, and with parts replaced.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from countwork import (
    COUNT,
    DEEP,
    NETWORKS,
    PLAIN,
    REPLACED,
    TRAINED,
    Contexts,
    Parts,
    all_contexts,
    by_force,
    contexts_of_data,
    of_table,
    question,
    random_weights,
    served_modules,
)
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.config.sections import ModelConfig
from reportgen.core.exact.enumerate import check
from reportgen.core.exact.exhaustive import A_FEW, Exhaustive
from reportgen.core.recording import Weights
from reportgen.core.study import Study
from reportgen.rules.automaton import Automaton, tabulate
from reportgen.rules.reader import Reader, reader
from reportgen.systems.sequence_rules.config import data_config

pytestmark = pytest.mark.browser
WORTH = 50_000  # contexts from which on the grid is used
Count = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def count(
    chromium: Any, served: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Count]:
    """Has a question counted in a worker of one page, which never complains."""
    page, complaints = chromium.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.goto(f"{served(served_modules(tmp_path_factory.mktemp('page')))}/bare.html")
    yield lambda given: page.evaluate(COUNT, given)
    page.close()
    assert not complaints


@cache
def windows(name: str) -> tuple[Config, Reader]:
    """A shipped configuration, and what windows of its data tell."""
    config = configs.load(CONFIGS / f"{name}.yaml")
    length = data_config(config).length
    return config, reader(tabulate(config.rule, length[1]), length, config.model.n_ctx)


def same(answer: Any, exact: Exhaustive) -> None:
    """The browser's count is the report's: by lag and answer, what is said, and the first wrong
    contexts.
    """
    assert answer["kind"] == "counted", answer
    counted, wrong = answer["counted"], int(exact.wrong.sum())
    for name in ("contexts", "wrong", "said"):
        np.testing.assert_array_equal(counted[name], getattr(exact, name), err_msg=name)
    assert counted["everything"] is exact.everything
    assert (counted["total"], counted["totalWrong"]) == (exact.contexts.sum(), wrong)
    few = exact.failing
    each = few.contexts[:A_FEW], few.lag, few.answer, few.chosen
    listed = [
        dict(context=context, lag=lag, answer=right, chosen=chosen)
        for context, lag, right, chosen in zip(*(values.tolist() for values in each))
    ]
    assert counted["failing"] == listed
    assert counted["complete"] is (wrong == len(listed))


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 6])
def test_a_trained_network_counts_as_in_the_report(count: Count, study: Study, length: int) -> None:
    model, table = study.config.model, tabulate(study.rule, length + 1)
    exact = check(model, study.weights, study.data.reader, length)
    assert exact.everything
    same(count(question(model, study.weights, table, length)), exact)


def test_the_longest_contexts_count_as_in_the_report(count: Count, learnt: Study) -> None:
    """All 35,551,872 of them, and the share of them that is done is told meanwhile."""
    exact = next(one for one in learnt.verified.lengths if one.length == 8)
    answer = count(question(learnt.config.model, learnt.weights, tabulate(learnt.rule, 9), 8))
    same(answer, exact)
    assert answer["counted"]["total"] == 35_551_872
    shares = answer["shares"]
    assert 0 < shares[0] < shares[-1] <= 1
    assert shares == sorted(shares)


@pytest.mark.parametrize("network", ["plain", "two_heads", "wide", "no_residual"])
@pytest.mark.parametrize(
    ("rule", "length"), [("lucky7", 6), ("even_repeat_last_odd", 4), ("plus_last_even", 6)]
)
def test_random_networks_count_as_in_the_report(
    count: Count, rule: str, length: int, network: str
) -> None:
    """In the plane through a grid of certain cells; one rule decides after several tokens."""
    config, reads = windows(rule)
    model, table = PLAIN.model_copy(update=NETWORKS[network]), tabulate(config.rule, length + 1)
    weights = random_weights(model, table.law.shape[1], len(network))
    exact = check(model, weights, reads, length)
    assert exact.everything
    assert exact.contexts.sum() > WORTH
    same(count(question(model, weights, table, length)), exact)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("parts", [TRAINED, *REPLACED.values()], ids=["trained", *REPLACED])
def test_every_network_with_parts_replaced_counts_as_by_force(
    count: Count, network: str, parts: Parts
) -> None:
    """Against one forward pass for each context, in double precision."""
    table = tabulate(windows("even_repeat_last_odd")[0].rule, 4)
    model = PLAIN.model_copy(update=NETWORKS[network])
    weights = random_weights(model, table.law.shape[1], 7)
    forced(count(question(model, weights, table, 3, parts=parts)), model, weights, table, parts)


@pytest.mark.parametrize("parts", REPLACED.values(), ids=REPLACED)
def test_a_trained_network_with_parts_replaced(count: Count, learnt: Study, parts: Parts) -> None:
    table, model = tabulate(learnt.rule, 6), learnt.config.model
    answer = count(question(model, learnt.weights, table, 5, parts=parts))
    forced(answer, model, learnt.weights, table, parts)


def forced(
    answer: Any,
    model: ModelConfig,
    weights: Weights,
    table: Automaton,
    parts: Parts,
    given: Contexts | None = None,
) -> None:
    """The browser's count is that of one forward pass for each context."""
    assert answer["kind"] == "counted", answer
    counted = answer["counted"]
    every = given or all_contexts(table, counted["length"])
    contexts, wrong = by_force(model, weights, table, every, parts)
    assert contexts.any()
    np.testing.assert_array_equal(counted["contexts"], contexts)
    np.testing.assert_array_equal(counted["wrong"], wrong)


@pytest.mark.parametrize("rule", ["successor", "odd_even_index", "plus_means_even"])
@pytest.mark.parametrize("network", ["plain", "two_heads", "wide", "no_residual"])
def test_contexts_of_the_data_count_as_in_the_report(count: Count, rule: str, network: str) -> None:
    """Of rules whose answers no position holds, or of which several are right."""
    _, reads = windows(rule)
    model = PLAIN.model_copy(update=NETWORKS[network])
    weights = random_weights(model, reads.table.law.shape[1], 3)
    exact = check(model, weights, reads, 3)
    assert not exact.everything
    assert exact.contexts.any()
    same(count(question(model, weights, reads.table, 3, reads)), exact)


@pytest.mark.parametrize("parts", [TRAINED, *REPLACED.values()], ids=["trained", *REPLACED])
@pytest.mark.parametrize("network", ["plain", "biases", "normalized", "two_layers"])
@pytest.mark.parametrize("rule", ["even_repeat_last_odd", "successor"])
def test_contexts_of_the_data_with_parts_replaced(
    count: Count, rule: str, network: str, parts: Parts
) -> None:
    """By tables where there is one layer, and else through the page's own forward pass; where no
    position holds the answer, attention stays as it is.
    """
    _, reads = windows(rule)
    model = PLAIN.model_copy(update=(NETWORKS | DEEP)[network])
    weights = random_weights(model, reads.table.law.shape[1], 4)
    answer = count(question(model, weights, reads.table, 3, reads, parts))
    if network == "two_layers" and parts.attention == "answer":
        assert answer["reason"] == (
            "with several layers it is not said which of them should attend to the answer"
        )
        return
    forced(answer, model, weights, reads.table, parts, contexts_of_data(reads, 3))


NOT_FINITE = "b_U holds something that is not a finite number"
ONE = (
    "every context there is can be tried for one layer only, with ReLU, and without layer"
    " normalization and rotary positions"
)
FAR = "the attention scores of this network lie too far apart to be summed in halves"
SHORT = "the table of the rule ends before the context does"
ATTENTION = "attention can be trained, none, uniform or on the answer"
UNKNOWN = "it is not known which contexts the data can produce"
REFUSED: dict[str, tuple[dict[str, object], dict[str, Any], str]] = {
    "layers": (dict(n_layers=2), {}, ONE),
    "normalization": (dict(normalization="LN"), {}, ONE),
    "gelu": (dict(activation="gelu"), {}, ONE),
    "rotary": (dict(positions="rotary"), {}, ONE),
    "many": ({}, dict(length=9), "the contexts of 9 tokens are too many to try every one"),
    "window": ({}, dict(length=11), "contexts have 1 to 10 tokens"),
    "table": ({}, dict(length=7), SHORT),
    "attention": ({}, dict(replaced=dict(attention="some")), ATTENTION),
    "reader": ({}, dict(everything=False), UNKNOWN),
    "finite": ({}, dict(weights=dict(b_U=[np.inf] * 12)), NOT_FINITE),
    "apart": ({}, dict(weights=dict(W_Q=[1e4] * 4)), FAR),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_counted_is_refused_with_a_reason(count: Count, why: str) -> None:
    of_model, given, reason = REFUSED[why]
    model = PLAIN.model_copy(update=dict(n_ctx=10) | of_model)
    wanted = question(
        model, random_weights(model, 12, 0), tabulate(windows("plus_last_even")[0].rule, 5), 4
    )
    weights = wanted["weights"] | given.get("weights", {})
    answer = count(wanted | given | dict(weights=weights))
    assert answer["kind"] == "refused"
    assert answer["reason"] == reason


def test_an_answer_before_the_context_is_held_by_no_position(count: Count) -> None:
    _, reads = windows("lucky7")
    wanted = question(PLAIN, random_weights(PLAIN, 11, 4), reads.table, 3, reads)
    far = of_table(reads.table)
    far["rows"] = np.where(np.arange(len(far["rows"])) % 13 == 11, 4, far["rows"]).tolist()
    counted = count(wanted | dict(table=far))["counted"]
    assert np.sum(counted["contexts"][3]) == counted["total"] > 0


def test_a_state_that_the_table_lacks_is_refused(count: Count) -> None:
    """Windows that begin late in a sequence can be in states that no short prefix leads to."""
    _, reads = windows("successor")
    vocabulary = reads.table.law.shape[1]
    wanted = question(PLAIN, random_weights(PLAIN, vocabulary, 4), reads.table, 3, reads)
    few = of_table(reads.table)
    few["rows"] = few["rows"][: 2 * (vocabulary + 2)]
    answer = count(wanted | dict(table=few))
    assert answer["reason"] == "the table of the rule lacks a state that the data can be in"
