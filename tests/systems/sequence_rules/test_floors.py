"""Floors against enumeration of every window, against samples, and against numbers worked out by
hand.
"""

import dataclasses
from itertools import product

import numpy as np
import pytest
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core.data.material import stream
from reportgen.core.study import Study
from reportgen.errors import RuleError
from reportgen.rules.automaton import tabulate
from reportgen.rules.plus_last_even import PlusLastEven
from reportgen.rules.reader import reader
from reportgen.systems.sequence_rules import beliefs
from reportgen.systems.sequence_rules import floors as exact
from reportgen.systems.sequence_rules.data import batches, sample
from reportgen.systems.sequence_rules.windows import windows

RULE, LENGTH, N_CTX = PlusLastEven(highest=3, plus_share=0.4), (4, 6), 3


def every_window() -> dict[tuple[int, ...], float]:
    """The chance of each training window of a tiny rule, from every whole sequence and `Rule.law`
    alone.
    """
    chance: dict[tuple[int, ...], float] = {}
    tokens = RULE.tokens.tokens
    for length in range(LENGTH[0], LENGTH[1] + 1):
        for ids in product(range(len(tokens)), repeat=length):
            p = np.prod([RULE.law([tokens[i] for i in ids[:at]])[ids[at]] for at in range(length)])
            starts = length - N_CTX
            for start in range(starts if p else 0):
                window = ids[start : start + N_CTX + 1]
                chance[window] = chance.get(window, 0) + p / starts / (LENGTH[1] - LENGTH[0] + 1)
    return chance


def conditional_entropy(chance: dict[tuple[int, ...], float], known: slice, target: int) -> float:
    """H(token `target` | tokens `known`) of windows, in nats."""
    joint: dict[tuple, float] = {}
    seen: dict[tuple, float] = {}
    for window, p in chance.items():
        joint[window[known], window[target]] = joint.get((window[known], window[target]), 0) + p
        seen[window[known]] = seen.get(window[known], 0) + p
    return -sum(p * np.log(p / seen[context]) for (context, _), p in joint.items() if p)


def test_enumeration_of_every_window_gives_the_same_floors() -> None:
    """A tiny rule, all sequences, no automaton: floors by position, of each window, unigram and
    bigram.
    """
    chance = every_window()
    assert sum(chance.values()) == pytest.approx(1)
    found = exact.floors_of(tabulate(RULE, LENGTH[1]), LENGTH, N_CTX)
    wanted = [conditional_entropy(chance, slice(0, i + 1), i + 1) for i in range(N_CTX)]
    np.testing.assert_allclose(found.by_position, wanted, atol=1e-12)
    assert found.window == pytest.approx(np.mean(wanted), abs=1e-12)
    pairs: dict[tuple[int, ...], float] = {}
    for window, p in chance.items():
        for i in range(N_CTX):
            pairs[window[i : i + 2]] = pairs.get(window[i : i + 2], 0) + p / N_CTX
    assert found.bigram == pytest.approx(conditional_entropy(pairs, slice(0, 1), 1), abs=1e-12)
    assert found.unigram == pytest.approx(conditional_entropy(pairs, slice(0, 0), 1), abs=1e-12)


def test_each_window_has_the_floor_that_bayes_gives_it() -> None:
    """`predict` is the posterior of the next token, window by window, against the enumeration."""
    chance, table = every_window(), tabulate(RULE, LENGTH[1])
    found = exact.floors_of(table, LENGTH, N_CTX)
    drawn = sample(table, stream(5), 200, LENGTH)
    cut = windows(
        drawn, reader(table, LENGTH, N_CTX), N_CTX, np.arange(200), np.zeros(200, dtype=np.int64)
    )
    law = found.predict(cut)
    for row, window in zip(law, cut.tokens):
        for i in range(N_CTX):
            after = np.zeros(len(RULE.tokens))
            for other, p in chance.items():
                if other[: i + 1] == tuple(window[: i + 1]):
                    after[other[i + 1]] += p
            np.testing.assert_allclose(row[i], after / after.sum(), atol=1e-10)
    np.testing.assert_allclose(found.of(cut), exact.entropy(law))


def test_the_numbers_of_the_report(learnt: Study) -> None:
    """By hand: a free position has 2.2894 nats, a hidden answer ln 6, a visible one 0."""
    floors = learnt.floors
    assert (floors.unigram, floors.bigram, floors.window) == pytest.approx(
        (2.3549, 2.1749, 1.8379), abs=5e-5
    )
    free = -0.3 * np.log(0.3) - 0.7 * np.log(0.7 / 11)
    windows = learnt.data.holdout_windows
    of = floors.of(windows)
    assert of[windows.visible].max() == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(of[~windows.constrained], free, atol=1e-9)
    np.testing.assert_allclose(of[windows.hidden], np.log(6), atol=1e-9)
    np.testing.assert_allclose(floors.after[:-1].sum(1), 1)


