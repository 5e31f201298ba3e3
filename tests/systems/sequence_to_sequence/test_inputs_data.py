"""All inputs, two ways to hold some of them out, and a training on both at once."""

import dataclasses

import numpy as np
import pytest
from lookups import draw
from rulework import CONFIGS
from stopped import resumed

from reportgen.core import config as configs
from reportgen.core import train
from reportgen.core.config import Config
from reportgen.core.data.material import BESIDE
from reportgen.errors import ConfigError
from reportgen.systems.sequence_to_sequence.data import MOST


def shipped(name: str) -> Config:
    return configs.load(CONFIGS / f"{name}.yaml")


def small(**data: object) -> Config:
    """Four digits, three steps, two seeds."""
    config = shipped("reverse_increment_4")
    training = config.training.model_copy(update=dict(steps=3, seeds=2, checkpoint_every=2))
    return dataclasses.replace(config, training=training, data=config.data.model_copy(update=data))


def test_the_lexicographic_holdout_is_a_corner() -> None:
    """The last 56 of 256 inputs begin with 3, and 8 of the 200 others do; the last 5,536 of 65,536
    begin with 3 2 or 3 3, the first of them with 3 2 2 2.
    """
    four, eight = draw(shipped("reverse_increment_4")), draw(shipped("reverse_increment_8"))
    assert len(four.train), len(four.holdout) == (200, 56)
    assert set(four.holdout.tokens[:, 1]) == {3}
    assert (four.train.tokens[:, 1] == 3).sum() == 8
    assert (len(eight.train), len(eight.holdout)) == (60_000, 5_536)
    assert {tuple(row) for row in eight.holdout.tokens[:, 1:3]} == {(3, 2), (3, 3)}
    assert tuple(eight.holdout.tokens[0, 1:5]) == (3, 2, 2, 2)
    assert not (eight.holdout.tokens[:, 1:5] == (3, 2, 2, 2)).all()


def test_every_row_is_an_input_with_its_output() -> None:
    data = draw(shipped("reverse_increment_8"))
    digits, outputs = data.rows.tokens[:, 1:9], data.rows.tokens[:, 9:]
    np.testing.assert_array_equal(outputs, (digits[:, ::-1] + 1) % 4)
    assert len({tuple(row) for row in digits}) == 4**8


def test_the_split_beside_is_that_of_its_own_configuration() -> None:
    """The data beside a split are those that the configuration with the other split draws."""
    mine, other = draw(shipped("reverse_increment_4")), draw(shipped("reverse_increment_4_random"))
    np.testing.assert_array_equal(mine.beside.held_out, other.held_out)
    np.testing.assert_array_equal(other.beside.held_out, mine.held_out)
    assert mine.beside.beside is None
    assert draw(small(beside=None)).beside is None


def test_the_probe_holds_all_inputs_or_some_of_each_kind() -> None:
    four, eight = draw(shipped("reverse_increment_4")), draw(shipped("reverse_increment_8"))
    assert four.complete
    assert not eight.complete
    assert len(eight.probe) == 2 * MOST
    assert eight.unseen.sum() == MOST
    held = {tuple(row) for row in eight.holdout.tokens}
    assert [tuple(row) in held for row in eight.probe.tokens] == eight.unseen.tolist()


def test_seeds_on_both_splits_are_those_trained_on_each_alone() -> None:
    """Trained together, the networks of either split have the history they have when trained by
    themselves, from the same first weights.
    """
    both, one, other = (
        train.train(small()),
        train.train(small(beside=None)),
        train.train(small(split="random", beside=None)),
    )
    assert both.seeds == one.seeds == (0, 1)
    for name, values in one.parameters.items():
        # the same for all keys, b_K changes no score: its gradient is what rounding leaves
        near = 1e-3 if name == "b_K" else 1e-6
        np.testing.assert_allclose(both.parameters[name], values, atol=near, err_msg=name)
    for name, values in one.history.items():
        np.testing.assert_allclose(both.history[name], values, atol=1e-5, err_msg=name)
    for name, values in other.history.items():
        np.testing.assert_allclose(both.history[f"{BESIDE}{name}"], values, atol=1e-5, err_msg=name)
    assert both.history["mirror"].shape == (2, 3, 2)


def test_a_killed_training_on_both_splits_goes_on(tmp_path) -> None:
    config = small()
    whole, again = train.train(config), resumed(config, 2, tmp_path / "partial.safetensors")
    for name, values in whole.history.items():
        np.testing.assert_array_equal(again.history[name], values, err_msg=name)


def test_a_split_cannot_stand_beside_itself() -> None:
    """The error names the key, what it got, and what is allowed."""
    values = shipped("reverse_increment_4").as_dict()
    values["data"]["beside"] = "lexicographic"
    with pytest.raises(
        ConfigError,
        match=(
            r"data\.beside: got 'lexicographic', the split that data\.split names already; allowed:"
            r" the other one, or no such key"
        ),
    ):
        configs.from_values(values)


def test_the_random_sibling_differs_in_its_split_alone() -> None:
    flat = lambda of: {
        f"{s}.{k}": v
        for s, section in shipped(of).as_dict().items()
        if s != "name"
        for k, v in section.items()
    }
    mine, other = flat("reverse_increment_4"), flat("reverse_increment_4_random")
    assert {key for key in mine if mine[key] != other[key]} == {
        "data.split",
        "data.beside",
        "report.title",
    }


@pytest.mark.parametrize(
    ("name", "size"), [("reverse_increment_4", 281), ("reverse_increment_8", 529)]
)
def test_networks_are_as_large_as_those_of_the_originals_and_see_both_splits(
    name: str, size: int
) -> None:
    assert shipped(name).parameters == size
    assert shipped(name).data.beside == "random"
