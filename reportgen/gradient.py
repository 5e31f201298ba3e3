"""The loss of many networks and its gradient, written out: what autograd finds from `model.forward`, in fewer and larger steps.

Weights and gradients lie side by side in one vector each, so that the optimiser moves all of them at once. Whatever a step computes is
written where the step before wrote it: for networks this small, finding memory and making views costs as much as the numbers.
"""

from dataclasses import dataclass, field

import torch
from jaxtyping import Float, Int
from torch import Tensor

from reportgen.config.sections import ModelConfig
from reportgen.model import Params


@dataclass(frozen=True)
class Stack:
    """Networks in training: every view shares its memory with `vector` or `gradient`.

    `p` and `g` are named and laid out as in `reportgen.model`; `qkv` and `d_qkv` [run, layer, d_model, q or k or v and head and d_head] are W_Q, W_K
    and W_V side by side, which one multiplication applies.
    """

    vector: Tensor
    gradient: Tensor
    p: Params
    g: Params
    qkv: Tensor
    d_qkv: Tensor
    rooms: dict[tuple[int, ...], "Room"] = field(default_factory=dict)  # by the shape of a batch

    @classmethod
    def of(cls, p: Params) -> "Stack":
        """Networks with these weights [run, ...]."""
        runs, layers, heads, d_model, d_head = p["W_Q"].shape
        attention = ("W_Q", "W_K", "W_V")
        rest = [name for name in p if name not in attention]
        sizes = [sum(p[name].numel() for name in attention), *(p[name].numel() for name in rest)]

        def views(vector: Tensor) -> tuple[Params, Tensor]:
            first, *parts = vector.split(sizes)
            joined = first.view(runs, layers, d_model, 3, heads, d_head)
            named = {name: joined[:, :, :, i].transpose(2, 3) for i, name in enumerate(attention)} | {name: part.view(p[name].shape) for name, part in zip(rest, parts)}
            return {name: named[name] for name in p}, joined.flatten(3)

        vector, gradient = (torch.zeros(sum(sizes), dtype=p["W_E"].dtype) for _ in range(2))
        (own, qkv), (found, d_qkv) = views(vector), views(gradient)
        for name, value in p.items():
            own[name].copy_(value)
        return cls(vector, gradient, own, found, qkv, d_qkv)

    def copy(self) -> Params:
        """The weights as they are now, in memory of their own."""
        return {name: value.clone(memory_format=torch.contiguous_format) for name, value in self.p.items()}


class Room:
    """Where a step writes what it computes, for batches of one shape.

    Names are those of `model.forward`; `d_x` is the gradient at x. Activations are rows [run, token, _], but scores and pattern [head of a window, key,
    query] and logits [run, item, token] lie the other way round, as there.
    """

    def __init__(self, m: ModelConfig, s: Stack, count: int, length: int) -> None:
        runs, vocabulary, d_model = s.p["W_E"].shape
        n, new = count * length, s.vector.new_empty
        self.W_E, self.d_W_E = (w["W_E"].view(runs * vocabulary, d_model) for w in (s.p, s.g))
        self.first_token = torch.arange(0, runs * vocabulary, vocabulary)[:, None, None]  # row of W_E of each run
        self.first_logit = (torch.arange(runs)[:, None] * vocabulary * n + torch.arange(n)).view(runs, count, length)
        self.tokens, self.targets = (torch.empty((runs, count, length), dtype=torch.int64) for _ in range(2))  # rows of W_E; places in `chances`
        self.embed, self.resid = new(runs * n, d_model), new(runs, n, d_model)
        self.layers = [Layer(m, s, i, count, length) for i in range(m.n_layers)]
        self.logits, self.chances, self.d_resid = new(runs, vocabulary, n), new(runs, vocabulary, n), new(runs, n, d_model)
        self.flat, self.minus_one = self.chances.view(-1), self.chances.new_full((runs * n,), -1.0)


class Layer:
    """The part of a room that belongs to one layer, and views of its weights."""

    def __init__(self, m: ModelConfig, s: Stack, i: int, count: int, length: int) -> None:
        runs, _, heads, d_model, d_head = s.p["W_Q"].shape
        n, windows, new = count * length, runs * count, s.vector.new_empty
        apart = lambda x: x.view(windows, length, -1, heads, d_head).permute(2, 0, 3, 1, 4)  # [q or k or v, window, head, position, d_head]
        rows = lambda x: x.flatten(0, 1)  # [head of a window, position, d_head]
        self.p, self.g = ({name: w[name][:, i] for name in ("W_in", "b_in", "W_out", "b_out")} | {"W_QKV": qkv[:, i]} for w, qkv in ((s.p, s.qkv), (s.g, s.d_qkv)))
        if m.output_projection:
            self.p["W_O"], self.g["W_O"] = (w["W_O"][:, i].flatten(1, 2) for w in (s.p, s.g))
        self.b_in, self.b_out = self.p["b_in"][:, None], self.p["b_out"][:, None]
        self.future = s.vector.new_full((length, length), float("-inf")).tril(-1).expand(windows * heads, -1, -1)
        self.scale = d_head**-0.5

        self.joined = new(runs, n, 3 * heads * d_head)  # q, k and v as one multiplication makes them; at the end of the step their gradients
        self.taken, alone = apart(self.joined), heads == 1
        self.each = self.taken if alone else new(self.taken.shape)
        self.q, self.k, self.v = map(rows, self.each)
        self.scores, self.pattern, self.d_scores = (new(windows * heads, length, length) for _ in range(3))
        self.z_each = new(windows, heads, length, d_head)
        self.z_rows, self.z = rows(self.z_each), self.z_each.view(runs, n, -1) if alone else new(runs, n, heads * d_head)
        self.z_taken = apart(self.z)[0]
        self.attn_out = new(runs, n, d_model) if m.output_projection else self.z
        self.mid = new(runs, n, d_model) if m.residual else self.attn_out
        self.post, self.resid = new(runs, n, m.d_mlp), new(runs, n, d_model)

        self.d_post, self.d_mid = new(runs, n, m.d_mlp), new(runs, n, d_model)
        self.d_z = new(runs, n, heads * d_head) if m.output_projection else self.d_mid
        self.d_z_taken = apart(self.d_z)[0]
        self.d_z_each = self.d_z_taken if alone else new(self.d_z_taken.shape)
        self.d_z_rows = rows(self.d_z_each)
        self.d_each = new(3, windows, heads, length, d_head)
        self.d_qk, (self.d_q, self.d_k, self.d_v) = self.d_each[:2], map(rows, self.d_each)


