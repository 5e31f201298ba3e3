"""Every context tried, part by part: against contexts listed one by one and run through the
ordinary forward pass; and what goes wrong, sorted into kinds.
"""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from conftest import committed

from reportgen.core.exact import enumerate as exhaustive
from reportgen.core.exact.exhaustive import Exhaustive, Failing
from reportgen.core.exact.numbers import could_be, ends, guesses, last_tokens
from reportgen.core.exact.verify import Verified
from reportgen.core.study import study_of
from reportgen.systems.sequence_rules.facts import kinds, tried
from reportgen.systems.sequence_rules.facts.exhaustive import error_in_data, exhaustive_error
from reportgen.systems.sequence_rules.facts.failing import (
    failing_example,
    failing_kinds,
    fault_of_attention,
    faults,
)
from reportgen.systems.sequence_rules.view import Study

LENGTH, PLUS = 4, 11
EVERY = pytest.mark.parametrize("name", ["learnt", "unlearnt"])


def listed(length: int) -> tuple[np.ndarray, np.ndarray]:
    """All contexts that end in a plus and hold an even number, and where the last of them is."""
    found = [
        c for c in product(range(12), repeat=length) if c[-1] == PLUS and any(t % 2 == 0 for t in c)
    ]
    contexts = np.array(found)
    even = contexts % 2 == 0
    return contexts, length - 1 - even[:, ::-1].argmax(1)


@EVERY
def test_attention_and_rivals_are_those_of_a_forward_pass(name: str) -> None:
    study = committed(name)
    contexts, source = listed(LENGTH)
    trace, rows = study.trace_of(contexts), np.arange(len(contexts))
    answer = contexts[rows, source]
    on_answer = trace.pattern(layer=0, head=0)[rows, -1, source]
    wrong = trace.logits[:, -1].argmax(-1) != answer
    rivals = (contexts % 2 == 0).sum(1) - 1
    found = exhaustive.check(study.config.model, study.weights, study.data.reader, LENGTH)
    for lag in range(1, LENGTH):
        here = source == LENGTH - 1 - lag
        assert found.attention[0, lag].sum() == pytest.approx(on_answer[here].sum())
        assert found.attention[0, lag, 4] == pytest.approx(on_answer[here & (answer == 4)].sum())
    for many in range(LENGTH - 1):
        assert found.rivals[many] == (rivals == many).sum()
        assert found.rivals_wrong[many] == wrong[rivals == many].sum()
        assert found.rivals_attention[0, many] == pytest.approx(on_answer[rivals == many].sum())
    failing = {tuple(row): said for row, said in zip(found.failing.contexts, found.failing.chosen)}
    said = trace.logits[:, -1].argmax(-1)
    assert failing == {tuple(contexts[i]): said[i] for i in np.flatnonzero(wrong)}
    np.testing.assert_array_equal(
        found.failing.answer,
        [row[len(row) - 1 - lag] for row, lag in zip(found.failing.contexts, found.failing.lag)],
    )


def test_too_many_wrong_ones_are_not_listed(unlearnt: Study) -> None:
    """A few are kept all the same, and the counts do not change."""
    m, reads = unlearnt.config.model, unlearnt.data.reader
    whole = exhaustive.check(m, unlearnt.weights, reads, LENGTH)
    wrong = int(whole.wrong.sum())
    few = exhaustive.check(m, unlearnt.weights, reads, LENGTH, most=wrong - 1)
    assert whole.failing.complete
    assert not few.failing.complete
    assert len(few.failing.contexts) == min(wrong, 1_000)
    np.testing.assert_array_equal(few.wrong, whole.wrong)
    assert Exhaustive.from_dict(json.loads(json.dumps(whole.to_dict()))).failing.complete


@EVERY
def test_everything_survives_json(name: str) -> None:
    study = committed(name)
    found = exhaustive.check(study.config.model, study.weights, study.data.reader, LENGTH)
    back = Exhaustive.from_dict(json.loads(json.dumps(found.to_dict())))
    for each in vars(found):
        if each != "failing":
            np.testing.assert_array_equal(getattr(back, each), getattr(found, each))
    for each in vars(found.failing):
        np.testing.assert_array_equal(getattr(back.failing, each), getattr(found.failing, each))


