"""The exhaustive check against brute force, against direct forward passes, and against counts known
beforehand.
"""

import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from reportgen.core.exact import enumerate as exhaustive
from reportgen.core.exact.verify import Verified, verify
from reportgen.core.study import Study, study_of
from reportgen.errors import RuleError
from reportgen.systems.sequence_rules.facts.exhaustive import error_in_data, exhaustive_error

TOO_MANY = (
    "the contexts of 9 tokens are too many to check one by one: more than 222,222 of those that the"
    " data can produce"
)
RAW = {2: 6, 3: 108, 4: 1512, 5: 19440, 6: 241056}
GRAMMATICAL = {2: 6, 3: 102, 4: 1308, 5: 15390, 6: 175098}


def grammatical(context: tuple) -> bool:
    """Can a window of the data look like this: no trigger after a trigger, and each trigger but the
    last followed by the last even number, or by an even one where none was seen.
    """
    latest = None
    for i, token in enumerate(context):
        if i and context[i - 1] == 11:
            if token == 11 or token % 2 or (latest is not None and token != latest):
                return False
        if token != 11 and token % 2 == 0:
            latest = token
    return True


@pytest.mark.parametrize("length", [2, 3, 4])
def test_brute_force(study: Study, length: int) -> None:
    """All 12^length contexts through the ordinary forward pass, checked by the rule in plain
    Python.
    """
    contexts = [
        c
        for c in product(range(12), repeat=length)
        if c[-1] == 11 and any(t % 2 == 0 for t in c if t != 11)
    ]
    best = study.trace_of(np.array(contexts)).logits[:, -1].argmax(-1)
    wanted = np.array([next(t for t in reversed(c) if t != 11 and t % 2 == 0) for c in contexts])
    lag = np.array(
        [next(i for i, t in enumerate(reversed(c)) if t != 11 and t % 2 == 0) for c in contexts]
    )
    fits = np.array([grammatical(c) for c in contexts])
    found = exhaustive.check(study.config.model, study.weights, study.data.reader, length)
    for counted, chosen in (
        (found.contexts, fits | True),
        (found.wrong, best != wanted),
        (found.grammatical, fits),
        (found.grammatical_wrong, fits & (best != wanted)),
    ):
        np.testing.assert_array_equal(
            counted,
            np.histogram2d(
                lag[chosen], wanted[chosen], bins=(np.arange(length + 2), np.arange(14))
            )[0],
        )


@pytest.mark.parametrize("length", RAW)
def test_the_number_of_contexts_is_known(learnt: Study, length: int) -> None:
    found = exhaustive.check(learnt.config.model, learnt.weights, learnt.data.reader, length)
    assert found.contexts.sum() == RAW[length]
    assert found.grammatical.sum() == GRAMMATICAL[length]


def test_random_contexts_through_the_forward_pass(study: Study) -> None:
    """At length 6 the share of wrong answers of a random sample lies within its own error of the
    exhaustive share.
    """
    rng = np.random.default_rng(0)
    contexts = np.concatenate([rng.integers(0, 12, (20_000, 5)), np.full((20_000, 1), 11)], 1)
    even = (contexts % 2 == 0) & (contexts != 11)
    contexts, even = contexts[even.any(1)], even[even.any(1)]
    wanted = contexts[np.arange(len(contexts)), 5 - even[:, ::-1].argmax(1)]
    share = (study.trace_of(contexts).logits[:, -1].argmax(-1) != wanted).mean()
    found = exhaustive.check(study.config.model, study.weights, study.data.reader, 6)
    exact = found.wrong.sum() / found.contexts.sum()
    assert abs(share - exact) < 4 * np.sqrt(max(exact * (1 - exact), 1e-4) / len(contexts))


@pytest.mark.parametrize("back", range(1, 8))
def test_errors_of_full_contexts_by_distance(learnt: Study, back: int) -> None:
    """Six evens at that distance, six other tokens on each position after it, any before it; and
    the share of wrong ones in a sample through the forward pass, within four standard errors.
    """
    fact = exhaustive_error(learnt).part("1 step back" if back == 1 else f"{back} steps back")
    assert fact.n == 6 * 6 ** (back - 1) * 12 ** (7 - back)
    rng, count = np.random.default_rng(back), 4_000
    contexts = rng.integers(0, 12, (count, 8))
    answer = 2 * rng.integers(0, 6, count)
    contexts[:, 7 - back] = answer
    contexts[:, 8 - back :] = rng.choice([1, 3, 5, 7, 9, 11], (count, back))
    contexts[:, 7] = 11
    wrong = (learnt.trace_of(contexts).logits[:, -1].argmax(-1) != answer).mean()
    assert fact.value is not None
    assert abs(wrong - fact.value) <= 4 * (fact.value * (1 - fact.value) / count) ** 0.5


def test_the_number_of_full_contexts_is_known(learnt: Study) -> None:
    """All that end in a trigger and show an even number, and those of them in the data."""
    assert exhaustive_error(learnt).n == 12**7 - 6**7 == 35_551_872
    assert error_in_data(learnt).n == 21_891_246


def test_too_many_contexts_are_refused(learnt: Study) -> None:
    with pytest.raises(RuleError) as error:
        exhaustive.check(learnt.config.model, learnt.weights, learnt.data.reader, 9)
    assert str(error.value) == TOO_MANY


def test_what_is_stored_is_what_was_counted(learnt: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through JSON and back: every count of every length, and the reason where there is none."""
    model, reads = learnt.config.model, learnt.data.reader
    found = verify(model, learnt.weights, reads, 4)
    back = Verified.from_dict(json.loads(json.dumps(found.to_dict())))
    assert [one.length for one in back.lengths] == [2, 3, 4]
    for one, other in zip(found.lengths, back.lengths):
        for name in ("contexts", "wrong", "grammatical", "grammatical_wrong"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    monkeypatch.setattr(exhaustive, "MOST", 20_000)
    monkeypatch.setattr(exhaustive, "MOST_TOKENS", 1_000)
    refused = verify(model, learnt.weights, reads, 8)
    assert ([one.length for one in refused.lengths], refused.reason) == (
        [2, 3, 4],
        (
            "the contexts of 5 tokens are too many to check one by one: more than 200 of those that"
            " the data can produce"
        ),
    )
    assert Verified.from_dict(refused.to_dict()).reason == refused.reason


def test_what_a_build_counted_is_not_counted_again(
    learnt: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A study that is told reads that and tries nothing; one elsewhere in the run is not told."""
    study = study_of(learnt.config, learnt.run)
    small = verify(study.config.model, study.weights, study.data.reader, 4)
    monkeypatch.setattr(
        "reportgen.core.exact.verify.check", lambda *given, **more: pytest.fail("counted again")
    )
    assert exhaustive_error(study.knowing(small)).n == RAW[4]
    doubled = tuple(replace(one, wrong=one.contexts) for one in small.lengths)
    assert exhaustive_error(study.knowing(Verified(doubled))).value == 1
    assert (
        exhaustive_error(study.knowing(Verified((), "too many"))).words == "not counted: too many"
    )
    told = study.knowing(small, [(None, None), (3, None), (None, None), (2, 5)])
    assert told.first_mistakes == [(None, None), (3, None), (None, None), (2, 5)]
    with pytest.raises(pytest.fail.Exception, match="counted again"):
        exhaustive_error(study.at(0))
