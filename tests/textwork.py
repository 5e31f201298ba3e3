"""Studies of the committed runs of networks that read a text, and made-up ones."""

import json
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from reportgen import config as configs
from reportgen.config import Config
from reportgen.facts.measure import measure
from reportgen.figures.parts.names import short_names
from reportgen.runs import Run
from reportgen.study import Study

RUNS = Path(__file__).parent / "runs"
BASELINES = Path(__file__).parent / "baselines" / "text"
CONFIGS = Path(__file__).parents[1] / "configs"


def placed(values: dict[str, Any]) -> Config:
    """The configuration of a committed run, whose text lies beside it."""
    return configs.from_values(values | dict(rule=values["rule"] | dict(file=str(RUNS / "text.txt"))))


@cache
def committed(name: str) -> Study:
    """The study of a committed run: "text_learnt" or "text_unlearnt"."""
    run = Run.load(RUNS / f"{name}.safetensors")
    return Study.of(placed(run.config), run)


@cache
def shown(name: str) -> Study:
    """The same as a figure sees it, with short names."""
    study = committed(name)
    return study.calling(short_names(study.tokens))


def made_by_hand(study: Study, **changed: np.ndarray) -> Study:
    """The same study with weights replaced at every checkpoint, for every seed."""
    parameters = {k: np.broadcast_to(changed[k], v.shape).astype(np.float32) if k in changed else v for k, v in study.run.parameters.items()}
    return Study.of(study.config, replace(study.run, parameters=parameters))


def of_text(path: Path, text: str, *, unit: str = "characters", size: int, **model: Any) -> Config:
    """A small configuration that reads this text."""
    path.write_text(text, encoding="utf-8")
    shipped = configs.load(CONFIGS / "zero_layer.yaml").as_dict()
    values = shipped | dict(name="mine", rule=dict(name="text", unit=unit, size=size, file=str(path)), data=dict(seed=0, block=40, validation=0.1, holdout=0.2, windows=20))
    values["model"] = shipped["model"] | dict(n_ctx=8, d_model=4, d_head=4) | model
    values["training"] = shipped["training"] | dict(steps=6, warmup=0, batch=4, seeds=2, narrower=[] if model.get("n_layers") else [1, 2], checkpoint_every=3)
    return configs.from_values(values)


@cache
def stored(name: str) -> dict[str, Any]:
    """What was measured of a committed run when the page baselines were written, so that no rounding of a last digit changes a page."""
    path = BASELINES / name / "measured.json"
    if os.environ.get("REPORTGEN_BASELINES") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(measure(committed(name)), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
