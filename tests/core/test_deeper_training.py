"""Training of deeper networks: clipping, resuming, rates and batches."""

import numpy as np
import pytest
import torch
from deepnets import SHAPES, config_of
from lookups import draw
from stopped import resumed

from reportgen.core import train
from reportgen.core.gradient.stack import Stack
from reportgen.core.model import initial, stack

every = pytest.mark.parametrize("name", SHAPES)


@every
def test_long_gradients_are_shortened_each_network_by_itself(name: str) -> None:
    """Three networks have gradients of 3, 5 and 10: the two longer than 4 come down to it and keep
    their direction.
    """
    networks = Stack.of(stack(initial(config_of(name), seed) for seed in range(3)))
    lengths = lambda: (
        torch.stack([g.flatten(1).square().sum(1) for g in networks.g.values()]).sum(0).sqrt()
    )
    along = lambda factor, g: factor.view(-1, *[1] * (g.dim() - 1))
    networks.gradient.copy_(
        torch.randn(networks.gradient.shape, generator=torch.Generator().manual_seed(0))
    )
    factor = torch.tensor([3.0, 5.0, 10.0]) / lengths()
    for g in networks.g.values():
        g.mul_(along(factor, g))
    before = {key: g.clone() for key, g in networks.g.items()}
    networks.clip_grad_norm(4.0)
    torch.testing.assert_close(lengths(), torch.tensor([3.0, 4.0, 4.0]))
    for key, g in networks.g.items():
        torch.testing.assert_close(g, before[key] * along(torch.tensor([1.0, 0.8, 0.4]), g))


@every
def test_a_network_does_not_depend_on_its_company(name: str) -> None:
    """Trained with another seed and alone, a network is the same to the precision of a sum."""
    config = config_of(name)
    together, alone = (
        train.optimise(config, draw(config), seeds)[1][-1] for seeds in ((0, 1), (1,))
    )
    for key, value in alone.items():
        torch.testing.assert_close(together[key][1:], value, atol=1e-6, rtol=1e-5, msg=key)


@every
def test_batches_drawn_a_few_steps_at_a_time_are_the_same(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many tokens are drawn in one go, the training is the same, bit by bit."""
    config = config_of(name)
    whole = train.optimise(config, draw(config), (0, 1))[1][-1]
    monkeypatch.setattr(train, "TOKENS_AHEAD", 0)
    for key, value in train.optimise(config, draw(config), (0, 1))[1][-1].items():
        assert torch.equal(value, whole[key]), key


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
    t = config_of(
        "normalized", steps=100, checkpoint_every=10, schedule="cosine_jump", warmup=20
    ).training
    assert train.rate(t, 19) == pytest.approx(0.01)
    assert train.rate(t, 20) == pytest.approx(0.013)
    assert train.rate(t, 60) == pytest.approx(0.0065)
    assert 0 < train.rate(t, 99) < 1e-4


def test_every_training_row_comes_once_a_pass() -> None:
    """Two passes of the 200 rows of a split in batches of 4: each row twice, in another order,
    whichever way the steps are asked for.
    """
    config = config_of("normalized")
    data = draw(config)
    rows = data.batches(config, 0, 0, 100).reshape(400, -1)
    keys = [tuple(row) for row in rows]
    assert sorted(keys[:200]) == sorted(keys[200:]) == sorted(map(tuple, data.train.tokens))
    assert keys[:200] != keys[200:]
    np.testing.assert_array_equal(
        np.concatenate([data.batches(config, 0, 0, 37), data.batches(config, 0, 37, 63)]).reshape(
            400, -1
        ),
        rows,
    )
