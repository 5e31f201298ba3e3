"""A transformer as people write it in PyTorch, which shares nothing with ours: to see whether its
weights, read by us, say the same.
"""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Conv1D(nn.Module):
    """A linear map whose matrix lies as (in, out)."""

    def __init__(self, out: int, into: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(into, out))
        self.bias = nn.Parameter(torch.zeros(out))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight + self.bias


def _map(into: int, out: int, conv: bool, bias: bool) -> nn.Module:
    return Conv1D(out, into) if conv else nn.Linear(into, out, bias=bias)


class Attention(nn.Module):
    """Causal attention with queries, keys and values in one matrix."""

    def __init__(self, d: int, heads: int, conv: bool, bias: bool) -> None:
        super().__init__()
        self.c_attn, self.c_proj = _map(d, 3 * d, conv, bias), _map(d, d, conv, bias)
        self.heads = heads

    def forward(self, x: Tensor) -> Tensor:
        batch, length, d = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, d // self.heads).transpose(1, 2)
            for part in self.c_attn(x).split(d, dim=2)
        )
        scores = q @ k.transpose(-2, -1) / math.sqrt(k.size(-1))
        future = torch.ones(length, length, dtype=torch.bool).triu(1)
        pattern = scores.masked_fill(future, float("-inf")).softmax(-1)
        return self.c_proj((pattern @ v).transpose(1, 2).reshape(batch, length, d))


class MLP(nn.Module):
    """Four times as wide within."""

    def __init__(self, d: int, conv: bool, bias: bool, approximate: str) -> None:
        super().__init__()
        self.c_fc, self.c_proj = _map(d, 4 * d, conv, bias), _map(4 * d, d, conv, bias)
        self.approximate = approximate

    def forward(self, x: Tensor) -> Tensor:
        return self.c_proj(F.gelu(self.c_fc(x), approximate=self.approximate))


class Block(nn.Module):
    """Attention and MLP, each behind a normalization."""

    def __init__(self, d: int, heads: int, conv: bool, bias: bool, approximate: str) -> None:
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(d, bias=bias), nn.LayerNorm(d, bias=bias)
        self.attn = Attention(d, heads, conv, bias)
        self.mlp = MLP(d, conv, bias, approximate)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    """The whole network, its names with `transformer.` before them but for the head."""

    def __init__(
        self,
        *,
        tokens: int = 9,
        positions: int = 8,
        d: int = 8,
        heads: int = 2,
        layers: int = 2,
        conv: bool = False,
        bias: bool = True,
        tied: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__()
        approximate = "tanh" if conv else "none"
        self.transformer = nn.ModuleDict(
            dict(
                wte=nn.Embedding(tokens, d),
                wpe=nn.Embedding(positions, d),
                h=nn.ModuleList(Block(d, heads, conv, bias, approximate) for _ in range(layers)),
                ln_f=nn.LayerNorm(d, bias=bias),
            )
        )
        self.lm_head = nn.Linear(d, tokens, bias=False)
        rng = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for value in self.parameters():
                value.copy_(torch.randn(value.shape, generator=rng) * 0.5)
        if tied:
            self.lm_head.weight = self.transformer["wte"].weight
        self.double()

    def forward(self, ids: Tensor) -> Tensor:
        t = self.transformer
        x = t["wte"](ids) + t["wpe"](torch.arange(ids.shape[1]))
        for block in t["h"]:
            x = block(x)
        out: Tensor = self.lm_head(t["ln_f"](x))
        return out

    def state(self) -> dict[str, Tensor]:
        """Its weights by name."""
        return {key: value.clone() for key, value in self.state_dict().items()}


def values(layout: str, file: str, /, **weights: object) -> dict[str, object]:
    """The configuration of such a network, as plain values."""
    model = dict(
        n_layers=2,
        n_heads=2,
        d_model=8,
        d_head=4,
        d_mlp=32,
        n_ctx=8,
        output_projection=True,
        residual=True,
        normalization="LN",
        activation="gelu_new" if layout == "huggingface_gpt2" else "gelu",
        attention_biases=True,
    )
    given: Mapping[str, object] = dict(file=file, layout=layout, tokens="as_listed") | weights
    return dict(
        name="given",
        rule=dict(name="repeated_tokens", symbols=9, period=[2, 5]),
        data=dict(seed=0, validation=8, holdout=8),
        model=model,
        weights=given,
        report=dict(outline="induction", demonstrations=1),
    )
