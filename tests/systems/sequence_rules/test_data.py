"""Windows know what the rule demands; batches depend on (seed, step) alone."""

import numpy as np
import pytest

from reportgen.core.study import Study
from reportgen.errors import RuleError
from reportgen.rules.base import FREE
from reportgen.systems.sequence_rules.data import batches
from reportgen.systems.sequence_rules.followed import followed
from reportgen.systems.sequence_rules.windows import Sequences, Windows, windows


@pytest.fixture(scope="module")
def holdout(learnt: Study) -> Windows:
    return learnt.data.holdout_windows


def test_windows_agree_with_the_rule_asked_of_the_whole_prefix(
    learnt: Study, holdout: Windows
) -> None:
    """Every mark of 60 windows against `Rule.demand`, token by token."""
    rule, n_ctx = learnt.rule, learnt.config.model.n_ctx
    for w in range(0, len(holdout), len(holdout) // 60):
        whole = rule.tokens.decode(
            learnt.data.holdout.tokens[holdout.sequence[w]][
                : learnt.data.holdout.lengths[holdout.sequence[w]]
            ]
        )
        start = holdout.start[w]
        assert rule.tokens.decode(holdout.tokens[w]) == whole[start : start + n_ctx + 1]
        for i in range(n_ctx):
            demand = rule.demand(whole[: start + i + 1])
            assert holdout.constrained[w, i] == (demand != FREE)
            if demand != FREE:
                assert set(np.flatnonzero(holdout.allowed[w, i])) == set(
                    rule.tokens.encode(demand.tokens)
                )
                inside = demand.source is not None and demand.source >= start
                assert holdout.source[w, i] == (demand.source - start if inside else -1)
                assert holdout.visible[w, i] == inside
                assert holdout.hidden[w, i] == (not inside)


def test_no_sequence_is_broken_and_no_token_counted_twice(learnt: Study, holdout: Windows) -> None:
    assert not holdout.broken(holdout.targets).any()
    seen = {
        (s, o + i)
        for s, o in zip(holdout.sequence, holdout.start)
        for i in range(learnt.config.model.n_ctx)
    }
    assert len(seen) == len(holdout) * learnt.config.model.n_ctx


def test_broken_counts_only_constrained_positions(holdout: Windows) -> None:
    wrong = (holdout.targets + 1) % 12
    broken = holdout.broken(wrong)
    assert (broken <= holdout.constrained).all()
    unique = holdout.answer >= 0
    assert broken[unique].all()
    both = holdout.broken(np.stack([wrong, holdout.targets]))
    assert both[0].sum() == broken.sum()
    assert not both[1].any()


def test_train_validation_and_holdout_are_disjoint_draws(learnt: Study) -> None:
    d, c = learnt.data, learnt.config.data
    assert (len(d.train), len(d.validation), len(d.holdout)) == (
        c.sequences * 9 // 10,
        c.sequences // 10,
        c.holdout,
    )
    assert not (d.train.tokens[:200, :20] == d.holdout.tokens[:200, :20]).all(1).any()


def test_batches_depend_on_seed_and_step_alone(learnt: Study) -> None:
    d = learnt.data
    whole = batches(d.train, 8, 8, seed=3, data_seed=0, first=0, count=50)
    np.testing.assert_array_equal(
        whole[17:30], batches(d.train, 8, 8, seed=3, data_seed=0, first=17, count=13)
    )
    assert (whole != batches(d.train, 8, 8, seed=4, data_seed=0, first=0, count=50)).any()
    assert (whole != batches(d.train, 8, 8, seed=3, data_seed=1, first=0, count=50)).any()
    odd = batches(d.train, 8, 5, seed=3, data_seed=0, first=0, count=9)
    np.testing.assert_array_equal(
        odd[4:], batches(d.train, 8, 5, seed=3, data_seed=0, first=4, count=5)
    )


def test_batches_are_windows_of_the_training_text(learnt: Study) -> None:
    d = learnt.data
    drawn = batches(d.train, 8, 8, seed=0, data_seed=0, first=0, count=400)
    assert drawn.min() >= 0
    pieces = {
        tuple(s[o : o + 9]) for s, n in zip(d.train.tokens, d.train.lengths) for o in range(n - 8)
    }
    assert all(tuple(row) in pieces for row in drawn.reshape(-1, 9))


def test_window_starts_are_uniform(learnt: Study) -> None:
    """Every start of a sequence is reached, the last one too."""
    train = learnt.data.train[0:1]
    starts = [
        tuple(row)
        for row in batches(train, 8, 8, seed=0, data_seed=0, first=0, count=500).reshape(-1, 9)
    ]
    assert set(starts) == {tuple(train.tokens[0][o : o + 9]) for o in range(train.lengths[0] - 8)}


def test_demonstrations_follow_their_stated_rule(learnt: Study, holdout: Windows) -> None:
    shown = learnt.demonstrations
    assert len(np.unique(shown.inputs, axis=0)) == len(shown) == 3
    assert (shown.visible.sum(1) >= 2).all()
    assert shown.visible[:, -1].all()
    assert not shown.hidden.any()
    fit = holdout.visible[:, -1] & (holdout.visible.sum(1) >= 2) & ~holdout.hidden.any(1)
    assert shown.lag[0, -1] >= 3
    assert shown.lag[1, -1] == max(lag for lag in holdout.lag[fit, -1])
    different = [len(set(a[v])) for a, v in zip(holdout.answer[fit], holdout.visible[fit])]
    assert len(set(shown.answer[2][shown.visible[2]])) == max(different)


def test_too_few_demonstrations_say_what_to_do(holdout: Windows) -> None:
    with pytest.raises(RuleError) as error:
        followed(holdout[np.zeros(0, dtype=int)], 3)
    assert (
        str(error.value)
        == "only 0 different windows ask for two visible answers, the last of them at their end;"
        " the report wants 3 demonstrations: lower report.demonstrations or raise data.holdout"
    )


def test_a_source_before_the_window_is_hidden(learnt: Study) -> None:
    """By hand: 4 3 + 4, cut after the 4, asks for an answer nobody can see."""
    rule, table = learnt.rule, learnt.data.automaton
    tokens = rule.tokens.encode([4, 3, "+", 4, 1, 7, 9, "+", 4, 2])[None]
    text = Sequences(tokens, np.array([10]), table.walk(tokens))
    inside, outside = (
        windows(text, learnt.data.reader, 8, np.array([0, 0]), np.array([0, 1]))[0:1],
        windows(text, learnt.data.reader, 8, np.array([0, 0]), np.array([0, 1]))[1:2],
    )
    assert inside.source[0].tolist() == [-1, -1, 0, -1, -1, -1, -1, 3]
    assert outside.source[0].tolist() == [-1, -1, -1, -1, -1, -1, 2, -1]
    assert outside.hidden[0].tolist() == [False, True, *[False] * 6]
    assert outside.answer[0].tolist() == [-1, 4, -1, -1, -1, -1, 4, -1]
    assert outside.lag[0, 6] == 4
