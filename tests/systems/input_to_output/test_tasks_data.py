"""Every input once, on one side; full batches; the three ways to split."""

from pathlib import Path

import numpy as np
import pytest
from lookups import draw
from taskwork import mine

from reportgen.core.train import train


def test_every_input_is_on_one_side(tmp_path: Path) -> None:
    data = draw(mine(tmp_path))
    train_rows, held = ({tuple(row) for row in part.tokens} for part in (data.train, data.holdout))
    assert train_rows | held == {(a, b, abs(a - b)) for a in range(6) for b in range(6)}
    assert not train_rows & held
    assert len(data.train) == 18
    np.testing.assert_array_equal(data.wanted[:, 0], data.rows.tokens[:, -1])


def test_few_inputs_may_train(tmp_path: Path) -> None:
    data = draw(mine(tmp_path, data=dict(train_share=0.06), training=dict(batch=2)))
    assert len(data.train) == 2
    assert not data.everything


def test_listed_inputs_train(tmp_path: Path) -> None:
    listed = [[5, 0], [0, 1], [3, 3]]
    data = draw(
        mine(
            tmp_path,
            data=dict(split="list", train=listed, train_share=None),
            training=dict(batch=3),
        )
    )
    assert data.train.tokens.tolist() == [[0, 1, 1], [3, 3, 0], [5, 0, 5]]


def test_a_hash_puts_an_input_on_its_side_whatever_others_there_are(tmp_path: Path) -> None:
    """With a larger alphabet the inputs that were there stay where they were."""
    text = (Path(__file__).parent / "taskwork.py").read_text(encoding="utf-8")
    assert text.count("range(6)") == 1
    from taskwork import RULE

    small, large = (
        draw(mine(tmp_path, RULE.replace("range(6)", f"range({n})"), data=dict(split="hash")))
        for n in (6, 9)
    )
    sides = lambda data: {
        tuple(row[:2]): bool(side) for row, side in zip(data.rows.tokens.tolist(), data.in_train)
    }
    assert sides(small).items() <= sides(large).items()
    other = draw(mine(tmp_path, data=dict(split="hash", seed=1)))
    assert sides(small) != sides(other)


def test_where_every_input_trains_none_is_held_out(tmp_path: Path) -> None:
    config = mine(tmp_path, data=dict(train_share=1), training=dict(batch=36))
    data, run = draw(config), train(config)
    assert data.everything
    assert not len(data.holdout)
    assert len(data.demonstrations(2)) == 2
    for name in ("loss", "right"):
        held = "validation_loss" if name == "loss" else f"holdout_{name}"
        np.testing.assert_array_equal(run.history[f"train_{name}"], run.history[held])


def test_a_full_batch_is_every_training_input_once(tmp_path: Path) -> None:
    config = mine(tmp_path, training=dict(batch=18))
    data = draw(config)
    batches = data.batches(config, 0, 3, 2)
    assert batches.shape == (2, 18, 3)
    for batch in batches:
        np.testing.assert_array_equal(batch, data.train.tokens)


def test_batches_pass_over_all_training_inputs(tmp_path: Path) -> None:
    """Two batches of nine are all eighteen; a step has its batch however it is asked for."""
    config = mine(tmp_path)
    data = draw(config)
    both = data.batches(config, 0, 4, 2)
    assert {tuple(row) for batch in both for row in batch} == set(map(tuple, data.train.tokens))
    np.testing.assert_array_equal(both[1], data.batches(config, 0, 5, 1)[0])
    assert (both != data.batches(config, 1, 4, 2)).any()


def test_the_loss_counts_the_output_alone(tmp_path: Path) -> None:
    """From the last token before it on."""
    data = draw(mine(tmp_path))
    assert (data.first_scored, data.head, data.width) == (1, 2, 1)
    assert data.queries.tolist() == [1]


@pytest.mark.parametrize("token", [0, 5])
def test_tokens_as_answers(tmp_path: Path, token: int) -> None:
    data = draw(mine(tmp_path))
    assert data.as_answers(np.array([token])) == [token]