def test_contexts_are_counted_without_listing_them(learnt: Study) -> None:
    """By their last two tokens, all of them and those that the data can produce."""
    contexts, _ = listed(LENGTH)
    kind = last_tokens(2, LENGTH, 12)
    found = ends(learnt.data.reader, LENGTH, everything=True, kind=kind).by_kind()
    pairs, counts = np.unique((contexts[:, -2] + 1) * 13 + PLUS + 1, return_counts=True)
    assert found == dict(zip(pairs.tolist(), counts.tolist()))
    check = exhaustive.check(learnt.config.model, learnt.weights, learnt.data.reader, LENGTH)
    inside = ends(learnt.data.reader, LENGTH, everything=False, kind=kind)
    assert inside.count.sum() == check.grammatical.sum()
    assert np.flatnonzero(could_be(learnt.data.automaton)).tolist() == [0, 2, 4, 6, 8, 10]


def test_guesses_are_measured_on_the_same_contexts(learnt: Study) -> None:
    """Every even number is the answer equally often: a guess is wrong five times in six."""
    found = guesses(learnt.data.reader, LENGTH, everything=True)
    assert found == pytest.approx([5 / 6, 5 / 6, 11 / 12])
    for fact in (exhaustive_error(learnt), error_in_data(learnt)):
        assert fact.baseline is not None
        assert fact.baseline.n == fact.n
    assert exhaustive_error(learnt).baseline.value == pytest.approx(5 / 6)


def test_no_part_is_left_out(learnt: Study) -> None:
    """The parts of each split are all contexts with their mistakes, and the value is the worst."""
    full = learnt.verified.lengths[-1]
    for split in ("position", "token", "rivals"):
        parts = tried.parts_of(learnt, split)
        assert sum(part.contexts for part in parts) == full.contexts.sum()
        assert sum(part.wrong for part in parts) == full.wrong.sum()
        assert sum(part.attention[0] for part in parts) == pytest.approx(full.attention.sum())
    fact = tried.error_by_position(learnt)
    assert fact.details["worst"] == "answer at position 0"
    assert fact.value == max(part.value for _, part in fact.parts)
    assert fact.n == 279_936
    least = tried.attention_by_position(learnt)
    assert least.value == min(part.value for _, part in least.parts)
    pairs = tried.error_by_cell(learnt)
    assert pairs.part("answer at position 0, 7 steps back").value == fact.value


def with_failing(study: Study, wrong: np.ndarray, *, complete: bool = True) -> Study:
    """The study of a network that is wrong in these contexts of four tokens and no others; they are
    all counted, and all listed if `complete`.
    """
    found = exhaustive.check(study.config.model, study.weights, study.data.reader, LENGTH)
    contexts, source = listed(LENGTH)
    rows = np.flatnonzero(wrong)
    answer, lag = contexts[rows, source[rows]], LENGTH - 1 - source[rows]
    table = np.zeros_like(found.wrong)
    np.add.at(table, (lag, answer), 1)
    failing = Failing(complete, contexts[rows], lag, answer, np.zeros(len(rows), dtype=np.int64))
    made = replace(found, wrong=table, failing=failing)
    return study_of(study.config, study.run).knowing(Verified((made,)))


@pytest.mark.parametrize(
    ("which", "kind", "n"),
    [
        (lambda c, source: source == 0, "answer at position 0", 216),
        (lambda c, source: (c[:, 1] == 7) & (c[:, 2] == 5), "ends in 7 5 +", 6),
        (lambda c, source: c[:, 2] == 5, "ends in 5 +", 108),
        (lambda c, source: (c[:, :3] % 2 == 0).all(1), "only even before the last token", 216),
        (lambda c, source: (c[:, source.max()] == 8) & (source == 2), "ends in 8 +", 144),
    ],
)
def test_one_kind_has_them_all(learnt: Study, which, kind: str, n: int) -> None:
    contexts, source = listed(LENGTH)
    wrong = which(contexts, source)
    fact = failing_kinds(with_failing(learnt, wrong))
    assert (fact.value, fact.details["kind"], fact.n) == (1, kind, wrong.sum())
    assert fact.details["kind_contexts_text"] == str(n)


