"""Whole networks there and back: the loss of each on its own sequences, and the gradient of their
sum.
"""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from reportgen.core.config.sections import ModelConfig
from reportgen.core.gradient.folded import Folded, foldable
from reportgen.core.gradient.pairs import Pairs
from reportgen.core.gradient.parts import Attention, Columns, Reading, Writing
from reportgen.core.gradient.stack import Stack


class Layer:
    """Attention and the feed-forward part, if any. Every position is read, those from `first` on
    are handed on.
    """

    def __init__(
        self, m: ModelConfig, s: Stack, i: int, count: int, length: int, first: int
    ) -> None:
        p, g = s.layer(i)
        runs, norm, scored = len(s.p["W_E"]), m.normalization == "LN", count * (length - first)
        self.m, self.first = m, first
        self.spread: Callable[[torch.Tensor], torch.Tensor] = lambda x: x.view(
            runs, m.d_model, count, -1
        )
        self.folded = Folded(p, g) if foldable(m) else None
        if self.folded:
            p, g = p | dict(W_QKV=self.folded.W_QKV), g | dict(W_QKV=self.folded.d_W_QKV)
        self.reading = Reading(p, g, "ln1" if norm else None, "W_QKV", "b_QKV", count * length)
        self.attention = Attention(
            m.n_heads,
            m.d_model if self.folded else m.d_head,
            m.d_head**-0.5,
            count,
            length,
            first,
            s.p["W_E"],
        )
        self.writing = (
            Writing(p, g, "W_O", "b_O", scored) if m.output_projection and not self.folded else None
        )
        self.b_O, self.d_b_O = p.get("b_O"), g.get("b_O")
        if m.positions == "attention":
            placed = 2 * m.n_heads * m.d_head  # queries and keys
            self.W, self.d_W = (each["W_QKV"][..., :placed] for each in (p, g))
            self.W_pos, self.d_W_pos = s.p["W_pos"], s.g["W_pos"]
            self.placed: Callable[[torch.Tensor], torch.Tensor] = lambda joined: joined[
                :, :placed
            ].unflatten(2, (count, length))
        if m.d_mlp:
            self.mlp_in = Reading(p, g, "ln2" if norm else None, "W_in", "b_in", scored)
            self.mlp_out = Writing(p, g, "W_out", "b_out", scored)

    def ahead(self, resid: Columns) -> Columns:
        """The stream after this layer."""
        if self.folded:
            self.folded.fold()
        joined = self.reading.ahead(resid)
        if self.m.positions == "attention":
            self.placed(joined).add_(torch.bmm(self.W.mT, self.W_pos.mT)[:, :, None])
        z = self.attention.ahead(joined)
        past = (
            None
            if not self.m.residual
            else self.spread(resid)[..., self.first :].flatten(2)
            if self.first
            else resid
        )
        if self.writing:
            resid = self.writing.ahead(z, past)
        else:
            resid = z if past is None else z.add_(past)
            if self.b_O is not None:
                resid.add_(self.b_O[..., None])
        return (
            self.mlp_out.ahead(self.mlp_in.ahead(resid).relu_(), resid if self.m.residual else None)
            if self.m.d_mlp
            else resid
        )

    def back(self, d: Columns) -> Columns:
        """The gradient at the stream before this layer."""
        if self.m.d_mlp:
            d_post = self.mlp_out.back(d)
            torch.ops.aten.threshold_backward.grad_input(
                d_post, self.mlp_in.out, 0, grad_input=d_post
            )
            d = self.mlp_in.back(d_post, d if self.m.residual else None)
        if self.d_b_O is not None and not self.writing:
            torch.sum(d, 2, out=self.d_b_O)
        d_joined = self.attention.back(
            self.writing.back(d) if self.writing else d, self.reading.out
        )
        d_resid = self.reading.back(d_joined, d if self.m.residual and not self.first else None)
        if self.folded:
            self.folded.unfold()
        if self.m.residual and self.first:
            self.spread(d_resid)[..., self.first :].add_(self.spread(d))
        if self.m.positions == "attention":
            d_table = self.placed(d_joined).sum(2)
            self.d_W.add_(torch.bmm(self.W_pos.mT, d_table.mT))
            self.d_W_pos.baddbmm_(d_table.mT, self.W.mT)
        return d_resid


