"""A second opinion from TransformerLens (3.9, with better-abc), frozen as a fixture: `python
tests/oracles/ask_transformer_lens.py`.

Run it in an environment of its own: TransformerLens is heavy, and nothing else here needs it. It
loads the committed runs as a HookedTransformer in float64 and stores activations, direct logit
attribution and ablations of a few windows.
"""

import os

os.environ |= {"WANDB_MODE": "disabled", "HF_HUB_OFFLINE": "1"}

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from transformer_lens import HookedTransformer, HookedTransformerConfig

HERE = Path(__file__).parent
RUNS = HERE.parent / "runs"
TOKENS = [[4, 1, 11, 4, 6, 9, 5, 11], [6, 10, 7, 11, 10, 3, 9, 11], [1, 3, 11, 0, 11, 0, 5, 7]]
NAMES = {
    "embed": "hook_embed",
    "q": "blocks.0.attn.hook_q",
    "k": "blocks.0.attn.hook_k",
    "v": "blocks.0.attn.hook_v",
    "pattern": "blocks.0.attn.hook_pattern",
    "z": "blocks.0.attn.hook_z",
    "attn_out": "blocks.0.hook_attn_out",
    "resid_mid": "blocks.0.hook_resid_mid",
    "mlp_pre": "blocks.0.mlp.hook_pre",
    "mlp_post": "blocks.0.mlp.hook_post",
    "mlp_out": "blocks.0.hook_mlp_out",
    "resid_post": "blocks.0.hook_resid_post",
}


def hooked(weights: dict[str, np.ndarray]) -> HookedTransformer:
    """The committed weights in TransformerLens' own model."""
    vocabulary, d_model = weights["W_E"].shape
    model = HookedTransformer(
        HookedTransformerConfig(
            n_layers=1,
            d_model=d_model,
            n_ctx=len(weights["W_pos"]),
            d_head=weights["W_Q"].shape[-1],
            n_heads=1,
            d_mlp=weights["W_in"].shape[-1],
            d_vocab=vocabulary,
            act_fn="relu",
            normalization_type=None,
            use_attn_scale=True,
            init_weights=False,
            default_prepend_bos=False,
            dtype=torch.float64,
            device="cpu",
        )
    )
    t = lambda a: torch.from_numpy(np.ascontiguousarray(a, dtype=np.float64))
    state = {name: torch.zeros_like(value) for name, value in model.state_dict().items()}
    block = "blocks.0."
    state |= {
        "embed.W_E": t(weights["W_E"]),
        "pos_embed.W_pos": t(weights["W_pos"]),
        "unembed.W_U": t(weights["W_U"]),
        "unembed.b_U": t(weights["b_U"]),
        block + "mlp.W_in": t(weights["W_in"][0]),
        block + "mlp.b_in": t(weights["b_in"][0]),
        block + "mlp.W_out": t(weights["W_out"][0]),
        block + "mlp.b_out": t(weights["b_out"][0]),
        block + "attn.W_O": torch.eye(d_model, dtype=torch.float64)[None],
    }
    state |= {block + f"attn.{name}": t(weights[name][0]) for name in ("W_Q", "W_K", "W_V")}
    for name, value in model.state_dict().items():
        if "mask" in name or "IGNORE" in name:
            state[name] = value
    model.load_state_dict(state)
    return model


def main() -> None:
    out = {}
    for path in sorted(RUNS.glob("*.safetensors")):
        stored = load_file(path)
        shown = int(stored["history.validation_loss"][:, -1].argmin())
        model = hooked(
            {
                k.removeprefix("parameters."): v[shown, -1]
                for k, v in stored.items()
                if k.startswith("parameters.")
            }
        )
        tokens = torch.tensor(TOKENS)
        logits, cache = model.run_with_cache(tokens)
        zeroed = {
            name: model.run_with_hooks(tokens, fwd_hooks=[(hook, lambda value, hook: value * 0)])
            for name, hook in (
                ("attn_out", "blocks.0.hook_attn_out"),
                ("mlp_out", "blocks.0.hook_mlp_out"),
                ("pos_embed", "hook_pos_embed"),
                ("embed", "hook_embed"),
            )
        }
        parts, labels = cache.decompose_resid(return_labels=True)
        attribution = torch.einsum("cspd,dt->cspt", parts, model.W_U)
        out[path.stem] = dict(
            digest=sha256(path.read_bytes()).hexdigest(),
            tokens=TOKENS,
            logits=logits.tolist(),
            activations={ours: cache[theirs].tolist() for ours, theirs in NAMES.items()},
            zero_ablation={name: value.tolist() for name, value in zeroed.items()},
            attribution=dict(zip(labels, attribution.tolist())),
        )
    round_off = lambda v: (
        [round_off(x) for x in v]
        if isinstance(v, list)
        else (
            {k: round_off(x) for k, x in v.items()}
            if isinstance(v, dict)
            else float(f"{v:.13g}")
            if isinstance(v, float)
            else v
        )
    )
    (HERE / "transformer_lens.json").write_text(json.dumps(round_off(out)) + "\n")


if __name__ == "__main__":
    main()
