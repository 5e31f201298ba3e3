"""When traits emerge: networks whose every checkpoint was made by hand, and clouds against linear
programs.
"""

from dataclasses import replace

import numpy as np
import pytest
from claimwork import found_in
from lookups import listed
from test_originals import EVEN, PLUS, plane

from reportgen.core.exact.polygons import centre
from reportgen.core.exact.separation import separable, separable_each
from reportgen.core.study import Study, study_of
from reportgen.measure.claim import Verdict
from reportgen.measure.fact import Fact, Facts

FACTS, CLAIMS = listed("sequence_rules")


def over_time(study: Study, **changed: np.ndarray) -> Study:
    """The same study with weights [checkpoint, ..] replaced, for every seed."""
    parameters = dict(study.run.parameters)
    for name, values in changed.items():
        shape = parameters[name].shape
        parameters[name] = np.broadcast_to(values[None], shape).astype(np.float32)
    return study_of(study.config, replace(study.run, parameters=parameters))


def test_clouds_that_a_line_parts_are_those_of_the_linear_program() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(400, 5, 2)), rng.normal(size=(400, 4, 2))
    b += rng.uniform(0, 4, (400, 1, 1))
    found = separable_each(a, b)
    assert 0.2 < found.mean() < 0.9
    assert found.tolist() == [separable(*clouds) for clouds in zip(a, b)]
    assert not separable_each(a, np.concatenate([b, a[:, :1]], 1)).any()


def test_centre_of_pieces_whichever_way_they_run() -> None:
    square = np.array([[0.0, 0.0], [2, 0], [2, 2], [0, 2]])
    assert centre([square, square[::-1] + [4, 0]]) == pytest.approx([3, 1])


def test_the_trigger_leaves_at_the_checkpoint_at_which_it_was_moved(learnt: Study) -> None:
    count = len(learnt.run.steps)
    tables = np.repeat(plane()[None], count, 0)
    tables[:5, PLUS] = tables[0, :PLUS].mean(0)
    study = over_time(learnt, W_E=tables)
    fact = FACTS["onset_trigger_leaves"](study)
    assert fact.value == learnt.run.steps[5]
    assert fact.details["stays"]
    assert FACTS["onset_separable"](study).value == 0
    tables[-1, PLUS] = tables[0, PLUS]
    assert not FACTS["onset_trigger_leaves"](over_time(learnt, W_E=tables)).details["stays"]


@pytest.mark.parametrize(
    ("claim", "step", "stays", "verdict"),
    [
        ("original_leaves", 5_000, True, Verdict.HOLDS),
        ("original_leaves", 5_100, True, Verdict.PARTLY),
        ("original_leaves", 4_000, False, Verdict.PARTLY),
        ("original_leaves", 0, True, Verdict.PARTLY),
        ("original_leaves", None, False, Verdict.FAILS),
        ("original_split", 5_000, True, Verdict.HOLDS),
        ("original_split", 10_000, True, Verdict.HOLDS),
        ("original_split", 10_000, False, Verdict.PARTLY),
        ("original_split", 10_100, True, Verdict.PARTLY),
        ("original_split", 4_900, True, Verdict.PARTLY),
        ("original_split", None, False, Verdict.FAILS),
    ],
)
def test_spans_of_steps(claim: str, step: float | None, stays: bool, verdict: Verdict) -> None:
    one = Fact(step, "step", 9, "checkpoints", exhaustive=True, details=dict(stays=stays))
    facts = dict.fromkeys(("onset_trigger_leaves", "onset_separable"), one)
    assert CLAIMS[claim].decide(Facts(facts)).verdict is verdict


def test_positions_that_are_ordered_by_half_do_not_order_themselves_throughout(
    learnt: Study,
) -> None:
    steps = np.asarray(learnt.run.steps)
    half = int(np.abs(steps - steps[-1] / 2).argmin())
    ladder = np.stack([np.arange(8.0), np.zeros(8)], 1)
    mixed, nearly = ladder[[3, 0, 5, 2, 7, 1, 6, 4]], ladder[[1, 0, 2, 3, 4, 5, 6, 7]]
    tables = np.stack([mixed] * half + [ladder] * (len(steps) - half))
    done = over_time(learnt, W_pos=tables)
    assert FACTS["positions_ordering"](done).value == 1
    assert found_in(done, "sequence_rules", "original_ordering") is Verdict.PARTLY
    tables[half] = nearly
    slow = over_time(learnt, W_pos=tables)
    assert found_in(slow, "sequence_rules", "original_ordering") is Verdict.HOLDS
    back = over_time(learnt, W_pos=tables[::-1])
    assert found_in(back, "sequence_rules", "original_ordering") is Verdict.FAILS


def test_values_out_of_the_order_of_their_cells_are_named(learnt: Study) -> None:
    fact = FACTS["values_in_order"](learnt)
    assert (fact.value, fact.n) == (1, 15)
    embedded = learnt.weights["W_E"].copy()
    embedded[[0, 10]] = embedded[[10, 0]]
    swapped = FACTS["values_in_order"](over_time(learnt, W_E=embedded[None]))
    assert (swapped.value or 0) < 1
    assert "0 and 10" in swapped.details["swapped"]


def test_the_nearest_pair_of_queries_by_a_loop(learnt: Study) -> None:
    q, found = learnt.lattice.q(head=0), {}
    for token in range(PLUS):
        for at in range(8):
            for own in range(8):
                a, b = q[token, at], q[PLUS, own]
                cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
                found[token, at, own] = np.degrees(np.arccos(cosine))
    fact = FACTS["trigger_query_least"](learnt)
    token, at, own = min(found, key=lambda pair: found[pair])
    assert fact.value == pytest.approx(found[token, at, own])
    assert (fact.details["token"], fact.details["at"]) == (str(token), str(at))
    assert fact.details["within"] == sum(turn <= 90 for turn in found.values())
    assert len(EVEN) < len(fact.parts) == 11


def test_one_query_that_points_the_same_way_is_no_opposition(learnt: Study) -> None:
    """Means may be opposite while a single query is not: then the claim holds in part alone."""
    turn = Fact(170.0, "degrees", 96, "queries", exhaustive=True)
    least = lambda value: Fact(
        value,
        "degrees",
        704,
        "pairs",
        exhaustive=True,
        parts=(("3", Fact(value, "degrees", 64, "pairs", exhaustive=True)),),
    )
    decide = CLAIMS["trigger_queries_opposed"].decide
    for value, verdict in ((91.0, Verdict.HOLDS), (80.0, Verdict.PARTLY)):
        facts = Facts(dict(trigger_query_turn=turn, trigger_query_least=least(value)))
        assert decide(facts).verdict is verdict
