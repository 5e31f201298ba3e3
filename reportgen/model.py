"""The transformer, top to bottom, with a leading run axis: runs may be seeds in training or checkpoints in a trace.

Weights are named and laid out as TransformerLens does: W_E [vocabulary, d_model], W_pos [n_ctx, d_model], W_Q, W_K, W_V [layer, head,
d_model, d_head], W_O [layer, head,
d_head, d_model] if there is an output projection, W_in [layer, d_model, d_mlp], b_in, W_out, b_out, W_U [d_model, vocabulary], b_U; all with a run axis before them.
"""

from collections.abc import Callable, Iterable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from reportgen.config import Config
from reportgen.config.sections import ModelConfig

Params = dict[str, Tensor]
Step = Callable[[str, int, Tensor], Tensor]


def shapes(config: Config) -> dict[str, tuple[int, ...]]:
    """The shape of every weight of one run."""
    m, vocabulary = config.model, len(config.rule.vocabulary)
    head = (m.n_layers, m.n_heads, m.d_model, m.d_head)
    after_heads = dict(W_O=(m.n_layers, m.n_heads, m.d_head, m.d_model)) if m.output_projection else {}
    return dict(
        W_E=(vocabulary, m.d_model), W_pos=(m.n_ctx, m.d_model), W_Q=head, W_K=head, W_V=head, **after_heads,
        W_in=(m.n_layers, m.d_model, m.d_mlp), b_in=(m.n_layers, m.d_mlp), W_out=(m.n_layers, m.d_mlp, m.d_model), b_out=(m.n_layers, m.d_model),
        W_U=(m.d_model, vocabulary), b_U=(vocabulary,))  # fmt: skip


def initial(config: Config, seed: int) -> Params:
    """The weights of one seed before training: torch's defaults, N(0, 1) for embeddings and U(-1, 1) / sqrt(fan in) for the rest."""
    rng = torch.Generator().manual_seed(seed)
    m = config.model
    fan_in = dict(W_O=m.n_heads * m.d_head, W_in=m.d_model, b_in=m.d_model, W_out=m.d_mlp, b_out=m.d_mlp)
    normal = lambda shape: torch.randn(shape, generator=rng)
    uniform = lambda shape, fan: (torch.rand(shape, generator=rng) * 2 - 1) * fan**-0.5
    return {name: normal(shape) if name in ("W_E", "W_pos") else uniform(shape, fan_in.get(name, m.d_model)) for name, shape in shapes(config).items()}


def stack(runs: Iterable[Params]) -> Params:
    """Several runs as one, along a new first axis."""
    listed = list(runs)
    return {name: torch.stack([p[name] for p in listed]) for name in listed[0]}


def as_it_is(name: str, layer: int, value: Tensor) -> Tensor:
    """The step that neither records nor replaces."""
    return value


def forward(m: ModelConfig, p: Params, tokens: Int[Tensor, "run batch position"], step: Step = as_it_is) -> Float[Tensor, "run batch position token"]:
    """Logits of token ids.

    Every named activation goes through `step(name, layer, value)`, which may record it or return another in its place. Their shapes:
    embed, resid_pre, attn_out, resid_mid, mlp_out, resid_post [run, batch, position, d_model]; pos_embed [run, 1, position, d_model];
    q, k, v, z [run, batch, head, position, d_head]; attn_scores, pattern [run, batch, head, query, key] (scores of the future are
    -inf); mlp_pre, mlp_post [run, batch, position, d_mlp]. Scores are q.k / sqrt(d_head) (Vaswani et al. 2017, equation 1). Without
    an output projection the heads' z stand side by side in attn_out; without residual connections attn_out is resid_mid and mlp_out resid_post.
    """
    runs, batch, length = tokens.shape
    d_model, n = p["W_E"].shape[-1], batch * length
    _, layers, heads, _, d_head = p["W_Q"].shape
    spread = lambda flat: flat.view(runs, batch, length, -1)
    future = torch.full((length, length), float("-inf"), dtype=p["W_E"].dtype).tril(-1)  # [key, query]

    embed = step("embed", 0, spread(torch.gather(p["W_E"], 1, tokens.reshape(runs, n, 1).expand(runs, n, d_model))))
    resid = embed + step("pos_embed", 0, p["W_pos"][:, None, :length])
    for layer in range(layers):
        resid = step("resid_pre", layer, resid)
        flat = resid.reshape(runs, n, d_model)
        at = lambda name: p[name][:, layer] if layers > 1 else p[name].squeeze(1)  # a squeeze costs the backward pass nothing
        join = lambda w: w.transpose(1, 2).reshape(runs, d_model, heads * d_head) if heads > 1 else w.squeeze(1)
        split = lambda x: x.view(runs, batch, length, heads, d_head).transpose(2, 3)
        q, k, v = (step(name, layer, split(flat @ join(at(w)))) for name, w in (("q", "W_Q"), ("k", "W_K"), ("v", "W_V")))
        each = lambda x: x.reshape(runs * batch * heads, length, -1)
        # a softmax over short rows is many times faster when they are columns, so scores and logits lie in memory the other way round
        scores = torch.baddbmm(future.expand(runs * batch * heads, -1, -1), each(k), each(q).transpose(1, 2), alpha=d_head**-0.5)
        scores = step("attn_scores", layer, scores.view(runs, batch, heads, length, length).transpose(-1, -2))
        pattern = step("pattern", layer, torch.softmax(scores.transpose(-1, -2), -2).transpose(-1, -2))
        z = step("z", layer, (each(pattern) @ each(v)).view(runs, batch, heads, length, d_head))
        joined = z.transpose(2, 3).reshape(runs, n, heads * d_head)
        attn_out = step("attn_out", layer, spread(joined @ at("W_O").flatten(1, 2) if m.output_projection else joined))
        resid = step("resid_mid", layer, resid + attn_out if m.residual else attn_out)
        affine = lambda x, w, b: torch.baddbmm(at(b)[:, None], x.reshape(runs, n, -1), at(w))
        mlp_pre = step("mlp_pre", layer, spread(affine(resid, "W_in", "b_in")))
        mlp_post = step("mlp_post", layer, torch.relu(mlp_pre))
        mlp_out = step("mlp_out", layer, spread(affine(mlp_post, "W_out", "b_out")))
        resid = step("resid_post", layer, resid + mlp_out if m.residual else mlp_out)
    logits = torch.baddbmm(p["b_U"][:, :, None], p["W_U"].transpose(1, 2), resid.reshape(runs, n, d_model).transpose(1, 2))
    return step("logits", 0, logits.transpose(1, 2).unflatten(1, (batch, length)))


def by_token(logits: Float[Tensor, "run batch position token"]) -> Float[Tensor, "run token item"]:
    """The same logits as they lie in memory after `forward`: one column for each position of each sequence."""
    return logits.flatten(1, 2).transpose(1, 2)
