"""Tasks of the tests' own, and configurations of them."""

from pathlib import Path
from typing import Any

import yaml

from reportgen.core import config as configs
from reportgen.core.config import Config

RULE = '''"""A task of somebody's own."""

from dataclasses import dataclass

from reportgen.rules.base import rule
from reportgen.rules.task import Task

COUNT = iter(range(10**9))


@rule
@dataclass(frozen=True)
class Difference(Task):
    slug = "difference"
    title = "How far apart"
    summary = "Read two numbers, then write how far apart they are."

    @property
    def alphabets(self):
        return (tuple(range(6)),) * 2

    def answer(self, inputs):
        return abs(inputs[0] - inputs[1])
'''
VALUES: dict[str, Any] = dict(
    name="mine",
    rule=dict(name="difference"),
    data=dict(seed=0, train_share=0.5),
    model=dict(
        n_layers=1,
        n_heads=1,
        d_model=4,
        d_head=4,
        d_mlp=0,
        n_ctx=2,
        output_projection=True,
        residual=True,
        normalization="none",
    ),
    training=dict(
        steps=4, batch=9, lr=0.01, seeds=1, checkpoint_every=2, show="lowest_validation_loss"
    ),
    report=dict(outline="inputs_to_outputs", demonstrations=2),
)


def mine(folder: Path, text: str = RULE, **changes: dict[str, Any]) -> Config:
    """A configuration of a task in a file of its own; keys that are None are left out."""
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "mine.py").write_text(text, encoding="utf-8")
    values = {
        section: {k: v for k, v in (given | changes.get(section, {})).items() if v is not None}
        if isinstance(given, dict)
        else given
        for section, given in VALUES.items()
    }
    (folder / "mine.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    return configs.load(folder / "mine.yaml", rules=folder / "rules")
