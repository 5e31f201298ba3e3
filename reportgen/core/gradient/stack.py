"""Many networks in training: every weight lies once in one vector, and its gradient in another, so
that the optimiser moves all of them at once.
"""

import math
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from reportgen.core.model import ONCE, Params


class Descent(Protocol):
    """A step of training with memory of its own for batches of one shape."""

    def descend(self, batch: Tensor) -> Tensor:
        """The loss of each network on a batch; the gradient is written where it belongs."""


@dataclass(frozen=True)
class Stack:
    """Networks in training: every view shares its memory with `vector` or `gradient`.

    `p` and `g` are named and laid out as in `reportgen.core.model`; `joined` and `d_joined` hold
    W_QKV [run, layer, d_model, q or k or v and head and d_head], which are W_Q, W_K and W_V side by
    side for one multiplication to apply, and b_QKV in the same way. In the vector a weight's layers
    lie one after the other, all networks of a layer together.
    """

    vector: Tensor
    gradient: Tensor
    p: Params
    g: Params
    joined: Params
    d_joined: Params
    owner: Tensor  # to which network each number of the vector belongs
    rooms: dict[tuple[int, ...], Descent] = field(default_factory=dict)  # by the shape of a batch

    @classmethod
    def of(cls, p: Params) -> "Stack":
        """Networks with these weights [run, ...]."""
        total = sum(value.numel() for value in p.values())
        vector, gradient = (torch.zeros(total, dtype=p["W_E"].dtype) for _ in range(2))
        owner = torch.zeros(total, dtype=torch.int64)
        (own, joined), (found, d_joined), (whose, _) = (
            _views(each, p) for each in (vector, gradient, owner)
        )
        for name, value in p.items():
            own[name].copy_(value)
            whose[name].copy_(torch.arange(len(value)).view(-1, *[1] * (value.dim() - 1)))
        return cls(vector, gradient, own, found, joined, d_joined, owner)

    def layer(self, i: int) -> tuple[Params, Params]:
        """Weights and gradients of a layer [run, ...], those that are joined among them."""
        p, g = (
            {name: w[:, i] for name, w in each.items() if name not in ONCE}
            for each in (self.p | self.joined, self.g | self.d_joined)
        )
        return p, g

    def copy(self) -> Params:
        """The weights as they are now, in memory of their own."""
        return {
            name: value.clone(memory_format=torch.contiguous_format)
            for name, value in self.p.items()
        }

    def clip_grad_norm(self, longest: float) -> None:
        """Scale the gradient of each network to at most this length, all its weights taken together
        (Pascanu et al. 2013, algorithm 1).
        """
        squares = torch.zeros(len(self.p["W_E"]), dtype=torch.float64).index_add_(
            0, self.owner, self.gradient.double().square_()
        )
        self.gradient.mul_(
            (longest / squares.sqrt()).clamp_(max=1).to(self.gradient.dtype)[self.owner]
        )


def _views(vector: Tensor, p: Params) -> tuple[Params, Params]:
    """Parts of a vector by the name of a weight, and those that are joined."""
    rest, named, joined = vector, Params(), Params()

    def take(*shape: int) -> Tensor:
        nonlocal rest
        size = math.prod(shape)
        part, rest = rest[:size], rest[size:]
        return part.view(shape)

    for name, value in p.items():
        if name in ("W_Q", "b_Q"):
            runs, layers, heads, *rows, d_head = value.shape
            whole = take(layers, runs, *rows, 3, heads, d_head).transpose(0, 1)
            joined[f"{name}KV"] = whole.flatten(-3)
            named |= {
                f"{name[:-1]}{which}": whole.select(-3, i).movedim(-2, 2)
                for i, which in enumerate("QKV")
            }
        elif name in ONCE:
            named[name] = take(*value.shape)
        elif name not in named:
            named[name] = take(value.shape[1], len(value), *value.shape[2:]).transpose(0, 1)
    return {name: named[name] for name in p}, joined
