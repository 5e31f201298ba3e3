"""The gradient written out against autograd, for every kind of network a configuration can ask for."""

import dataclasses

import pytest
import torch
from torch.nn.functional import cross_entropy

from reportgen.config import Config
from reportgen.config.sections import ModelConfig
from reportgen.gradient import Stack, descend
from reportgen.model import Params, by_token, forward, initial, stack
from reportgen.study import Study

KINDS = {
    "one head": {},
    "two heads": dict(n_heads=2, d_head=2),
    "wide head": dict(d_head=7, output_projection=True),
    "two wide heads": dict(n_heads=2, d_head=3, output_projection=True),
    "no residual connections": dict(residual=False),
    "two layers": dict(n_layers=2, n_heads=2, d_head=2),
    "two layers without residual connections": dict(n_layers=2, n_heads=2, d_head=3, output_projection=True, residual=False),
    "one dimension": dict(d_model=1, d_head=1),
}


def networks(config: Config, kind: str) -> tuple[ModelConfig, Params, torch.Tensor]:
    """Three networks of a kind in float64, and a batch of two windows for each."""
    base = dict(n_layers=1, n_heads=1, d_model=4, d_head=4, d_mlp=6, n_ctx=5, output_projection=False, residual=True, normalization="none")
    config = dataclasses.replace(config, model=ModelConfig(**base | KINDS[kind]))
    p = {name: w.double() for name, w in stack(initial(config, seed) for seed in range(3)).items()}
    return config.model, p, torch.randint(len(config.rule.vocabulary), (3, 2, 6), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("kind", KINDS)
def test_loss_and_gradient_are_those_of_autograd(learnt: Study, kind: str) -> None:
    """To 1e-12, each network by itself."""
    m, p, batch = networks(learnt.config, kind)
    known = {name: w.clone().requires_grad_() for name, w in p.items()}
    wanted = cross_entropy(by_token(forward(m, known, batch[..., :-1])), batch[..., 1:].flatten(1), reduction="none").mean(1)
    wanted.sum().backward()
    s = Stack.of(p)
    torch.testing.assert_close(descend(m, s, batch), wanted.detach(), atol=1e-12, rtol=0)
    for name, w in known.items():
        torch.testing.assert_close(s.g[name], w.grad, atol=1e-12, rtol=0, msg=lambda said, name=name: f"{name}: {said}")


@pytest.mark.parametrize("kind", KINDS)
def test_the_vector_holds_every_weight_once(learnt: Study, kind: str) -> None:
    """What moves the vector moves the named weights, and a copy stays behind."""
    _, p, _ = networks(learnt.config, kind)
    s = Stack.of(p)
    before = s.copy()
    assert s.vector.numel() == sum(w.numel() for w in p.values())
    s.vector.add_(1)
    for name, w in p.items():
        assert torch.equal(before[name], w)
        assert before[name].is_contiguous()
        assert torch.equal(s.p[name], w + 1)


def test_a_second_batch_forgets_the_first(learnt: Study) -> None:
    """The gradient is replaced, not added to."""
    m, p, batch = networks(learnt.config, "two heads")
    s = Stack.of(p)
    descend(m, s, batch)
    first = s.gradient.clone()
    descend(m, s, batch.flip(1))
    descend(m, s, batch)
    assert torch.equal(s.gradient, first)
