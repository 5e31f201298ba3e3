"""Sequences that repeat themselves: their rule, their floors, and what may not be configured."""

import math
import re
from collections import defaultdict
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from conftest import committed
from lookups import draw
from places import ROOT

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.study import study_of
from reportgen.errors import ConfigError, RuleError, RunError
from reportgen.rules.repeated_tokens import RepeatedTokens
from reportgen.systems.repeated_sequences.floors import floors


def tiny(symbols: int, period: tuple[int, int], n_ctx: int) -> Config:
    base = configs.load(ROOT / "configs" / "induction.yaml")
    return replace(
        base,
        rule=RepeatedTokens(symbols, period),
        model=base.model.model_copy(update=dict(n_ctx=n_ctx)),
    )


@pytest.mark.parametrize(
    ("symbols", "period", "n_ctx"), [(4, (2, 3), 6), (5, (2, 5), 7), (4, (3, 3), 5), (3, (2, 3), 5)]
)
def test_floors_are_those_of_every_sequence_there_is(
    symbols: int, period: tuple[int, int], n_ctx: int
) -> None:
    """Brute force: every period with every order of tokens, each prefix with the true chances of
    its next token.
    """
    chance: dict[tuple[int, ...], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    periods = range(period[0], period[1] + 1)
    for p in periods:
        blocks = list(permutations(range(symbols), p))
        for block in blocks:
            text = [block[i % p] for i in range(n_ctx + 1)]
            for i in range(n_ctx):
                chance[tuple(text[: i + 1])][text[i + 1]] += 1 / len(periods) / len(blocks)
    by_position = np.zeros(n_ctx)
    found = floors(tiny(symbols, period, n_ctx))
    for prefix, following in chance.items():
        total = sum(following.values())
        entropy = -sum(p / total * math.log(p / total) for p in following.values())
        by_position[len(prefix) - 1] += total * entropy
        wanted = 0.0 if len(set(prefix)) < len(prefix) else found.after[len(prefix) - 1]
        assert entropy == pytest.approx(wanted, abs=1e-12)
    assert found.by_position == pytest.approx(by_position, abs=1e-12)
    assert found.law == pytest.approx(by_position.mean())


def test_floors_of_drawn_sequences_are_near_the_law() -> None:
    """The mean over a thousand held-out sequences, where a token has come twice being certain."""
    config = configs.load(ROOT / "configs" / "induction.yaml")
    data, found = draw(config), floors(config)
    here = found.of(data.holdout.told)
    assert (here[data.holdout.told] == 0).all()
    assert here.mean() == pytest.approx(found.law, abs=0.03)
    assert found.after[0] == pytest.approx(math.log(31))
    assert found.after[19] == 0  # after twenty different tokens the first one must come


def test_the_rule_agrees_with_the_floors() -> None:
    """The entropy of the rule's own weights, position by position."""
    rule = RepeatedTokens(6, (2, 4))
    found = floors(tiny(6, (2, 4), 8))
    for n in range(1, 5):
        weights = rule.weights(rule.vocabulary[:n])
        assert -sum(w * math.log(w) for w in weights if w) == pytest.approx(found.after[n - 1])


def test_copies_and_what_follows_them_by_hand() -> None:
    """a b c a b: the second a has one copy, and b follows it."""
    config = tiny(4, (3, 3), 5)
    sequences = draw(config).holdout
    copies, follows = sequences.copies[0], sequences.follows[0]
    assert [tuple(map(int, at)) for at in np.argwhere(copies)] == [(3, 0), (4, 1)]
    assert [tuple(map(int, at)) for at in np.argwhere(follows)] == [(3, 1), (4, 2)]
    assert sequences.source[0].tolist() == [-1, -1, -1, 1, 2]


@pytest.mark.parametrize("period", [(5, 4), (3, 9)])
def test_a_period_that_cannot_be_is_told(period: tuple[int, int]) -> None:
    message = (
        f"period: got [{period[0]}, {period[1]}], allowed: the shortest first, and at most 8, the"
        " number of different tokens (symbols)"
    )
    with pytest.raises(RuleError) as error:
        RepeatedTokens(8, period)
    assert str(error.value) == message
    values = configs.load(ROOT / "configs" / "induction.yaml").as_dict()
    values["rule"] |= dict(symbols=8, period=list(period))
    with pytest.raises(ConfigError) as refused:
        configs.from_values(values)
    assert message in str(refused.value)


def test_a_run_of_another_network_is_not_studied() -> None:
    study, other = committed("unlearnt"), committed("repeats_unlearnt")
    with pytest.raises(RunError) as error:
        study_of(study.config, other.run)
    assert re.fullmatch(
        r"the stored run of induction is of another network \(.*\); build it again with --force"
        r" train",
        str(error.value),
    )
