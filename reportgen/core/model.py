"""The transformer, top to bottom, with a leading run axis: runs may be seeds in training or
checkpoints in a trace.

Weights are named and laid out as TransformerLens does, all with a run axis before them: W_E
[vocabulary, d_model], W_pos [n_ctx, d_model], W_Q, W_K, W_V [layer, head, d_model, d_head] and b_Q,
b_K, b_V [layer, head, d_head], W_O [layer, head, d_head, d_model] and b_O [layer, d_model], W_in
[layer, d_model, d_mlp], b_in, W_out [layer, d_mlp, d_model], b_out, ln1_w, ln1_b, ln2_w, ln2_b
[layer, d_model], ln_final_w, ln_final_b [d_model], W_U [d_model, vocabulary], b_U. Which of them a
network has follows from its configuration (`Config.shapes`).
"""

from collections.abc import Callable, Iterable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from reportgen.core.config import Config
from reportgen.core.config.sections import EPSILON, ModelConfig

Params = dict[str, Tensor]
Step = Callable[[str, int, Tensor], Tensor]
StepHere = Callable[[str, Tensor], Tensor]  # the step of one layer
ONCE = ("W_E", "W_pos", "W_U", "b_U", "ln_final_w", "ln_final_b")  # weights without a layer axis


def initial(config: Config, seed: int) -> Params:
    """The weights of one seed before training.

    By default torch's: N(0, 1) for embeddings and U(-1, 1) / sqrt(fan in) for the rest. With
    `init_std`, N(0, init_std^2) for every matrix and 0 for every bias. Gains of layer normalization
    begin at 1, their biases at 0.
    """
    rng = torch.Generator().manual_seed(seed)
    m = config.model
    joined = m.n_heads * m.d_head
    fan_in = dict(
        W_O=joined, b_O=joined, W_in=m.d_model, b_in=m.d_model, W_out=m.d_mlp, b_out=m.d_mlp
    )

    def first(name: str, shape: tuple[int, ...]) -> Tensor:
        if name.startswith("ln"):
            return torch.ones(shape) if name.endswith("_w") else torch.zeros(shape)
        if m.init_std is not None:
            return (
                torch.randn(shape, generator=rng) * m.init_std
                if name.startswith("W_")
                else torch.zeros(shape)
            )
        if name in ("W_E", "W_pos"):
            return torch.randn(shape, generator=rng)
        scale: float = fan_in.get(name, m.d_model) ** -0.5
        return (torch.rand(shape, generator=rng) * 2 - 1) * scale

    return {name: first(name, shape) for name, shape in config.shapes.items()}


def stack(runs: Iterable[Params]) -> Params:
    """Several runs as one, along a new first axis."""
    listed = list(runs)
    return {name: torch.stack([p[name] for p in listed]) for name in listed[0]}


def as_it_is(name: str, layer: int, value: Tensor) -> Tensor:
    """The step that neither records nor replaces."""
    return value


def forward(
    m: ModelConfig, p: Params, tokens: Int[Tensor, "run batch position"], step: Step = as_it_is
) -> Float[Tensor, "run batch position token"]:
    """Logits of token ids.

    Every named activation goes through `step(name, layer, value)`, which may record it or return
    another instead of it. Their shapes: embed, resid_pre, attn_out, resid_mid, mlp_out, resid_post
    [run, batch, position, d_model]; pos_embed [run, 1, position, d_model]; q, k, v, z [run, batch,
    head, position, d_head]; attn_scores, pattern [run, batch, head, query, key] (scores of the
    future are -inf); mlp_pre, mlp_post [run, batch, position, d_mlp]. Scores are q.k / sqrt(d_head)
    (Vaswani et al. 2017, equation 1). Without an output projection the heads' z stand side by side
    in attn_out; without residual connections attn_out is resid_mid and mlp_out resid_post.

    With layer normalization (as in GPT-2; before each part and before the unembedding) ln1_scale,
    ln2_scale and ln_final_scale [run, batch, position, 1] are what the centred stream is divided
    by. Positions may be added to what queries and keys are made from instead of to the stream (as
    in Press et al. 2021).
    """
    runs, batch, length = tokens.shape
    rows = tokens.reshape(runs, -1, 1).expand(-1, -1, p["W_E"].shape[-1])
    resid = step("embed", 0, torch.gather(p["W_E"], 1, rows).view(runs, batch, length, -1))
    positions = (
        step("pos_embed", 0, p["W_pos"][:, None, :length]) if m.positions != "none" else None
    )
    if positions is not None and m.positions == "stream":
        resid, positions = resid + positions, None
    minus_infinity = torch.full((length, length), float("-inf"), dtype=resid.dtype)
    future = minus_infinity.tril(-1)  # [key, query]
    for layer in range(m.n_layers):
        own = _of_layer(m, p, layer)
        here: Callable[[str, Tensor], Tensor] = lambda name, value: step(name, layer, value)
        resid = here("resid_pre", resid)
        read = _normal(here, resid, "ln1", own) if m.normalization == "LN" else resid
        attn_out = _attention(m, own, here, read, positions, future)
        resid = here("resid_mid", resid + attn_out if m.residual else attn_out)
        if m.d_mlp:
            read = _normal(here, resid, "ln2", own) if m.normalization == "LN" else resid
            mlp_out = _mlp(m, own, here, read)
            resid = resid + mlp_out if m.residual else mlp_out
        resid = here("resid_post", resid)
    if m.normalization == "LN":
        resid = _normal(lambda name, value: step(name, 0, value), resid, "ln_final", p)
    logits = torch.baddbmm(
        p["b_U"][:, :, None], p["W_U"].transpose(1, 2), _in_row(resid).transpose(1, 2)
    )
    return step("logits", 0, logits.transpose(1, 2).unflatten(1, (batch, length)))


