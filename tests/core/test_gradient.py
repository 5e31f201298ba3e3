"""The gradient written out against autograd, for every kind of network a configuration can ask
for.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from reportgen.core.config import Config, from_values
from reportgen.core.config.sections import ModelConfig
from reportgen.core.data.material import Material
from reportgen.core.gradient.network import descend
from reportgen.core.gradient.stack import Stack
from reportgen.core.model import Params, forward
from reportgen.core.train import optimise

KINDS: dict[str, dict[str, Any]] = {
    "one head": {},
    "two heads": dict(n_heads=2, d_head=2),
    "wide head": dict(d_head=7, output_projection=True),
    "folded heads": dict(d_head=64, output_projection=True),
    "folded heads in two normalized layers": dict(
        n_layers=2, d_head=64, output_projection=True, normalization="LN"
    ),
    "no residual connections": dict(residual=False),
    "no feed-forward part": dict(d_mlp=0),
    "biases": dict(attention_biases=True),
    "biases and a projection": dict(attention_biases=True, output_projection=True, d_head=3),
    "normalized": dict(normalization="LN"),
    "positions in attention": dict(positions="attention"),
    "no positions": dict(positions="none"),
    "two layers": dict(n_layers=2, n_heads=2, d_head=2),
    "two layers of everything": dict(
        n_layers=2,
        n_heads=2,
        d_head=3,
        output_projection=True,
        attention_biases=True,
        normalization="LN",
        positions="attention",
    ),
    "no layers": dict(n_layers=0, d_mlp=0),
    "one token alone": dict(n_layers=0, d_mlp=0, positions="none", normalization="LN"),
    "one dimension": dict(d_model=1, d_head=1),
}
BASE = dict(
    n_layers=1,
    n_heads=1,
    d_model=4,
    d_head=4,
    d_mlp=6,
    n_ctx=4,
    output_projection=False,
    residual=True,
    normalization="none",
)
REVERSE = dict(
    name="any",
    rule=dict(name="reverse_increment", length=2, highest=3),
    data=dict(seed=0, split="random", holdout=4),
    training=dict(
        steps=1, batch=1, lr=0.1, seeds=1, checkpoint_every=1, show="lowest_validation_loss"
    ),
    report=dict(outline="any", demonstrations=1),
)


def networks(
    model: dict[str, Any], runs: int, count: int
) -> tuple[ModelConfig, Params, torch.Tensor]:
    """Some random networks in float64, and a batch of random sequences for each."""
    config: Config = from_values(REVERSE | dict(model=model))
    rng, vocabulary = torch.Generator().manual_seed(0), len(config.rule.vocabulary)
    p = {
        name: torch.randn((runs, *shape), generator=rng, dtype=torch.float64)
        for name, shape in config.shapes.items()
    }
    return (
        config.model,
        p,
        torch.randint(vocabulary, (runs, count, config.model.n_ctx + 1), generator=rng),
    )


def by_autograd(
    m: ModelConfig, p: Params, batch: torch.Tensor, first: int
) -> tuple[torch.Tensor, Params]:
    """The loss of each network, and the gradients of their sum."""
    known = {name: w.clone().requires_grad_() for name, w in p.items()}
    chances = forward(m, known, batch[..., :-1]).log_softmax(-1)[:, :, first:]
    losses = -chances.gather(-1, batch[:, :, first + 1 :, None]).flatten(1).mean(1)
    losses.sum().backward()
    return losses.detach(), {
        name: torch.zeros_like(w) if w.grad is None else w.grad for name, w in known.items()
    }


def compare(m: ModelConfig, p: Params, batch: torch.Tensor, first: int) -> None:
    """To 1e-10 of the largest number of all gradients: some are sums that end in nothing."""
    wanted, gradients = by_autograd(m, p, batch, first)
    s = Stack.of(p)
    largest = max(1.0, *(g.abs().max().item() for g in gradients.values()))
    torch.testing.assert_close(descend(m, s, batch, first), wanted, atol=1e-10, rtol=1e-12)
    for name, g in gradients.items():
        torch.testing.assert_close(
            s.g[name],
            g,
            atol=1e-10 * largest,
            rtol=0,
            msg=lambda said, name=name: f"{name}: {said}",
        )


@pytest.mark.parametrize("first", [0, 2], ids=["everywhere", "from the third on"])
@pytest.mark.parametrize("kind", KINDS)
def test_loss_and_gradient_are_those_of_autograd(kind: str, first: int) -> None:
    """Each network by itself, wherever the next token counts."""
    compare(*networks(BASE | KINDS[kind], 3, 2), first)


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """Any model that a configuration can ask for."""
    heads, d_head, projected, layers = (
        draw(st.integers(1, 3)),
        draw(st.integers(1, 3)),
        draw(st.booleans()),
        draw(st.integers(0, 3)),
    )
    return dict(
        n_layers=layers,
        n_heads=heads,
        d_head=d_head,
        d_model=draw(st.integers(1, 5)) if projected else heads * d_head,
        d_mlp=draw(st.sampled_from([0, 3])) if layers else 0,
        n_ctx=4,
        output_projection=projected,
        residual=draw(st.booleans()),
        normalization=draw(st.sampled_from(["none", "LN"])),
        positions=draw(st.sampled_from(["stream", "attention", "none"])),
        attention_biases=draw(st.booleans()),
    )


@given(models(), st.integers(1, 4), st.integers(1, 3), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_any_network_has_the_gradient_of_autograd(
    model: dict[str, Any], runs: int, count: int, first: int
) -> None:
    """Random sizes and switches, all at once."""
    compare(*networks(model, runs, count), first)


@pytest.mark.parametrize("kind", KINDS)
def test_the_vector_holds_every_weight_once(kind: str) -> None:
    """What moves the vector moves the named weights, each number belongs to one network, and a copy
    stays behind.
    """
    _, p, _ = networks(BASE | KINDS[kind], 3, 2)
    s = Stack.of(p)
    before = s.copy()
    assert s.vector.numel() == sum(w.numel() for w in p.values())
    s.vector.add_(s.owner + 1)
    for name, w in p.items():
        assert torch.equal(before[name], w)
        assert before[name].is_contiguous()
        assert torch.equal(s.p[name], w + torch.arange(1, 4).view(-1, *[1] * (w.dim() - 1)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_batch_forgets_the_first(kind: str) -> None:
    """The gradient is replaced, not added to, whatever memory holds."""
    m, p, batch = networks(BASE | KINDS[kind], 3, 2)
    s = Stack.of(p)
    descend(m, s, batch, 2)
    first = s.gradient.clone()
    descend(m, s, batch.flip(1), 2)
    descend(m, s, batch, 2)
    assert torch.equal(s.gradient, first)


def test_the_gradient_is_right_where_a_network_is_sure() -> None:
    """In float32, of a chance that differs from 1 by less than float32 can tell: with a difference
    of two numbers near 1 nothing would pull the right logit up, and trainings jump there.
    """
    m, p, batch = networks(BASE, 1, 3)
    p = p | dict(b_U=p["b_U"].clone())
    p["b_U"][:, 1] = 30
    sure = torch.full_like(batch, 1)
    losses, wanted = by_autograd(m, p, sure, 2)
    assert 0 < losses.item() < 1e-8
    s = Stack.of({name: w.float() for name, w in p.items()})
    descend(m, s, sure, 2)
    for name in ("b_U", "W_U", "W_out"):
        largest = wanted[name].abs().max().item()
        torch.testing.assert_close(
            s.g[name].double(), wanted[name], atol=1e-2 * largest, rtol=0, msg=name
        )


def test_decay_is_apart_from_the_gradient() -> None:
    """AdamW: a token that no batch has becomes smaller by rate times decay at each step, whatever
    gradients the others have (Loshchilov and Hutter 2019, algorithm 2).
    """
    training = dict(REVERSE["training"]) | dict(steps=3, weight_decay=0.5)
    config = from_values(REVERSE | dict(model=BASE, training=training))

    class Twos(Material):
        """Rows of one token."""

        evaluated = np.zeros((1, 4), int)

        def batches(self, config: Config, seed: int, first: int, count: int) -> np.ndarray:
            return np.full((count, 1, 5), 2)

        def demonstrations(self, count: int) -> Any:
            return None

    _, kept = optimise(config, Twos(), (0,))
    for before, after in pairwise(kept):
        torch.testing.assert_close(after["W_E"][0, 3], before["W_E"][0, 3] * (1 - 0.1 * 0.5))
        assert not torch.allclose(after["W_E"][0, 2], before["W_E"][0, 2] * (1 - 0.1 * 0.5))
