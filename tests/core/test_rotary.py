"""Rotary positions and GELU: by hand, against a plain forward pass in numpy, and as they should
behave.
"""

import math
from typing import Any

import numpy as np
import pytest
import torch
from deepnets import config_of, tokens_of, weights_of

from reportgen.core.config.sections import ModelConfig
from reportgen.core.hooked import settings, state
from reportgen.core.model import turned
from reportgen.core.recording import Weights, softmax
from reportgen.core.trace import trace

DEEP = ("rotary", "gelu", "gelu_new")


def shaped(**more: Any) -> ModelConfig:
    values = dict(
        n_layers=1,
        n_heads=1,
        d_model=4,
        d_head=4,
        d_mlp=0,
        n_ctx=8,
        output_projection=True,
        residual=True,
        normalization="none",
        positions="rotary",
    )
    return ModelConfig.model_validate(values | more)


def test_a_turn_worked_out_by_hand() -> None:
    """Four dimensions, base 100: dimensions 0 and 2 turn by one radian a position, 1 and 3 by a
    tenth.
    """
    x = torch.tensor([[1.0, 0.0, 0.0, 2.0]] * 3, dtype=torch.float64)
    wanted = [
        [math.cos(p), -2 * math.sin(p / 10), math.sin(p), 2 * math.cos(p / 10)] for p in range(3)
    ]
    found = turned(shaped(rotary_base=100), x)
    np.testing.assert_allclose(found, wanted, atol=1e-15)


def test_scores_depend_on_distance_alone() -> None:
    """The product of a query and a key, both turned, is the same wherever the two stand so far
    apart, and another at another distance.
    """
    rng = np.random.default_rng(0)
    q, k = (torch.from_numpy(rng.normal(size=4)).expand(8, 4) for _ in range(2))
    scores = (turned(shaped(), q) @ turned(shaped(), k).T).numpy()
    by_distance = [np.diagonal(scores, -lag) for lag in range(8)]
    for each in by_distance:
        np.testing.assert_allclose(each, each[0], atol=1e-12)
    assert np.ptp([each[0] for each in by_distance]) > 0.1


def _gelu(x: np.ndarray, activation: str) -> np.ndarray:
    if activation == "relu":
        return np.maximum(x, 0)
    if activation == "gelu":
        return x * np.vectorize(lambda v: (1 + math.erf(v / math.sqrt(2))) / 2)(x)
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def _plainly(m: ModelConfig, w: Weights, tokens: list[int]) -> np.ndarray:
    """Logits of one sequence, position by position and head by head; pairs of dimensions are
    complex numbers here.
    """

    def normal(x: np.ndarray, name: str, layer: int | None) -> np.ndarray:
        if m.normalization == "none":
            return x
        gain, bias = (w[f"{name}_{k}"] if layer is None else w[f"{name}_{k}"][layer] for k in "wb")
        middle = x - x.mean()
        return middle / math.sqrt((middle**2).mean() + 1e-5) * gain + bias

    def placed(x: np.ndarray, position: int) -> np.ndarray:
        if m.positions != "rotary":
            return x
        half = len(x) // 2
        turns = np.exp(1j * position / m.rotary_base ** (np.arange(half) * 2 / len(x)))
        pairs = (x[:half] + 1j * x[half:]) * turns
        return np.concatenate([pairs.real, pairs.imag])

    stream = [w["W_E"][t] + (w["W_pos"][i] if "W_pos" in w else 0) for i, t in enumerate(tokens)]
    for layer in range(m.n_layers):
        read, out = [normal(x, "ln1", layer) for x in stream], []
        for i in range(len(tokens)):
            total = np.zeros(m.d_model)
            for h in range(m.n_heads):
                query = placed(read[i] @ w["W_Q"][layer, h], i)
                keys = [placed(read[j] @ w["W_K"][layer, h], j) for j in range(i + 1)]
                shares = softmax(np.array([query @ k for k in keys]) / math.sqrt(m.d_head))
                values = [read[j] @ w["W_V"][layer, h] for j in range(i + 1)]
                total = total + sum(s * v for s, v in zip(shares, values)) @ w["W_O"][layer, h]
            out.append(stream[i] + total)
        stream = [
            x
            + _gelu(normal(x, "ln2", layer) @ w["W_in"][layer] + w["b_in"][layer], m.activation)
            @ w["W_out"][layer]
            + w["b_out"][layer]
            for x in out
        ]
    return np.array([normal(x, "ln_final", None) @ w["W_U"] + w["b_U"] for x in stream])


@pytest.mark.parametrize("name", DEEP)
def test_the_forward_pass_against_a_plain_one(name: str) -> None:
    """Two layers of two heads, layer normalization and GELU, to 1e-12."""
    m, w = config_of(name).model, weights_of(name)
    found = trace(m, {k: v[None] for k, v in w.items()}, tokens_of(name)).at(0).logits
    for row, logits in zip(tokens_of(name), found):
        np.testing.assert_allclose(logits, _plainly(m, w, row.tolist()), atol=1e-12)


def test_what_a_hooked_transformer_is_told() -> None:
    """Rotary positions of all dimensions of a head, in halves, and no table of positions; the
    functions of its neurons are called by the same names there.
    """
    config = config_of("rotary")
    told = settings(config)
    wanted = dict(
        positional_embedding_type="rotary",
        rotary_dim=2,
        rotary_base=10_000.0,
        rotary_adjacent_pairs=False,
        act_fn="gelu",
    )
    assert told | wanted == told
    assert not [key for key in state(config, weights_of("rotary")) if "pos" in key]
    assert settings(config_of("gelu_new"))["act_fn"] == "gelu_new"
    assert "rotary_dim" not in settings(config_of("gelu"))