@torch.no_grad()
def descend(m: ModelConfig, s: Stack, batch: Int[Tensor, "run batch _"]) -> Float[Tensor, "run"]:
    """The mean loss of each network on its own windows, n_ctx + 1 tokens each; `s.gradient` becomes the gradient of their sum."""
    runs, count, length = batch.shape[0], batch.shape[1], batch.shape[2] - 1
    room = s.rooms.get(batch.shape) or s.rooms.setdefault(batch.shape, Room(m, s, count, length))
    p, g, alone = s.p, s.g, m.n_heads == 1

    torch.add(batch[..., :-1], room.first_token, out=room.tokens)
    torch.add(room.first_logit, batch[..., 1:], alpha=count * length, out=room.targets)
    tokens, targets = room.tokens.view(-1), room.targets.view(-1)
    torch.index_select(room.W_E, 0, tokens, out=room.embed)
    torch.add(room.embed.view(runs, count, length, -1), p["W_pos"][:, None, :length], out=room.resid.view(runs, count, length, -1))
    resid = room.resid
    for at in room.layers:
        torch.bmm(resid, at.p["W_QKV"], out=at.joined)
        if not alone:
            at.each.copy_(at.taken)
        torch.baddbmm(at.future, at.k, at.q.mT, alpha=at.scale, out=at.scores)
        torch.softmax(at.scores, 1, out=at.pattern)
        torch.bmm(at.pattern.mT, at.v, out=at.z_rows)
        if not alone:
            at.z_taken.copy_(at.z_each)
        if m.output_projection:
            torch.bmm(at.z, at.p["W_O"], out=at.attn_out)
        if m.residual:
            torch.add(resid, at.attn_out, out=at.mid)
        torch.baddbmm(at.b_in, at.mid, at.p["W_in"], out=at.post).relu_()
        resid = torch.baddbmm(at.b_out, at.post, at.p["W_out"], out=at.resid)
        if m.residual:
            resid.add_(at.mid)
    torch.baddbmm(p["b_U"][:, :, None], p["W_U"].mT, resid.mT, out=room.logits)
    torch.log_softmax(room.logits, 1, out=room.chances)
    losses = -torch.index_select(room.flat, 0, targets).view(runs, -1).mean(1)

    room.chances.exp_()
    room.flat.index_add_(0, targets, room.minus_one).div_(count * length)  # now the gradient at the logits
    torch.bmm(resid.mT, room.chances.mT, out=g["W_U"])
    torch.sum(room.chances, 2, out=g["b_U"])
    d_resid = torch.bmm(room.chances.mT, p["W_U"].mT, out=room.d_resid)
    for at, resid in zip(reversed(room.layers), [*(below.resid for below in room.layers[-2::-1]), room.resid]):
        torch.bmm(at.post.mT, d_resid, out=at.g["W_out"])
        torch.sum(d_resid, 1, out=at.g["b_out"])
        torch.bmm(d_resid, at.p["W_out"].mT, out=at.d_post)
        torch.ops.aten.threshold_backward.grad_input(at.d_post, at.post, 0, grad_input=at.d_post)
        torch.bmm(at.mid.mT, at.d_post, out=at.g["W_in"])
        torch.sum(at.d_post, 1, out=at.g["b_in"])
        torch.bmm(at.d_post, at.p["W_in"].mT, out=at.d_mid)
        if m.residual:
            at.d_mid.add_(d_resid)
        if m.output_projection:
            torch.bmm(at.z.mT, at.d_mid, out=at.g["W_O"])
            torch.bmm(at.d_mid, at.p["W_O"].mT, out=at.d_z)
        if not alone:
            at.d_z_each.copy_(at.d_z_taken)
        d_pattern = torch.bmm(at.v, at.d_z_rows.mT, out=at.scores)
        torch.ops.aten._softmax_backward_data.out(d_pattern, at.pattern, 1, d_pattern.dtype, grad_input=at.d_scores)
        torch.bmm(at.d_scores.mT, at.k, out=at.d_q)
        torch.bmm(at.d_scores, at.q, out=at.d_k)
        at.d_qk.mul_(at.scale)
        torch.bmm(at.pattern, at.d_z_rows, out=at.d_v)
        at.taken.copy_(at.d_each)
        torch.bmm(resid.mT, at.joined, out=at.g["W_QKV"])
        d_resid = at.d_mid.baddbmm_(at.joined, at.p["W_QKV"].mT) if m.residual else torch.bmm(at.joined, at.p["W_QKV"].mT, out=at.d_mid)
    torch.sum(d_resid.view(runs, count, length, -1), 1, out=g["W_pos"])
    room.d_W_E.zero_().index_add_(0, tokens, d_resid.view(runs * count * length, -1))
    return losses
