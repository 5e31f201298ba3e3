"""A reader's own sequence knows what the rule demands in it, as the rule itself says of each
beginning.
"""

import inspect
from dataclasses import replace

import numpy as np
import pytest
from conftest import committed

from reportgen.core.data.material import Material
from reportgen.errors import UsageError
from reportgen.rules.base import FREE

STUDY = committed("learnt")


def test_demands_are_those_of_the_rule() -> None:
    """On sequences that obey the rule and on such that break it, of every length."""
    config, rng, data = STUDY.config, np.random.default_rng(0), STUDY.data
    rule, met = config.rule, 0
    for length in range(1, config.model.n_ctx + 1):
        rows = rng.integers(len(rule.vocabulary), size=(6, length))
        rows[:, -1] = rule.tokens.id("+")
        rows[0, : length - 1] = rule.tokens.id(1)
        own = data.follow(config, rows)
        np.testing.assert_array_equal(own.inputs, rows)
        for i, row in enumerate(rows):
            tokens = rule.tokens.decode(row)
            for at in range(length):
                demand = rule.demand(tokens[: at + 1])
                assert own.constrained[i, at] == (demand != FREE)
                if demand != FREE:
                    met += 1
                    allowed = {t for t, may in zip(rule.vocabulary, own.allowed[i, at]) if may}
                    assert allowed == demand.tokens
                    assert own.source[i, at] == (-1 if demand.source is None else demand.source)
            assert own.allowed[i, -1, own.targets[i, -1]]
    assert met > 50


def test_where_the_rule_decides_nothing_there_is_nothing_to_show() -> None:
    with pytest.raises(UsageError) as error:
        STUDY.following(np.array([[3, 8, 1]]))
    assert str(error.value) == (
        "tokens: the rule decides after none of 3 8 1, and figures of plus_last_even show what it"
        " decides; end with a token after which it does, such as +"
    )


def test_own_sequences_take_the_place_of_the_demonstrations_alone() -> None:
    """What is known of the run stays; nothing of the own sequences reaches the others."""
    whole = replace(STUDY)
    before = whole.demonstrations.inputs.copy()
    own = whole.following(np.array([[3, 8, 11]]))
    assert own.shared.data is whole.shared.data
    assert not own.shared.looked_at
    assert own.demonstrations.inputs.tolist() == [[3, 8, 11]]
    assert own.shared.looked_at
    assert own.trace.logits.shape == (1, 3, 12)
    np.testing.assert_array_equal(whole.demonstrations.inputs, before)
    assert whole.trace.logits.shape == (len(before), 8, 12)


def test_data_that_follow_nothing_say_so() -> None:
    with pytest.raises(UsageError) as error:
        Material.follow(STUDY.data, STUDY.config, np.array([[1]]))
    assert str(error.value) == (
        "figures of plus_last_even cannot be drawn of a sequence of your own: Dataset has no method"
        f" `follow` ({inspect.getfile(type(STUDY.data))}); leave tokens out"
    )