def test_nearly_all_mistakes_are_of_one_kind(learnt: Study) -> None:
    """A kind that is not most of the contexts has all mistakes but one: it is named, with what is
    on either side.
    """
    contexts, source = listed(LENGTH)
    wrong = source == 0
    wrong[np.flatnonzero(~wrong)[0]] = True
    fact = failing_kinds(with_failing(learnt, wrong))
    assert fact.value == pytest.approx(216 / 217)
    said = ("kind", "kind_wrong_text", "kind_contexts_text", "others_wrong_text", "others_text")
    assert [fact.details[key] for key in said] == [
        "answer at position 0",
        "216",
        "216",
        "1",
        "1\u202f296",
    ]


def test_mistakes_too_many_to_be_listed_can_have_an_answer_in_common(learnt: Study) -> None:
    """Answers, positions and lengths are counted for all mistakes; where one of them has all, it is
    said, and nothing is said of the rest.
    """
    contexts, source = listed(LENGTH)
    answer = contexts[np.arange(len(contexts)), source]
    fact = failing_kinds(with_failing(learnt, answer == 8, complete=False))
    assert (fact.value, fact.details["kind"]) == (1, "answer 8")
    assert fact.details["others_wrong_text"] == "0"
    assert str(faults(with_failing(learnt, answer == 8, complete=False))).startswith("not counted")
    scattered = failing_kinds(with_failing(learnt, answer > 4, complete=False))
    assert scattered.value is None
    assert scattered.words.startswith("not sorted: ")


def test_mistakes_without_anything_in_common(learnt: Study) -> None:
    """The largest kind of the best split is named, and its share is no more than it is."""
    contexts, _ = listed(LENGTH)
    wrong = np.random.default_rng(0).random(len(contexts)) < 0.02
    fact = failing_kinds(with_failing(learnt, wrong))
    assert fact.n == wrong.sum()
    assert fact.value is not None
    assert 0 < fact.value < 1
    rows = fact.details["rows"]
    assert fact.details["more"] or sum(int(r["wrong_text"]) for r in rows) == fact.n


def test_nothing_wrong_is_nothing_to_sort(learnt: Study) -> None:
    contexts, _ = listed(LENGTH)
    fact = failing_kinds(with_failing(learnt, np.zeros(len(contexts), dtype=bool)))
    assert fact.value is None
    assert fact.words == "none to list: of 1\u202f512 contexts tried, none goes wrong"
    assert isinstance(kinds.sort(learnt), kinds.Sorted)


@EVERY
def test_the_part_at_fault_is_what_a_forward_pass_tells(name: str) -> None:
    """Another position has the highest score, whatever its token; else the value of the answer
    alone is misread; else the mixture.
    """
    study = committed(name)
    contexts, source = listed(LENGTH)
    rows = np.arange(len(contexts))
    wrong = study.trace_of(contexts).logits[:, -1].argmax(-1) != contexts[rows, source]
    made = with_failing(study, wrong)
    found = faults(made)
    if not wrong.any():
        assert isinstance(found, str)
        return
    assert not isinstance(found, str)
    scores = study.trace_of(contexts[wrong]).attn_scores(layer=0, head=0)[:, -1]
    elsewhere = (np.asarray(scores).argmax(1) != source[wrong]).sum()
    assert found.choice == elsewhere
    assert found.choice + found.value + found.mixture == wrong.sum()
    assert fault_of_attention(made).n == wrong.sum()


def test_one_that_fails_is_followed(learnt: Study) -> None:
    fact = failing_example(learnt)
    tokens, details = [learnt.tokens.index(t) for t in fact.details["tokens"]], fact.details
    trace = learnt.trace_of(np.array([tokens]))
    said = int(trace.logits[0, -1].argmax())
    assert details["said"] == learnt.tokens[said] != details["answer"]
    assert fact.value == pytest.approx(
        trace.probabilities[0, -1, learnt.tokens.index(details["answer"])]
    )
    (marked,) = [row for row in details["rows"] if row["answer"]]
    assert marked["token"] == details["answer"]
    assert failing_example(with_failing(learnt, np.zeros(1512, dtype=bool))).details["where"] in (
        "held-out windows",
    )
