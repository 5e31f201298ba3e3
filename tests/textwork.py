"""Networks that read a text: made by hand, and of texts that a test writes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.study import Study, study_of
from reportgen.core.train import train

HOSTILE = (
    "<b>a</b> *b* `c` | $d$ \\ é \u200b\u202e\u05d0\u0627\u0301"
    ' \U0001f600\u2423\u25a1\u23ce\u00a0z\t{{ x }} [l](u) & "q" \u4e16 ' * 24
)
DEPTHS: dict[str, tuple[str, dict[str, Any]]] = {  # outline and network
    "text": ("zero_layer", {}),
    "one_layer": (
        "one_layer",
        dict(
            n_layers=1,
            n_heads=3,
            d_model=6,
            d_head=2,
            n_ctx=12,
            output_projection=True,
            positions="attention",
        ),
    ),
    "full": (
        "full_transformer",
        dict(
            n_layers=2,
            n_heads=2,
            d_model=6,
            d_head=3,
            d_mlp=5,
            n_ctx=12,
            output_projection=True,
            positions="stream",
            normalization="LN",
        ),
    ),
}


def made_by_hand(study: Study, **changed: np.ndarray) -> Study:
    """The same study with weights replaced at every checkpoint, for every seed."""
    parameters = {
        k: np.broadcast_to(changed[k], v.shape).astype(np.float32) if k in changed else v
        for k, v in study.run.parameters.items()
    }
    return study_of(study.config, replace(study.run, parameters=parameters))


def of_text(path: Path, text: str, *, unit: str = "characters", size: int, **model: Any) -> Config:
    """A small configuration that reads this text."""
    path.write_text(text, encoding="utf-8")
    shipped = configs.load(CONFIGS / "zero_layer.yaml").as_dict()
    values = shipped | dict(
        name="mine",
        rule=dict(name="text", unit=unit, size=size, file=str(path)),
        data=dict(seed=0, block=40, validation=0.1, holdout=0.2, windows=20),
    )
    values["model"] = shipped["model"] | dict(n_ctx=8, d_model=4, d_head=4) | model
    values["training"] = shipped["training"] | dict(
        steps=6,
        warmup=0,
        batch=4,
        seeds=2,
        narrower=[] if model.get("n_layers") else [1, 2],
        checkpoint_every=3,
    )
    return configs.from_values(values)


def hostile(folder: Path, depth: str, unit: str = "characters") -> Study:
    """A network of one of DEPTHS that has read a hostile text for a few steps."""
    outline, model = DEPTHS[depth]
    config = of_text(folder / "hostile.txt", HOSTILE, unit=unit, size=20, **model)
    config = replace(config, report=config.report.model_copy(update=dict(outline=outline)))
    return study_of(config, train(config))
