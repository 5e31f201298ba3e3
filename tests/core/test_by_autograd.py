"""Training by autograd: the same networks as by the gradient that is written out, where both can,
and what is not written out learns at all.
"""

from typing import Any

import pytest
import torch
from deepnets import SHAPES, config_of
from lookups import draw

from reportgen.core import train
from reportgen.core.config import Config
from reportgen.core.gradient import network
from reportgen.core.gradient.autograd import written_out
from reportgen.core.training_jobs import first_weights

NEAR = 1e-6  # of weights
STEPS = 20
OTHERS = ("rotary", "gelu", "gelu_new")
WRITTEN = [name for name in SHAPES if name not in OTHERS]


def trained(config: Config) -> dict[str, torch.Tensor]:
    return train.optimise(config, draw(config), (0, 1))[1][-1]


@pytest.mark.parametrize("clip", [None, 0.5])
@pytest.mark.parametrize("name", WRITTEN)
def test_both_ways_lead_to_the_same_weights(
    name: str, clip: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some steps of the same optimiser on the same batches, in double precision: AdamW makes
    a full step of any rounding error where a gradient ends in nothing, as that of b_K does.
    """
    double = lambda *given: {key: w.double() for key, w in first_weights(*given).items()}
    monkeypatch.setattr(train, "first_weights", double)
    config = config_of(name, steps=STEPS, checkpoint_every=STEPS, clip=clip)
    by_hand = trained(config)
    monkeypatch.setattr(network, "written_out", lambda model: False)
    by_autograd = trained(config)
    for key, value in by_hand.items():
        torch.testing.assert_close(by_autograd[key], value, atol=NEAR, rtol=0, msg=key)


def test_what_is_not_written_out() -> None:
    """GELU and rotary positions; neurons that are not there have no function."""
    assert {name for name in SHAPES if not written_out(config_of(name).model)} == {*OTHERS}
    alone = config_of("attention_alone").model
    assert written_out(alone.model_copy(update=dict(activation="gelu")))


@pytest.mark.parametrize("name", OTHERS)
def test_the_loss_falls(name: str) -> None:
    """Every weight moves, and the loss falls by a twentieth at least within two hundred steps."""
    config = config_of(name, steps=200, checkpoint_every=200)
    losses: list[torch.Tensor] = []

    def descend(*given: Any) -> torch.Tensor:
        losses.append(network.descend(*given))
        return losses[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "descend", descend)
        _, (first, last) = train.optimise(config, draw(config), (0, 1))
    mean = lambda part: torch.stack(part).mean().item()
    assert mean(losses[-10:]) < 0.95 * mean(losses[:10])
    for key, value in first.items():
        assert not torch.equal(value, last[key]), key
