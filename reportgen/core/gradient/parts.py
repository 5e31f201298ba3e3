"""The parts of a transformer there and back: each computes what it puts out, and from the gradient
at that the gradients at its weights and at what it reads.

Activations are columns [run, feature, token]: sums over a few features and biases are then
operations on long rows of tokens, many times faster than over a short last axis. Whatever a step
computes is written where the step before wrote it. `d_x` is the gradient at x.
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from reportgen.core.config.sections import EPSILON
from reportgen.core.model import Params

Columns = Float[Tensor, "run feature token"]


class Reading:
    """A matrix W that reads the stream and its bias c, if any, after the layer normalization
    `norm`, if any.

    The normalization's gain g and bias b go into the matrix, (x g + b) W + c = x (g W) + (b W + c),
    which is done once for all tokens.
    """

    def __init__(
        self, p: Params, g: Params, norm: str | None, matrix: str, bias: str, tokens: int
    ) -> None:
        self.W, self.d_W, self.c, self.d_c, self.norm = (
            p[matrix],
            g[matrix],
            p.get(bias),
            g.get(bias),
            norm,
        )
        runs, d_model, width = self.W.shape
        new = self.W.new_empty
        self.out, self.d_x = new(runs, width, tokens), new(runs, d_model, tokens)
        if norm:
            self.gain, self.b, self.d_b = (
                each[..., None] for each in (p[f"{norm}_w"], p[f"{norm}_b"], g[f"{norm}_b"])
            )
            self.d_gain = g[f"{norm}_w"]
            self.normal, self.product = new(runs, d_model, tokens), new(runs, d_model, tokens)
            self.mean, self.inverse = new(runs, 1, tokens), new(runs, 1, tokens)
            self.gW, self.d_gW, self.centred = (torch.empty_like(self.W) for _ in range(3))
            self.offset, self.d_offset = new(runs, width, 1), new(runs, width, 1)

    def ahead(self, x: Columns) -> Columns:
        """What is read."""
        self.x = x
        if not self.norm:
            return (
                torch.bmm(self.W.mT, x, out=self.out)
                if self.c is None
                else torch.baddbmm(self.c[..., None], self.W.mT, x, out=self.out)
            )
        torch.mean(x, 1, keepdim=True, out=self.mean)
        torch.sub(x, self.mean, out=self.normal)
        torch.mul(self.normal, self.normal, out=self.product)
        torch.mean(self.product, 1, keepdim=True, out=self.inverse).add_(EPSILON).rsqrt_()
        self.normal.mul_(self.inverse)
        torch.mul(self.gain, self.W, out=self.gW)
        torch.bmm(self.W.mT, self.b, out=self.offset)
        if self.c is not None:
            self.offset.add_(self.c[..., None])
        return torch.baddbmm(self.offset, self.gW.mT, self.normal, out=self.out)

    def back(self, d_out: Columns, d_past: Columns | None) -> Columns:
        """The gradient at the stream: what comes through this part, and what came past it."""
        if not self.norm:
            torch.bmm(self.x, d_out.mT, out=self.d_W)
            if self.d_c is not None:
                torch.sum(d_out, 2, out=self.d_c)
            return (
                torch.bmm(self.W, d_out, out=self.d_x)
                if d_past is None
                else torch.baddbmm(d_past, self.W, d_out, out=self.d_x)
            )
        torch.bmm(self.normal, d_out.mT, out=self.d_gW)
        torch.sum(d_out, 2, keepdim=True, out=self.d_offset)
        if self.d_c is not None:
            self.d_c.copy_(self.d_offset[..., 0])
        torch.mul(self.gain, self.d_gW, out=self.d_W).baddbmm_(self.b, self.d_offset.mT)
        torch.bmm(self.W, self.d_offset, out=self.d_b)
        torch.sum(self.d_gW.mul_(self.W), 2, out=self.d_gain)
        torch.sub(
            self.gW, self.gW.mean(1, keepdim=True), out=self.centred
        )  # the gradient is centred as the stream was
        torch.bmm(self.centred, d_out, out=self.d_x)
        torch.mul(self.d_x, self.normal, out=self.product)
        torch.mean(self.product, 1, keepdim=True, out=self.mean)
        self.d_x.addcmul_(self.normal, self.mean, value=-1)
        return (
            self.d_x.mul_(self.inverse)
            if d_past is None
            else torch.addcmul(d_past, self.d_x, self.inverse, out=self.d_x)
        )


class Writing:
    """A matrix that writes to the stream and its bias, if any."""

    def __init__(self, p: Params, g: Params, matrix: str, bias: str, tokens: int) -> None:
        self.W, self.d_W = (each[matrix].flatten(1, -2) for each in (p, g))
        self.c, self.d_c = p.get(bias), g.get(bias)
        runs, width, d_model = self.W.shape
        self.out, self.d_x = (
            self.W.new_empty(runs, d_model, tokens),
            self.W.new_empty(runs, width, tokens),
        )

    def ahead(self, x: Columns, past: Columns | None) -> Columns:
        """What is written, added to what comes past this part."""
        self.x = x
        out = (
            torch.bmm(self.W.mT, x, out=self.out)
            if past is None
            else torch.baddbmm(past, self.W.mT, x, out=self.out)
        )
        return out if self.c is None else out.add_(self.c[..., None])

    def back(self, d_out: Columns) -> Columns:
        """The gradient at what is written from."""
        torch.bmm(self.x, d_out.mT, out=self.d_W)
        if self.d_c is not None:
            torch.sum(d_out, 2, out=self.d_c)
        return torch.bmm(self.W, d_out, out=self.d_x)


class Attention:
    """Queries, keys and values [run, q or k or v and head and d_head, token] to the heads' z [run,
    head and d_head, token].

    Scores are q.k times `scale`. They and the pattern lie as [head of a window, key, query]: a
    softmax over short rows is many times faster when they are columns. Only z from the position
    `first` on is handed on; to leave out the queries before it would cost more than to answer them.
    """

    def __init__(
        self,
        heads: int,
        d_head: int,
        scale: float,
        count: int,
        length: int,
        first: int,
        like: Tensor,
    ) -> None:
        runs, new = len(like), like.new_empty
        windows, self.whole, self.first = (
            runs * count * heads,
            (runs, 3, heads, d_head, count, length),
            first,
        )
        self.arranged = (1, 0, 4, 2, 3, 5)  # to [q or k or v, run, window, head, d_head, position]
        rows: Callable[[torch.Tensor], torch.Tensor] = lambda x: x.view(3, windows, d_head, length)
        self.qkv, self.d_qkv = (new([self.whole[i] for i in self.arranged]) for _ in range(2))
        (self.q, self.k, self.v), (self.d_q, self.d_k, self.d_v) = rows(self.qkv), rows(self.d_qkv)
        self.future = (
            like.new_full((length, length), float("-inf")).tril(-1).expand(windows, -1, -1)
        )
        self.pattern, self.scores, self.d_scores = (new(windows, length, length) for _ in range(3))
        self.z, self.d_z = (
            new(windows, d_head, length),
            like.new_zeros(windows, d_head, length),
        )  # where no z is handed on its gradient stays zero
        self.z_asked, self.d_z_asked = (
            x.view(runs, count, heads, d_head, length)[..., first:].permute(0, 2, 3, 1, 4)
            for x in (self.z, self.d_z)
        )
        self.out, self.scale = new(self.z_asked.shape), scale

    def ahead(self, joined: Columns) -> Columns:
        """What the heads read."""
        self.qkv.copy_(joined.view(self.whole).permute(self.arranged))
        torch.baddbmm(self.future, self.k.mT, self.q, alpha=self.scale, out=self.scores)
        torch.softmax(self.scores, 1, out=self.pattern)
        torch.bmm(self.v, self.pattern, out=self.z)
        return self.out.copy_(self.z_asked).flatten(3).flatten(1, 2)

    def back(self, d_out: Columns, joined: Columns) -> Columns:
        """The gradient at queries, keys and values, written over these."""
        self.d_z_asked.copy_(d_out.view(self.out.shape))
        torch.bmm(self.d_z, self.pattern.mT, out=self.d_v)
        d_pattern = torch.bmm(self.v.mT, self.d_z, out=self.scores)
        torch.ops.aten._softmax_backward_data.out(
            d_pattern, self.pattern, 1, d_pattern.dtype, grad_input=self.d_scores
        )
        self.d_q.baddbmm_(self.k, self.d_scores, beta=0, alpha=self.scale)
        self.d_k.baddbmm_(self.q, self.d_scores.mT, beta=0, alpha=self.scale)
        joined.view(self.whole).permute(self.arranged).copy_(self.d_qkv)
        return joined
