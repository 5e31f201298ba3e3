"""Seeds that make no mistake: what is counted, what is told by a build, and what is said where nothing can be tried."""

import pytest

from reportgen.exact.verify import Verified, verify
from reportgen.facts.perfect import seeds_perfect
from reportgen.study import Study

FIRST = {"learnt": [5, 4, 2, 7], "unlearnt": [2, 2, 2]}


def test_every_seed_is_tried_up_to_its_first_mistake(study: Study) -> None:
    """The lengths at which the seeds of both committed runs err first, and the same from the whole check."""
    assert study.first_mistakes == FIRST["learnt" if len(study.run.seeds) == 4 else "unlearnt"]
    for index, length in enumerate(study.first_mistakes):
        weights, m = study.of_seed(index).weights, study.config.model
        assert verify(m, weights, study.data.reader, m.n_ctx, to_first_mistake=True).lengths[-1].length == length
        assert verify(m, weights, study.data.reader, 5).first_mistake == (length if length is not None and length <= 5 else None)


def test_seeds_without_a_mistake_are_counted(learnt: Study) -> None:
    """Two of four, as a build told it; parts say at what length the others err."""
    study = Study.of(learnt.config, learnt.run)
    small = verify(study.config.model, study.weights, study.data.reader, 4)
    fact = seeds_perfect(study.knowing(small, [None, 4, None, 4]))
    assert (fact.value, fact.n, fact.text, fact.details["k"]) == (0.5, 4, "2 of 4", 2)
    assert fact.details["tried"] == "every context of up to 4 tokens"
    assert [(name, part.value) for name, part in fact.parts] == [("err at length 4", 0.5)]


@pytest.mark.parametrize(("reason", "words"), [("too many", "not counted: too many"), ("", "not defined: no context asks")])
def test_where_nothing_can_be_tried_there_is_no_number(learnt: Study, reason: str, words: str) -> None:
    fact = seeds_perfect(Study.of(learnt.config, learnt.run).knowing(Verified((), reason)))
    assert (fact.value, fact.text) == (None, words)
