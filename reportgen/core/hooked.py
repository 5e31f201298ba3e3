"""The same network as a HookedTransformer of TransformerLens, and back: weights by its names, and
the settings it is built with.
"""

from typing import TYPE_CHECKING

import numpy as np

from reportgen.core.config import Config
from reportgen.core.recording import Weights
from reportgen.errors import RunError

if TYPE_CHECKING:
    from transformer_lens import HookedTransformer

OUTER = {
    "W_E": "embed.W_E",
    "W_pos": "pos_embed.W_pos",
    "W_U": "unembed.W_U",
    "b_U": "unembed.b_U",
    "ln_final_w": "ln_final.w",
    "ln_final_b": "ln_final.b",
}
LAYER = {"ln1_w": "ln1.w", "ln1_b": "ln1.b", "ln2_w": "ln2.w", "ln2_b": "ln2.b"}
LAYER |= {
    name: f"attn.{name}" for name in ("W_Q", "W_K", "W_V", "W_O", "b_Q", "b_K", "b_V", "b_O")
} | {name: f"mlp.{name}" for name in ("W_in", "b_in", "W_out", "b_out")}


def settings(config: Config) -> dict[str, object]:
    """Arguments of a HookedTransformerConfig. Errors: RunError for a network without residual
    connections, which TransformerLens does not have.
    """
    m = config.model
    if not m.residual:
        raise RunError(
            f"{config.name}: a network without residual connections (model.residual: false) has no"
            " like in TransformerLens"
        )
    return dict(
        n_layers=m.n_layers,
        d_model=m.d_model,
        n_ctx=m.n_ctx,
        d_head=m.d_head,
        n_heads=m.n_heads,
        d_mlp=m.d_mlp or None,
        attn_only=not m.d_mlp,
        d_vocab=len(config.rule.vocabulary),
        act_fn="relu",
        normalization_type="LN" if m.normalization == "LN" else None,
        positional_embedding_type="shortformer" if m.positions == "attention" else "standard",
        use_attn_scale=True,
        init_weights=False,
        default_prepend_bos=False,
    )


def state(config: Config, weights: Weights) -> dict[str, np.ndarray]:
    """One network's weights by the names of a HookedTransformer's `state_dict`, with zeros for
    biases and positions it does not have and W_O = I where no matrix follows the heads.
    """
    m = config.model
    vocabulary, heads = len(config.rule.vocabulary), (m.n_layers, m.n_heads, m.d_head)
    given = dict(W_pos=np.zeros((m.n_ctx, m.d_model)), b_U=np.zeros(vocabulary)) | weights
    if m.n_layers:
        joined = np.broadcast_to(
            np.eye(m.n_heads * m.d_head).reshape(m.n_heads, m.d_head, -1),
            (*heads, m.n_heads * m.d_head),
        )
        given = (
            dict(
                W_O=joined,
                b_Q=np.zeros(heads),
                b_K=np.zeros(heads),
                b_V=np.zeros(heads),
                b_O=np.zeros((m.n_layers, m.d_model)),
            )
            | given
        )
    named = {theirs: given[ours] for ours, theirs in OUTER.items() if ours in given}
    return named | {
        f"blocks.{layer}.{theirs}": given[ours][layer]
        for ours, theirs in LAYER.items()
        if ours in given
        for layer in range(m.n_layers)
    }


def from_state(config: Config, found: dict[str, object]) -> Weights:
    """The weights, as `reportgen.core.model` names them, from a HookedTransformer's `state_dict`.
    Errors: RunError where one is missing or has another shape.
    """
    weights: Weights = {}
    for name, shape in config.shapes.items():
        theirs = (
            [OUTER[name]]
            if name in OUTER
            else [f"blocks.{layer}.{LAYER[name]}" for layer in range(config.model.n_layers)]
        )
        if lost := [key for key in theirs if key not in found]:
            raise RunError(
                f"{config.name}: the given state has no {lost[0]}; it is not of a HookedTransformer"
                " with the settings of this configuration"
            )
        parts = [np.asarray(found[key], dtype=np.float64) for key in theirs]
        weights[name] = parts[0] if name in OUTER else np.stack(parts)
        if weights[name].shape != shape:
            raise RunError(
                f"{config.name}: {theirs[0]} makes {name} of shape {weights[name].shape}, wanted"
                f" {shape}"
            )
    return weights


def hooked(config: Config, weights: Weights) -> "HookedTransformer":
    """A HookedTransformer in float64 with these weights; it needs the extra `lens` (`pip install
    reportgen[lens]`).
    """
    import torch
    from transformer_lens import HookedTransformer, HookedTransformerConfig

    made = HookedTransformer(
        HookedTransformerConfig(**settings(config), dtype=torch.float64, device="cpu")
    )
    own = {
        name: torch.from_numpy(np.array(value, dtype=np.float64))
        for name, value in state(config, weights).items()
    }
    made.load_state_dict(
        {
            name: value
            for name, value in made.state_dict().items()
            if "mask" in name or "IGNORE" in name
        }
        | own
    )
    return made