class Room:
    """Where networks work on batches of one shape, with the next token counting at input positions
    from `first` on.
    """

    def __init__(self, m: ModelConfig, s: Stack, count: int, length: int, first: int) -> None:
        runs, vocabulary, d_model = s.p["W_E"].shape
        self.m, self.s, self.first = m, s, first
        self.begin = 0 if m.n_layers else first  # the first position that is read
        n, self.scored = count * (length - self.begin), count * (length - first)
        self.W_E, self.d_W_E = (w["W_E"].view(runs * vocabulary, d_model) for w in (s.p, s.g))
        self.first_token = torch.arange(0, runs * vocabulary, vocabulary)[
            :, None, None
        ]  # row of W_E of each run
        self.first_logit = (
            torch.arange(runs)[:, None] * vocabulary * self.scored + torch.arange(self.scored)
        ).view(runs, count, -1)  # index into `chances`
        self.rows, self.resid = (
            s.vector.new_empty(runs * n, d_model),
            s.vector.new_empty(runs, d_model, n),
        )
        self.layers = [
            Layer(m, s, i, count, length, first if i == m.n_layers - 1 else 0)
            for i in range(m.n_layers)
        ]
        self.unembedding = Reading(
            s.p, s.g, "ln_final" if m.normalization == "LN" else None, "W_U", "b_U", self.scored
        )
        self.chances = s.vector.new_empty(runs, vocabulary, self.scored)
        self.spread: Callable[[torch.Tensor], torch.Tensor] = lambda x: x.view(
            runs, d_model, count, -1
        )
        self.columns = self.rows.view(runs, n, d_model).mT

    def descend(self, batch: Int[Tensor, "run batch _"]) -> Float[Tensor, "run"]:
        """The loss of each network, and in the stack the gradient of the losses' sum over
        tokens.
        """
        p, g = self.s.p, self.s.g
        tokens = (batch[..., self.begin : -1] + self.first_token).view(-1)
        targets = torch.add(self.first_logit, batch[..., self.first + 1 :], alpha=self.scored).view(
            -1
        )
        torch.index_select(self.W_E, 0, tokens, out=self.rows)
        resid = self.resid.copy_(self.columns)
        if self.m.positions == "stream":
            self.spread(resid).add_(p["W_pos"][:, self.begin :].mT[:, :, None])
        for layer in self.layers:
            resid = layer.ahead(resid)
        torch.log_softmax(self.unembedding.ahead(resid), 1, out=self.chances)
        flat = self.chances.view(-1)
        losses = -torch.index_select(flat, 0, targets).view(len(batch), -1).mean(1)

        # now the gradient at the logits: of the right token the chance less 1, as a sum, since that
        # difference is lost where the network is sure
        self.chances.exp_()
        flat.index_fill_(0, targets, 0)
        flat.index_add_(0, targets, torch.sum(self.chances, 1).view(-1).neg_())
        d = self.unembedding.back(self.chances, None)
        if self.m.positions != "none":
            g["W_pos"].zero_()
        for layer in reversed(self.layers):
            d = layer.back(d)
        if self.m.positions == "stream":
            g["W_pos"][:, self.begin :] = self.spread(d).sum(2).mT
        self.columns.copy_(d)
        self.d_W_E.zero_().index_add_(0, tokens, self.rows)
        return losses


def descend(
    m: ModelConfig, s: Stack, batch: Int[Tensor, "run batch _"], first: int = 0
) -> Float[Tensor, "run"]:
    """The mean loss of each network on its own sequences, n_ctx + 1 tokens each; `s.gradient`
    becomes the gradient of their sum.

    The next token counts at input positions from `first` on. A network without layers or positions
    answers each token always in the same way, so there a batch is counted as pairs, and each token
    is read once.
    """
    _, count, length = batch.shape
    key = (count, length - 1, first)
    if key not in s.rooms:
        s.rooms[key] = (
            Pairs(m, s, first) if not m.n_layers and m.positions == "none" else Room(m, s, *key)
        )
    losses: Tensor = s.rooms[key].descend(batch)
    s.gradient.div_(count * (length - 1 - first))
    return losses
