"""Networks that see one token only: a batch is how often each token follows each."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from reportgen.core.config.sections import ModelConfig
from reportgen.core.gradient.parts import Reading
from reportgen.core.gradient.stack import Stack


class Pairs:
    """Where networks without layers or positions work: each token of the vocabulary is read
    once.
    """

    def __init__(self, m: ModelConfig, s: Stack, first: int) -> None:
        self.runs, self.vocabulary, _ = s.p["W_E"].shape
        self.s, self.first = s, first
        self.unembedding = Reading(
            s.p, s.g, "ln_final" if m.normalization == "LN" else None, "W_U", "b_U", self.vocabulary
        )

    def descend(self, batch: Int[Tensor, "run batch _"]) -> Float[Tensor, "run"]:
        """The loss of each network, and in the stack the gradient of the losses' sum over
        tokens.
        """
        read, following = (
            batch[..., self.first : -1].flatten(1),
            batch[..., self.first + 1 :].flatten(1),
        )
        keys = (
            torch.arange(self.runs)[:, None] * self.vocabulary + following
        ) * self.vocabulary + read
        pairs = torch.bincount(keys.flatten(), minlength=self.runs * self.vocabulary**2).view(
            self.runs, self.vocabulary, -1
        )  # [run, following, token]
        chances = self.unembedding.ahead(self.s.p["W_E"].mT.contiguous()).log_softmax(1)
        losses = -(pairs * chances).sum((1, 2)) / read.shape[1]
        d_logits = chances.exp_().mul_(pairs.sum(1, keepdim=True)).sub_(pairs)
        self.s.g["W_E"].copy_(self.unembedding.back(d_logits, None).mT)
        return losses
