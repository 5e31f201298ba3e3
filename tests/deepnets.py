"""Networks of several depths with random weights, the same every time: for comparisons with what
others compute.
"""

from typing import Any

import numpy as np

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.recording import Weights

MODEL = dict(
    n_layers=2,
    n_heads=1,
    d_model=4,
    d_head=2,
    d_mlp=4,
    n_ctx=8,
    output_projection=True,
    residual=True,
    normalization="LN",
)
REVERSE = dict(
    rule=dict(name="reverse_increment", length=4, highest=3),
    data=dict(seed=0, split="random", holdout=56),
)
REPEATS = dict(
    rule=dict(name="repeated_tokens", symbols=9, period=(2, 5)),
    data=dict(seed=0, validation=8, holdout=8),
)
SHAPES: dict[str, dict[str, Any]] = {
    "normalized": REVERSE | dict(model=MODEL | dict(attention_biases=True)),
    "attention_alone": (
        REPEATS | dict(model=MODEL | dict(n_heads=2, d_mlp=0, positions="attention"))
    ),
    "no_layer": (
        REPEATS | dict(model=MODEL | dict(n_layers=0, normalization="none", positions="none"))
    ),
    "rotary": (
        REVERSE | dict(model=MODEL | dict(n_heads=2, positions="rotary", activation="gelu"))
    ),
    "gelu": REPEATS | dict(model=MODEL | dict(n_heads=2, d_mlp=6, activation="gelu")),
    "gelu_new": (
        REPEATS | dict(model=MODEL | dict(n_layers=3, n_heads=2, d_mlp=6, activation="gelu_new"))
    ),
    "three_layers": REPEATS | dict(model=MODEL | dict(n_layers=3, n_heads=2, d_mlp=6)),
    "side_by_side": (
        REPEATS | dict(model=MODEL | dict(n_heads=2, output_projection=False, normalization="none"))
    ),
}
TRAINING = dict(
    steps=4, batch=4, lr=0.01, seeds=2, checkpoint_every=2, show="lowest_validation_loss"
)


def config_of(name: str, **training: Any) -> Config:
    """The configuration of one of SHAPES."""
    return configs.from_values(
        dict(
            name=name,
            **SHAPES[name],
            training=TRAINING | training,
            report=dict(outline="any", demonstrations=1),
        )
    )


def weights_of(name: str) -> Weights:
    """Random weights of one network, gains and biases of layer normalization included."""
    rng = np.random.default_rng(7)
    return {
        key: rng.normal(1 if key.startswith("ln") and key.endswith("_w") else 0, 0.6, shape)
        for key, shape in config_of(name).shapes.items()
    }


def tokens_of(name: str) -> np.ndarray:
    """Token ids [sequence, position]."""
    config = config_of(name)
    return np.random.default_rng(3).integers(
        0, len(config.rule.vocabulary), (3, config.model.n_ctx)
    )
