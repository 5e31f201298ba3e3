"""Text that networks write: chances that are sharpened, dice that are obeyed."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from textwork import of_text

from reportgen.core.model import initial
from reportgen.core.trace import trace
from reportgen.core.writing import drawn, reader, sharpened, written

LOGITS = np.log(np.array([[0.5, 0.3, 0.15, 0.05], [0.1, 0.2, 0.3, 0.4]]))


def test_a_temperature_raises_chances_to_a_power() -> None:
    assert sharpened(LOGITS) == pytest.approx(np.exp(LOGITS))
    cold = np.exp(LOGITS) ** 2
    assert sharpened(LOGITS, 0.5) == pytest.approx(cold / cold.sum(1, keepdims=True))
    assert sharpened(LOGITS, 1e6) == pytest.approx(np.full((2, 4), 0.25), abs=1e-5)
    assert sharpened(LOGITS, 0).tolist() == [[1, 0, 0, 0], [0, 0, 0, 1]]


def test_only_the_likeliest_can_be_chosen() -> None:
    assert sharpened(LOGITS, top=2)[0] == pytest.approx([0.625, 0.375, 0, 0])
    assert sharpened(LOGITS, top=9) == pytest.approx(np.exp(LOGITS))
    assert sharpened(LOGITS, 0.5, top=1).tolist() == [[1, 0, 0, 0], [0, 0, 0, 1]]


@pytest.mark.parametrize(("dice", "token"), [(0.0, 1), (0.24, 1), (0.25, 3), (0.999, 3), (1.0, 3)])
def test_dice_fall_into_shares_and_never_on_what_has_no_chance(dice: float, token: int) -> None:
    assert drawn(np.array([[0, 0.25, 0, 0.75, 0]]), np.array([dice])).tolist() == [token]


def test_what_is_drawn_is_as_frequent_as_its_chance() -> None:
    uniform = np.random.default_rng(0).random(20_000)
    often = np.bincount(
        drawn(np.tile(np.exp(LOGITS[:1]), (len(uniform), 1)), uniform), minlength=4
    ) / len(uniform)
    assert often == pytest.approx(np.exp(LOGITS[0]), abs=0.01)


def test_each_token_is_written_after_the_ones_before() -> None:
    """A writer that counts up by the last token, whatever the dice."""
    text = written(
        lambda text: np.log(np.eye(5)[(text[:, -1] + 1) % 5] + 1e-30),
        np.array([0, 3]),
        np.random.default_rng(0).random((6, 2)),
    )
    assert text.tolist() == [[0, 1, 2, 3, 4, 0], [3, 4, 0, 1, 2, 3]]


@pytest.mark.parametrize(
    "model", [dict(), dict(n_layers=1, d_mlp=6, positions="stream", normalization="LN")]
)
def test_a_network_reads_as_it_does_in_a_trace(tmp_path: Path, model: dict) -> None:
    """Logits after a text longer than the window are those at the end of its last n_ctx tokens."""
    config = of_text(tmp_path / "text.txt", "some text or other, a few times " * 20, size=9)
    training = config.training.model_copy(update=dict(narrower=()))
    config = dataclasses.replace(
        config, model=config.model.model_copy(update=model), training=training
    )
    weights = {name: value.numpy().astype(float) for name, value in initial(config, 0).items()}
    text = np.random.default_rng(1).integers(0, 9, (3, 12))
    traced = (
        trace(config.model, {name: w[None] for name, w in weights.items()}, text[:, -8:])
        .at(0)
        .logits[:, -1]
    )
    assert reader(config.model, weights)(text) == pytest.approx(traced, abs=1e-4)