def _of_layer(m: ModelConfig, p: Params, layer: int) -> Params:
    """The weights of one layer, without their layer axis."""
    # a squeeze costs the backward pass nothing
    return {
        name: value[:, layer] if m.n_layers > 1 else value.squeeze(1)
        for name, value in p.items()
        if name not in ONCE
    }


def _in_row(x: Float[Tensor, "run batch position d"]) -> Float[Tensor, "run item d"]:
    """All positions of all sequences in one row."""
    return x.reshape(len(x), x.shape[1] * x.shape[2], -1)


def _attention(
    m: ModelConfig,
    p: Params,
    step: StepHere,
    read: Float[Tensor, "run batch position d_model"],
    positions: Float[Tensor, "run 1 position d_model"] | None,
    future: Float[Tensor, "position position"],
) -> Float[Tensor, "run batch position d_model"]:
    """What the heads of a layer give; `positions` are added to what queries and keys are made
    from.
    """
    runs, batch, length, d_model = read.shape
    heads, d_head = p["W_Q"].shape[1], p["W_Q"].shape[3]

    def projected(name: str, x: Tensor) -> Tensor:
        w = p[f"W_{name}"]
        joined = w.transpose(1, 2).reshape(runs, d_model, -1) if heads > 1 else w.squeeze(1)
        flat = _in_row(x) @ joined
        flat = flat + p[f"b_{name}"].reshape(runs, 1, -1) if m.attention_biases else flat
        return step(name.lower(), flat.view(runs, batch, length, heads, d_head).transpose(2, 3))

    placed = read if positions is None else read + positions
    q, k, v = projected("Q", placed), projected("K", placed), projected("V", read)
    each: Callable[[Tensor], Tensor] = lambda x: x.reshape(runs * batch * heads, length, -1)
    # a softmax over short rows is many times faster when they are columns, so scores and logits lie
    # in memory the other way round
    scores = torch.baddbmm(
        future.expand(runs * batch * heads, -1, -1),
        each(k),
        each(q).transpose(1, 2),
        alpha=d_head**-0.5,
    )
    scores = step("attn_scores", scores.view(runs, batch, heads, length, length).transpose(-1, -2))
    pattern = step("pattern", torch.softmax(scores.transpose(-1, -2), -2).transpose(-1, -2))
    z = step("z", (each(pattern) @ each(v)).view(runs, batch, heads, length, d_head))
    out = z.transpose(2, 3).reshape(runs, batch * length, heads * d_head)
    if m.output_projection:
        out = out @ p["W_O"].flatten(1, 2)
    if m.attention_biases:
        out = out + p["b_O"][:, None]
    return step("attn_out", out.view(runs, batch, length, -1))


def activated(m: ModelConfig, x: Tensor) -> Tensor:
    """What neurons give for what they get: relu, gelu (Hendrycks and Gimpel 2016), or its
    approximation by tanh, as in GPT-2.
    """
    if m.activation == "relu":
        return torch.relu(x)
    return torch.nn.functional.gelu(x, approximate="tanh" if m.activation == "gelu_new" else "none")


def _mlp(
    m: ModelConfig, p: Params, step: StepHere, read: Float[Tensor, "run batch position d_model"]
) -> Float[Tensor, "run batch position d_model"]:
    """What the MLP of a layer gives."""

    def affine(x: Tensor, w: str, b: str) -> Tensor:
        return torch.baddbmm(p[b][:, None], _in_row(x), p[w]).view(*read.shape[:3], -1)

    mlp_post = step("mlp_post", activated(m, step("mlp_pre", affine(read, "W_in", "b_in"))))
    return step("mlp_out", affine(mlp_post, "W_out", "b_out"))


def _normal(
    step: StepHere, x: Float[Tensor, "run batch position d_model"], name: str, p: Params
) -> Float[Tensor, "run batch position d_model"]:
    """Layer normalization; what the centred stream is divided by goes through the step."""
    centred = x - x.mean(-1, keepdim=True)
    scale = step(f"{name}_scale", (centred.square().mean(-1, keepdim=True) + EPSILON).sqrt())
    return centred / scale * p[f"{name}_w"][:, None, None] + p[f"{name}_b"][:, None, None]


def by_token(logits: Float[Tensor, "run batch position token"]) -> Float[Tensor, "run token item"]:
    """The same logits as they lie in memory after `forward`: one column for each position of each
    sequence.
    """
    return logits.flatten(1, 2).transpose(1, 2)
