"""A head wider than the stream, folded: what it multiplies by is of rank d_model, however wide the
head.

q.k is x (W_Q W_K^T) x and what the head writes is x (W_V W_O), so a head that reads with W_Q W_K^T,
the identity and W_V W_O, and writes what it reads, is the same head. The gradients at its factors
follow from those at the products: with A = W_Q W_K^T they are dA W_K and dA^T W_Q.
"""

import torch

from reportgen.core.config.sections import ModelConfig
from reportgen.core.model import Params

WIDE = 16  # times the width of the stream: from there on folding saves more than it takes


def foldable(m: ModelConfig) -> bool:
    """Is it a single head, far wider than the stream, whose scores and outputs are such
    products.
    """
    return (
        m.n_heads == 1
        and m.d_head >= WIDE * m.d_model
        and m.output_projection
        and m.positions != "attention"
        and not m.attention_biases
    )


class Folded:
    """The products of a layer and their gradients, laid out as W_QKV of a head of size d_model,
    beside the weights they come from.
    """

    def __init__(self, p: Params, g: Params) -> None:
        self.p, self.g = (
            {name: each[name][:, 0] for name in ("W_Q", "W_K", "W_V", "W_O")} for each in (p, g)
        )
        runs, d_model, _ = self.p["W_Q"].shape
        products, gradients = (p["W_Q"].new_empty(runs, d_model, 3, d_model) for _ in range(2))
        products[:, :, 1] = torch.eye(d_model)
        self.A, self.M, self.d_A, self.d_M = (
            each[:, :, i] for each in (products, gradients) for i in (0, 2)
        )
        self.W_QKV, self.d_W_QKV = products.flatten(2), gradients.flatten(2)

    def fold(self) -> None:
        """The products of the weights as they are now."""
        self.A.copy_(torch.bmm(self.p["W_Q"], self.p["W_K"].mT))
        self.M.copy_(torch.bmm(self.p["W_V"], self.p["W_O"]))

    def unfold(self) -> None:
        """The gradients at the weights, from those at the products."""
        for name, gradient, factor in (
            ("W_Q", self.d_A, self.p["W_K"]),
            ("W_K", self.d_A.mT, self.p["W_Q"]),
            ("W_V", self.d_M, self.p["W_O"].mT),
        ):
            self.g[name].copy_(torch.bmm(gradient, factor))
        self.g["W_O"].copy_(torch.bmm(self.p["W_V"].mT, self.d_M))
