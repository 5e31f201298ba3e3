"""Networks with parts whose gradient is not written out here: torch finds it from the forward
pass, in the same training.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from reportgen.core.config.sections import ModelConfig
from reportgen.core.gradient.stack import Stack
from reportgen.core.model import by_token, forward


def written_out(m: ModelConfig) -> bool:
    """Is the gradient of every part of such a network written out."""
    return (m.activation == "relu" or not m.d_mlp) and m.positions != "rotary"


class Autograd:
    """Where any network that there is a forward pass of can learn, with the next token counting at
    input positions from `first` on.
    """

    def __init__(self, m: ModelConfig, s: Stack, first: int) -> None:
        self.m, self.first, self.g = m, first, s.g
        # leaves of the graph that share their memory with the stack
        self.p = {name: value.detach().requires_grad_() for name, value in s.p.items()}

    def descend(self, batch: Int[Tensor, "run batch _"]) -> Float[Tensor, "run"]:
        """The loss of each network, and in the stack the gradient of the losses' sum over
        tokens.
        """
        logits = forward(self.m, self.p, batch[..., :-1])[:, :, self.first :]
        targets = batch[..., self.first + 1 :].flatten(1)
        losses = torch.nn.functional.cross_entropy(by_token(logits), targets, reduction="none")
        # a weight that no counted token depends on has no gradient
        found = torch.autograd.grad(losses.sum(), list(self.p.values()), allow_unused=True)
        for name, gradient in zip(self.p, found):
            if gradient is None:
                self.g[name].zero_()
            else:
                self.g[name].copy_(gradient)
        return losses.detach().mean(1)
