"""The loss of many networks and its gradient, written out: what autograd finds from `model.forward`, in fewer and larger steps.

Weights and gradients lie side by side in one vector each, so that the optimiser moves all of them at once.
"""

from dataclasses import dataclass

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


@torch.no_grad()
def descend(m: ModelConfig, s: Stack, batch: Int[Tensor, "run batch _"]) -> Float[Tensor, "run"]:
    """The mean loss of each network on its own windows, n_ctx + 1 tokens each; `s.gradient` becomes the gradient of their sum.

    Names are those of `model.forward`; `d_x` is the gradient at x. Activations are rows, but scores [.., key, query] and logits [run, token, item]
    lie the other way round, as there.
    """
    runs, count, length = batch.shape[0], batch.shape[1], batch.shape[2] - 1
    p, g, n = s.p, s.g, count * length
    layers, heads, d_model, d_head = p["W_Q"].shape[1:]
    tokens, targets = batch[..., :-1].reshape(runs, n, 1).expand(runs, n, d_model), batch[..., 1:].reshape(runs, 1, n)
    future, scale = torch.full((length, length), float("-inf"), dtype=s.vector.dtype).tril(-1).expand(runs * count * heads, -1, -1), d_head**-0.5
    rows = lambda x: x.reshape(runs, n, -1)
    windows = lambda x: x.view(runs * count, length, heads, d_head).transpose(1, 2).reshape(-1, length, d_head)  # a row for each head of each window
    together = lambda x: x.view(runs * count, heads, length, d_head).transpose(1, 2).reshape(runs, n, heads * d_head)

    resid = rows(torch.gather(p["W_E"], 1, tokens).view(runs, count, length, d_model) + p["W_pos"][:, None, :length])
    kept = []
    for layer in range(layers):
        pre = resid
        q, k, v = (windows(x) for x in torch.bmm(pre, s.qkv[:, layer]).view(runs * count, length, 3, heads * d_head).unbind(2))
        pattern = torch.softmax(torch.baddbmm(future, k, q.transpose(1, 2), alpha=scale), 1)
        z = together(torch.bmm(pattern.transpose(1, 2), v))
        out = torch.bmm(z, p["W_O"][:, layer].flatten(1, 2)) if m.output_projection else z
        mid = pre + out if m.residual else out
        post = torch.baddbmm(p["b_in"][:, layer, None], mid, p["W_in"][:, layer]).relu_()
        resid = torch.baddbmm(p["b_out"][:, layer, None], post, p["W_out"][:, layer])
        if m.residual:
            resid += mid
        kept.append((pre, q, k, v, pattern, z, mid, post))
    chances = torch.baddbmm(p["b_U"][:, :, None], p["W_U"].transpose(1, 2), resid.transpose(1, 2)).log_softmax(1)
    losses = -chances.gather(1, targets).mean((1, 2))

    d_logits = chances.exp_().scatter_add_(1, targets, chances.new_full((), -1.0).expand(targets.shape)).div_(n)
    torch.bmm(resid.transpose(1, 2), d_logits.transpose(1, 2), out=g["W_U"])
    torch.sum(d_logits, 2, out=g["b_U"])
    d_resid = torch.bmm(d_logits.transpose(1, 2), p["W_U"].transpose(1, 2))
    for layer in reversed(range(layers)):
        pre, q, k, v, pattern, z, mid, post = kept[layer]
        g["W_out"][:, layer] = torch.bmm(post.transpose(1, 2), d_resid)
        g["b_out"][:, layer] = d_resid.sum(1)
        d_mlp = torch.ops.aten.threshold_backward(torch.bmm(d_resid, p["W_out"][:, layer].transpose(1, 2)), post, 0)
        g["W_in"][:, layer] = torch.bmm(mid.transpose(1, 2), d_mlp)
        g["b_in"][:, layer] = d_mlp.sum(1)
        d_mid = torch.bmm(d_mlp, p["W_in"][:, layer].transpose(1, 2))
        if m.residual:
            d_mid += d_resid
        d_z = d_mid
        if m.output_projection:
            g["W_O"][:, layer] = torch.bmm(z.transpose(1, 2), d_mid).view(runs, heads, d_head, d_model)
            d_z = torch.bmm(d_mid, p["W_O"][:, layer].flatten(1, 2).transpose(1, 2))
        d_z = windows(d_z)
        d_pattern = torch.bmm(v, d_z.transpose(1, 2))
        d_scores = torch.ops.aten._softmax_backward_data(d_pattern, pattern, 1, pattern.dtype)
        d_q, d_k = torch.bmm(d_scores.transpose(1, 2), k).mul_(scale), torch.bmm(d_scores, q).mul_(scale)
        d_qkv = torch.cat([together(x) for x in (d_q, d_k, torch.bmm(pattern, d_z))], 2)
        s.d_qkv[:, layer] = torch.bmm(pre.transpose(1, 2), d_qkv)
        d_resid = torch.baddbmm(d_mid, d_qkv, s.qkv[:, layer].transpose(1, 2)) if m.residual else torch.bmm(d_qkv, s.qkv[:, layer].transpose(1, 2))
    torch.sum(d_resid.view(runs, count, length, d_model), 1, out=g["W_pos"])
    g["W_E"].zero_().scatter_add_(1, tokens, d_resid)
    return losses
