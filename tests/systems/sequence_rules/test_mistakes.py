"""The table of mistakes: read as a reader of the page would, and every context answered one by
one.
"""

from itertools import product
from typing import Any

import numpy as np
import pytest
from conftest import committed
from test_facts_of_rules import untrained

from reportgen.core.exact.exhaustive import MOST_FAILING
from reportgen.core.exact.verify import Verified, verify
from reportgen.core.interventions import run
from reportgen.core.study import study_of
from reportgen.systems.sequence_rules.facts.mistakes import mistakes_told
from reportgen.systems.sequence_rules.view import Study

LENGTH = 4


def short(name: str, length: int = LENGTH, most: int = MOST_FAILING) -> Study:
    """A run of which only shorter contexts were tried, and so many wrong ones listed at most."""
    study = study_of(committed(name).config, committed(name).run)
    found = verify(study.config.model, study.weights, study.data.reader, length, most=most)
    return study.knowing(found, [(None, None)] * 9)


def told(rows: list[dict[str, Any]], context: list[str], right: str, position: int) -> str:
    """What the page says that the network says."""
    for row in rows:
        if (row["position"], row["answer"]) == (position, right):
            if row["at"] is None:
                return row["says"] if row["applies"] else right
            return row["says"] if context[row["at"]] in row["tokens"] else right
    return right


@pytest.mark.parametrize("most", [MOST_FAILING, 1])
@pytest.mark.parametrize("name", ["learnt", "unlearnt"])
def test_the_table_tells_as_many_answers_as_it_says(name: str, most: int) -> None:
    """Every context of four tokens, or of five, where the network that learnt errs first: the
    rule by itself, answers by a forward pass; where wrong contexts are listed, and where they are
    only counted.
    """
    length = 5 if name == "learnt" else LENGTH
    study = short(name, length, most)
    fact = mistakes_told(study)
    rows = fact.details["rows"]
    tokens = np.array(list(product(range(len(study.tokens)), repeat=length)))
    demands = [study.rule.demand([study.rule.tokens.tokens[t] for t in row]) for row in tokens]
    asked = [i for i, d in enumerate(demands) if d.source is not None and len(d.tokens) == 1]
    said = run(study.config.model, study.weights, tokens[asked]).logits[:, -1].argmax(-1)
    right = wrong = 0
    for i, answer in zip(asked, said):
        context, source = [study.tokens[t] for t in tokens[i]], demands[i].source
        right += told(rows, context, context[source], source) == study.tokens[answer]
        wrong += study.tokens[answer] != context[source]
    assert fact.n == len(asked)
    assert fact.value == pytest.approx(right / len(asked))
    assert wrong == study.verified.lengths[-1].wrong.sum() > 0
    for row in rows:
        assert told(rows, row["example"], row["answer"], row["position"]) in (
            row["says"],
            row["answer"],
        )


def test_a_reader_of_the_page_tells_what_fails(learnt: Study) -> None:
    """Nearly every wrong context of a whole window, by the rows alone."""
    full, rows = learnt.verified.lengths[-1], mistakes_told(learnt).details["rows"]
    some = np.random.default_rng(0).choice(len(full.failing.lag), 500, replace=False)
    hits = 0
    for i in some:
        context = [learnt.tokens[t] for t in full.failing.contexts[i]]
        right, position = learnt.tokens[full.failing.answer[i]], 7 - int(full.failing.lag[i])
        hits += told(rows, context, right, position) == learnt.tokens[full.failing.chosen[i]]
    assert hits > 490


def test_where_too_many_go_wrong_what_is_said_is_counted(unlearnt: Study) -> None:
    """The counts are those of the listed contexts, where these are few enough to be listed."""
    listed, counted = short("unlearnt"), short("unlearnt", most=1)
    full, same = listed.verified.lengths[-1], counted.verified.lengths[-1]
    by_hand = np.zeros_like(full.said)
    np.add.at(by_hand, (full.failing.lag, full.failing.answer, full.failing.chosen), 1)
    assert (full.said == by_hand).all()
    assert (same.said == by_hand).all()
    assert not same.failing.complete
    fact = mistakes_told(unlearnt)
    assert not fact.details["listed"]
    assert fact.exhaustive
    rows = fact.details["rows"]
    assert {row["at"] for row in rows} == {None}
    assert len(rows) + fact.details["more"] == (unlearnt.verified.lengths[-1].wrong > 0).sum()


def test_where_no_position_holds_the_answer_the_answer_alone_sorts() -> None:
    study = untrained("successor")
    fact = mistakes_told(study_of(study.config, study.run))  # one that was told of no contexts
    assert fact.value is not None
    assert {row["position"] for row in fact.details["rows"]} == {None}


def test_where_nothing_can_be_tried_there_is_no_table(learnt: Study) -> None:
    study = study_of(learnt.config, learnt.run).knowing(Verified((), "too many"))
    assert mistakes_told(study).text == "not counted: too many"
