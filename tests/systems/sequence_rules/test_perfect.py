"""Seeds that make no mistake: what is counted, what is told by a build, and what is said where
nothing can be tried.
"""

from dataclasses import replace

import numpy as np
import pytest
from lookups import listed

from reportgen.core.exact.verify import Verified, verify
from reportgen.core.study import Study, study_of
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact, Facts
from reportgen.systems.sequence_rules.facts.exhaustive import error_in_data, exhaustive_error
from reportgen.systems.sequence_rules.facts.perfect import seeds_perfect, seeds_perfect_in_data
from reportgen.systems.sequence_rules.view import ANSWERS

_, CLAIMS = listed("sequence_rules")

FIRST = {"learnt": [5, 4, 2, 7], "unlearnt": [2, 2, 2]}
IN_DATA = {"learnt": [5, 4, 2, 7], "unlearnt": [2, 2, 2]}


def test_every_seed_is_tried_up_to_its_first_mistake(study: Study) -> None:
    """The lengths at which the seeds of both committed runs err first, and the same from the whole
    check.
    """
    name = "learnt" if len(study.run.seeds) == 4 else "unlearnt"
    assert study.first_mistakes == list(zip(FIRST[name], IN_DATA[name]))
    for index, (length, in_data) in enumerate(study.first_mistakes):
        weights, m = study.of_seed(index).weights, study.config.model
        assert verify(m, weights, study.data.reader, m.n_ctx, to_first_mistakes=True).lengths[
            -1
        ].length == (in_data or m.n_ctx)
        up_to = lambda found: found if found is not None and found <= 5 else None
        assert verify(m, weights, study.data.reader, 5).first_mistakes == (
            up_to(length),
            up_to(in_data),
        )


def test_seeds_without_a_mistake_are_counted(learnt: Study) -> None:
    """Two of four, as a build told it; parts say at what length the others err. One that is right
    up to there and errs in held-out windows is no more without a mistake.
    """
    study = study_of(learnt.config, learnt.run)
    small = verify(study.config.model, study.weights, study.data.reader, 4)
    told = study.knowing(small, [(None, None), (4, None), (None, None), (4, 4)])
    fact, late = seeds_perfect(told), ("err in held-out windows alone", 0.5)
    assert (fact.value, fact.n, fact.text, fact.details["k"]) == (0.0, 4, "0 of 4", 0)
    assert fact.details["tried"] == "every context of up to 4 tokens and on all held-out windows"
    assert [(name, part.value) for name, part in fact.parts] == [("err at length 4", 0.5), late]
    there = seeds_perfect_in_data(told)
    assert (there.text, there.details["tried"]) == (
        "0 of 4",
        "every context of up to 4 tokens that the data can produce and on all held-out windows",
    )
    assert [(name, part.value) for name, part in there.parts] == [
        ("err at length 4", 0.25),
        ("err in held-out windows alone", 0.75),
    ]
    right = learnt.data.holdout_windows.answer.clip(0)
    for index in range(4):  # networks that make no mistake there
        study.shared.scope.put(ANSWERS.of(index, study.checkpoint), right)
    assert (seeds_perfect(told).text, seeds_perfect_in_data(told).text) == ("2 of 4", "3 of 4")
    assert (
        there.details["contexts"] == small.lengths[-1].grammatical.sum() < fact.details["contexts"]
    )


def test_mistakes_outside_the_data_are_told_apart(learnt: Study) -> None:
    """A network that is wrong in every context that the data cannot produce, and one that is wrong
    in one of the others.
    """
    study = study_of(learnt.config, learnt.run)
    found = verify(study.config.model, study.weights, study.data.reader, 4).lengths
    outside = Verified(
        tuple(
            replace(
                one, wrong=one.contexts - one.grammatical, grammatical_wrong=0 * one.grammatical
            )
            for one in found
        )
    )
    assert outside.first_mistakes == (3, None)
    error = error_in_data(study.knowing(outside))
    assert (error.value, error.text, error.exhaustive) == (0, "0 of 1\u202f308", True)
    none = Fact(0.0, "percent", 10, "positions", exhaustive=True, counted=True)
    said = lambda claim, **facts: CLAIMS[claim].verdict(Facts(facts | dict(visible_error=none)))
    assert said("no_exceptions_in_data", error_in_data=error) is Verdict.HOLDS
    assert said("no_exceptions", exhaustive_error=exhaustive_error(study)) is Verdict.FAILS
    one_wrong = found[1].grammatical * 0
    one_wrong[np.unravel_index(found[1].grammatical.argmax(), one_wrong.shape)] = 1
    inside = Verified(
        (
            *outside.lengths[:1],
            replace(outside.lengths[1], grammatical_wrong=one_wrong),
            outside.lengths[2],
        )
    )
    assert inside.first_mistakes == (3, 3)
    error = error_in_data(study.knowing(inside))
    assert (error.value, error.part("length 3").text) == (0, "1.0\xa0%")
    assert said("no_exceptions_in_data", error_in_data=error) is Verdict.PARTLY


def test_where_nothing_else_was_tried_it_is_not_said_twice(learnt: Study) -> None:
    """Contexts listed one by one are those that the data can produce: a count of these alone would
    be the same count again.
    """
    study = study_of(learnt.config, learnt.run)
    listed_ones = tuple(
        replace(one, everything=False)
        for one in verify(study.config.model, study.weights, study.data.reader, 3).lengths
    )
    told = study.knowing(Verified(listed_ones), [(None, None)] * 4)
    for fact in (seeds_perfect_in_data(told), error_in_data(told)):
        assert (fact.value, fact.lacking) == (
            None,
            "no other contexts were tried than those that the data can produce",
        )


@pytest.mark.parametrize(
    ("reason", "words"),
    [("too many", "not counted: too many"), ("", "not defined: the rule decides after no context")],
)
def test_where_nothing_can_be_tried_there_is_no_number(
    learnt: Study, reason: str, words: str
) -> None:
    study = study_of(learnt.config, learnt.run).knowing(Verified((), reason))
    assert (seeds_perfect(study).value, seeds_perfect(study).text) == (None, words)
    for fact in (seeds_perfect_in_data(study), error_in_data(study)):
        assert (fact.value, fact.text) == (
            None,
            words.replace(
                "the rule decides after no context",
                "the data produce no context after which the rule decides",
            ),
        )
