"""The loss of many networks of any shape and its gradient, as autograd finds it from `model.forward`; `gradient` is the faster way for plain ones."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from reportgen.config.sections import ModelConfig
from reportgen.model import Params, forward

LONG = 32  # positions from which torch's own attention is the faster one


@dataclass(frozen=True)
class Leaves:
    """Networks in training: each weight is a leaf of autograd whose memory lies in `vector`, and its gradient in `gradient`."""

    vector: Tensor
    gradient: Tensor
    p: Params

    @classmethod
    def of(cls, p: Params) -> "Leaves":
        """Networks with these weights [run, ...]."""
        sizes = [value.numel() for value in p.values()]
        vector, gradient = torch.cat([value.flatten() for value in p.values()]), torch.zeros(sum(sizes), dtype=p["W_E"].dtype)
        named = {}
        for (name, value), own, found in zip(p.items(), vector.split(sizes), gradient.split(sizes)):
            named[name] = own.view(value.shape).requires_grad_()
            named[name].grad = found.view(value.shape)
        return cls(vector, gradient, named)

    def copy(self) -> Params:
        """The weights as they are now, in memory of their own."""
        return {name: value.detach().clone() for name, value in self.p.items()}

    @property
    def g(self) -> Params:
        """The gradient of each weight [run, ...]."""
        return {name: value.grad for name, value in self.p.items() if value.grad is not None}


def descend(m: ModelConfig, networks: Leaves, batch: Int[Tensor, "run batch _"], scored: Tensor | None = None) -> Float[Tensor, "run"]:
    """The mean loss of each network on its own sequences, n_ctx + 1 tokens each; `networks.gradient` becomes the gradient of their sum.

    `scored` [position] says at which input positions the next token counts; None means everywhere. A network without layers or
    positions answers each token always in the same way, so there a batch is counted as pairs, and each token is read once.
    """
    networks.gradient.zero_()
    if not m.n_layers and m.positions == "none" and scored is None:
        return _descend_by_pairs(m, networks, batch)
    logits = forward(m, networks.p, batch[..., :-1], fused=batch.shape[-1] > LONG)
    targets = batch[..., 1:]
    if scored is not None:
        logits, targets = logits[:, :, scored], targets[:, :, scored]
    losses = torch.nn.functional.cross_entropy(logits.flatten(0, 2), targets.flatten(), reduction="none").view(len(batch), -1).mean(1)
    losses.sum().backward()  # type: ignore[no-untyped-call]
    return losses.detach()


def _descend_by_pairs(m: ModelConfig, networks: Leaves, batch: Int[Tensor, "run batch _"]) -> Float[Tensor, "run"]:
    runs, vocabulary = networks.p["W_E"].shape[:2]
    first, following = batch[..., :-1].reshape(runs, -1), batch[..., 1:].reshape(runs, -1)
    keys = (torch.arange(runs)[:, None] * vocabulary + first) * vocabulary + following
    pairs = torch.bincount(keys.flatten(), minlength=runs * vocabulary**2).view(runs, vocabulary, vocabulary)
    chances = forward(m, networks.p, torch.arange(vocabulary).expand(runs, 1, -1))[:, 0].log_softmax(-1)
    losses = -(pairs * chances).sum((1, 2)) / first.shape[1]
    losses.sum().backward()  # type: ignore[no-untyped-call]
    return losses.detach()


@torch.no_grad()
def shorten(gradients: Params, longest: float) -> None:
    """Scale the gradient of each network to at most this length, all its weights taken together (Pascanu et al. 2013, algorithm 1)."""
    length = torch.stack([g.flatten(1).square().sum(1) for g in gradients.values()]).sum(0).sqrt()
    factor = (longest / length).clamp(max=1)
    for g in gradients.values():
        g.mul_(factor.view(-1, *[1] * (g.dim() - 1)))