@pytest.mark.parametrize(("name", "floor"), [("lucky7", 1.584), ("lucky7_open", 1.735)])
def test_a_text_that_may_get_stuck_has_a_lower_floor(name: str, floor: float) -> None:
    """As another program worked them out."""
    shown = configs.load(CONFIGS / f"{name}.yaml")
    table = tabulate(shown.rule, shown.data.length[1])
    found = exact.floors_of(table, shown.data.length, shown.model.n_ctx)
    assert found.window == pytest.approx(floor, abs=5e-4)


def test_far_from_the_start_the_floors_are_the_stationary_ones(learnt: Study) -> None:
    """Entropy by position where windows start so late that the first token no longer matters."""
    table = tabulate(learnt.rule, 60)
    late = exact.floors_of(table, (60, 60), 8)
    # one start in fifty-two is the very first token, where no trigger can stand
    stationary = np.array([2.1746, 1.8926, 1.8029, 1.7744, 1.7653, 1.7624, 1.7615, 1.7612])
    np.testing.assert_allclose(late.by_position, stationary, atol=3e-3)


def test_windows_of_training_have_these_floors_on_average(learnt: Study) -> None:
    """Windows drawn as training draws them: the mean of their floors is the floor of the law,
    within sampling error.
    """
    table = learnt.data.automaton
    drawn = sample(table, stream(11), 4_000, learnt.config.data.length)
    rng = stream(12)
    starts = (rng.random(len(drawn)) * (drawn.lengths - 8)).astype(np.int64)
    of = learnt.floors.of(
        windows(drawn, learnt.data.reader, 8, np.arange(len(drawn)), starts)
    ).mean(1)
    assert abs(of.mean() - learnt.floors.window) < 4 * of.std() / np.sqrt(len(of))
    tokens = batches(learnt.data.train, 8, 64, 0, 0, 0, 500)[..., 1:]
    share = np.bincount(tokens.ravel(), minlength=12) / tokens.size
    np.testing.assert_allclose(share, learnt.floors.shares, atol=5e-3)


def test_a_window_that_cannot_be_is_named(learnt: Study) -> None:
    """A trigger after a trigger has no floor."""
    impossible = learnt.data.holdout_windows[:1]
    tokens = impossible.tokens.copy()
    tokens[0, 2:4] = learnt.trigger
    with pytest.raises(RuleError) as error:
        learnt.floors.of(dataclasses.replace(impossible, tokens=tokens))
    assert (
        str(error.value)
        == f"window 0 with the ids {tokens[0, :-1].tolist()} cannot come from this rule: its token"
        " 3 is impossible there; take windows drawn from the rule"
    )


def test_too_many_beliefs_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beliefs, "MOST_BELIEFS", 3)
    with pytest.raises(RuleError) as error:
        exact.floors_of(tabulate(RULE, LENGTH[1]), LENGTH, N_CTX)
    assert (
        str(error.value)
        == "a reader of windows can hold more than 3 different beliefs about this rule; lower"
        " model.n_ctx, or let `state` forget what no longer matters"
    )


def test_the_best_blind_guess(learnt: Study) -> None:
    """After the trigger six answers are equally likely; in the tiny rule, enumeration says the
    same.
    """
    assert learnt.floors.blind == pytest.approx(5 / 6, abs=1e-9)
    windows = learnt.data.holdout_windows
    least = learnt.floors.least_error(windows)
    np.testing.assert_allclose(least[windows.visible | ~windows.constrained], 0, atol=1e-9)
    # while no even number has come, any of them will do, so a hidden answer is a little easier than
    # one in six
    assert 0.7 < least[windows.hidden].mean() < 5 / 6
    asked, right = 0.0, dict.fromkeys(range(len(RULE.tokens)), 0.0)
    for length in range(LENGTH[0], LENGTH[1] + 1):
        for ids in product(range(len(RULE.tokens)), repeat=length - 1):
            prefix = [RULE.tokens.tokens[i] for i in ids]
            p = np.prod([RULE.law(prefix[:at])[ids[at]] for at in range(length - 1)])
            for at in range(length - 1) if p else ():
                demand = RULE.demand(prefix[: at + 1])
                seen = [
                    demand.source is not None and start <= demand.source and at < start + N_CTX
                    for start in range(length - N_CTX)
                ]
                share = p * sum(seen) / (length - N_CTX)
                asked += share
                for token in demand.tokens:
                    right[RULE.tokens.id(token)] += share
    found = exact.floors_of(tabulate(RULE, LENGTH[1]), LENGTH, N_CTX)
    assert found.blind == pytest.approx(1 - max(right.values()) / asked, abs=1e-12)
