"""Training of deeper networks: the loss where it counts, clipping, resuming, and gradients in one vector."""

import numpy as np
import pytest
import torch
from deepnets import SHAPES, config_of
from stopped import resumed

from reportgen import train
from reportgen.backward import Leaves, descend, shorten
from reportgen.data import draw
from reportgen.model import forward, initial, stack

every = pytest.mark.parametrize("name", SHAPES)


@every
def test_gradients_are_those_of_each_network_alone(name: str) -> None:
    """Loss and gradient of two stacked networks in float64, against one network at a time, only where the next token counts."""
    config = config_of(name)
    data = draw(config)
    scored = None if data.scored is None else torch.from_numpy(data.scored)
    batch = torch.from_numpy(np.stack([data.batches(config, seed, 0, 1)[0] for seed in range(2)]))
    first = {key: value.double() for key, value in stack(initial(config, seed) for seed in range(2)).items()}
    networks = Leaves.of(first)
    losses = descend(config.model, networks, batch, scored)
    for i in range(2):
        own = {key: value[i : i + 1].clone().requires_grad_() for key, value in first.items()}
        chances = forward(config.model, own, batch[i : i + 1, :, :-1]).log_softmax(-1)[0]
        surprise = -chances.gather(-1, batch[i, :, 1:, None])[..., 0]
        loss = (surprise if scored is None else surprise[:, scored]).mean()
        loss.backward()
        assert losses[i].item() == pytest.approx(loss.item(), abs=1e-12)
        for key, value in own.items():
            np.testing.assert_allclose(networks.g[key][i].numpy(), np.zeros(value.shape[1:]) if value.grad is None else value.grad[0].numpy(), atol=1e-12, err_msg=key)


def test_the_fused_way_is_the_same() -> None:
    config = config_of("three_layers")
    p, data = stack(initial(config, seed) for seed in range(2)), draw(config)
    tokens = torch.from_numpy(data.judged).expand(2, *data.judged.shape)
    torch.testing.assert_close(forward(config.model, p, tokens, fused=True), forward(config.model, p, tokens), atol=1e-5, rtol=1e-5)


def test_long_gradients_are_shortened_each_network_by_itself() -> None:
    """One of two networks has a gradient longer than allowed: only that one changes, and keeps its direction."""
    gradients = dict(a=torch.tensor([[3.0, 0.0], [0.3, 0.0]]), b=torch.tensor([[[4.0]], [[0.4]]]))
    shorten(gradients, 1.0)
    torch.testing.assert_close(gradients["a"], torch.tensor([[0.6, 0.0], [0.3, 0.0]]))
    torch.testing.assert_close(gradients["b"], torch.tensor([[[0.8]], [[0.4]]]))


@every
def test_a_killed_training_goes_on_bit_by_bit(name: str, tmp_path) -> None:
    """Stopped after its second step and resumed, it ends as if it had never stopped."""
    config = config_of(name)
    whole = train.train(config)
    again = resumed(config, 4, tmp_path / "partial.safetensors")
    for key, value in whole.parameters.items():
        np.testing.assert_array_equal(again.parameters[key], value, err_msg=key)


def test_the_rate_that_jumps() -> None:
    """Up to the peak, then from 1.3 times the peak down to nearly nothing."""
    t = config_of("normalized", steps=100, checkpoint_every=10, schedule="cosine_jump", warmup=20).training
    assert train.rate(t, 19) == pytest.approx(0.01)
    assert train.rate(t, 20) == pytest.approx(0.013)
    assert train.rate(t, 60) == pytest.approx(0.0065)
    assert 0 < train.rate(t, 99) < 1e-4


def test_every_training_row_comes_once_a_pass() -> None:
    """Two passes of the 200 rows of a split in batches of 4: each row twice, in another order, whichever way the steps are asked for."""
    config = config_of("normalized")
    data = draw(config)
    rows = data.batches(config, 0, 0, 100).reshape(400, -1)
    keys = [tuple(row) for row in rows]
    assert sorted(keys[:200]) == sorted(keys[200:]) == sorted(map(tuple, data.train.tokens))
    assert keys[:200] != keys[200:]
    np.testing.assert_array_equal(np.concatenate([data.batches(config, 0, 0, 37), data.batches(config, 0, 37, 63)]).reshape(400, -1), rows)
