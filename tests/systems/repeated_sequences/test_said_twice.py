"""Random tokens said twice, as others measure heads: each number beside one computed by hand, and
the draws that a configuration asks for.
"""

from dataclasses import replace

import numpy as np
import pytest
from conftest import committed

from reportgen.core import config as configs
from reportgen.core.study import Study, study_of
from reportgen.errors import ConfigError
from reportgen.measure.fact import Fact
from reportgen.systems.repeated_sequences.facts.literature import said_twice
from reportgen.systems.repeated_sequences.facts.reading import name_of
from reportgen.systems.repeated_sequences.facts.said_twice import (
    loss_twice,
    previous_twice,
    right_twice,
    stripe_twice,
)

HALF, COUNT = 9, 6


@pytest.fixture(scope="module")
def repeats() -> Study:
    return committed("repeats_learnt")


@pytest.fixture(scope="module")
def asked(repeats: Study) -> Study:
    """A study whose configuration says how many sequences, and of how many tokens."""
    data = repeats.config.data.model_copy(update=dict(said_twice=(COUNT, HALF)))
    return study_of(replace(repeats.config, data=data), repeats.run)


def test_the_draws_are_those_of_numpy(asked) -> None:
    drawn = np.random.default_rng(asked.config.data.seed).integers(
        0, len(asked.tokens), (COUNT, HALF)
    )
    np.testing.assert_array_equal(said_twice(asked).tokens, np.concatenate([drawn, drawn], 1))


def test_where_heads_look(asked) -> None:
    """Position by position: one before, and one after the earlier copy."""
    pattern = said_twice(asked).pattern()
    heads = {
        name_of(asked, (layer, head)): pattern[:, layer, head]
        for layer in range(pattern.shape[1])
        for head in range(pattern.shape[2])
    }
    before = {
        name: np.mean([each[:, q, q - 1] for q in range(1, 2 * HALF)])
        for name, each in heads.items()
    }
    after = {
        name: np.mean([each[:, q, q - HALF + 1] for q in range(HALF, 2 * HALF - 1)])
        for name, each in heads.items()
    }
    for found, by_hand in ((previous_twice(asked), before), (stripe_twice(asked), after)):
        values = {name: part.value for name, part in found.parts}
        assert values == pytest.approx(by_hand)
        assert found.value == max(values.values())


def test_what_is_said(asked) -> None:
    trace = said_twice(asked)
    surprise, right = np.zeros((COUNT, 2 * HALF - 1)), np.zeros((COUNT, 2 * HALF - 1))
    for row, tokens in enumerate(trace.tokens):
        for q in range(2 * HALF - 1):
            scores = trace.logits[row, q]
            surprise[row, q] = np.log(np.exp(scores).sum()) - scores[tokens[q + 1]]
            right[row, q] = scores.argmax() == tokens[q + 1]
    parts: dict[str, Fact] = dict(loss_twice(asked).parts)
    assert parts["in the copy"].value == pytest.approx(surprise[:, HALF:].mean())
    assert parts["before the copy"].value == pytest.approx(surprise[:, : HALF - 1].mean())
    assert right_twice(asked).value == pytest.approx(right[:, HALF:].mean())
    assert parts["in the copy"].n == COUNT * (HALF - 1)


def test_what_does_not_fit_into_a_window(repeats) -> None:
    values = repeats.config.as_dict()
    values["data"] |= dict(said_twice=[4, 40])  # type: ignore[operator]
    with pytest.raises(ConfigError) as caught:
        configs.from_values(values)
    most = repeats.config.model.n_ctx // 2
    assert list(caught.value.problems) == [
        f"config: data.said_twice: got 40 tokens, said twice, allowed: at most {most}, half of"
        " model.n_ctx"
    ]
