"""A second opinion from TransformerLens on networks of any depth, frozen as a fixture:
`PYTHONPATH=tests python tests/oracles/ask_about_depth.py`.

Run it in an environment of its own with TransformerLens 3.9 and this package: random weights go
through `reportgen.core.hooked`, and what comes out of the HookedTransformer in float64 is stored.
"""

import os

os.environ |= {"WANDB_MODE": "disabled", "HF_HUB_OFFLINE": "1"}

import json
from pathlib import Path

import torch
from deepnets import SHAPES, config_of, tokens_of, weights_of

from reportgen.core.hooked import hooked

LAYERED = {
    "q": "attn.hook_q",
    "k": "attn.hook_k",
    "v": "attn.hook_v",
    "pattern": "attn.hook_pattern",
    "z": "attn.hook_z",
    "attn_out": "hook_attn_out",
    "resid_mid": "hook_resid_mid",
    "mlp_pre": "mlp.hook_pre",
    "mlp_out": "hook_mlp_out",
    "resid_post": "hook_resid_post",
    "ln1_scale": "ln1.hook_scale",
    "ln2_scale": "ln2.hook_scale",
}


def main() -> None:
    out = {}
    for name in SHAPES:
        config = config_of(name)
        logits, cache = hooked(config, weights_of(name)).run_with_cache(
            torch.from_numpy(tokens_of(name))
        )
        layers = range(config.model.n_layers)
        activations = {
            ours: [cache[f"blocks.{i}.{theirs}"].tolist() for i in layers]
            for ours, theirs in LAYERED.items()
            if layers and f"blocks.0.{theirs}" in cache
        }
        out[name] = dict(logits=logits.tolist(), activations=activations)
    short = lambda v: (
        [short(x) for x in v]
        if isinstance(v, list)
        else {k: short(x) for k, x in v.items()}
        if isinstance(v, dict)
        else float(f"{v:.12g}")
    )
    (Path(__file__).parent / "depth.json").write_text(json.dumps(short(out)) + "\n")


if __name__ == "__main__":
    main()
