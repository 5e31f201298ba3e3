"""Search for a training that learns: `python -m benchmarks.recipes NAME` tries learning rates and
schedules on a shipped configuration; without a name it tries again what docs/recipes.md shows.

The network and the law of the data stay as they are, unless `--set model.d_model=3` says otherwise.
Prints one line of Markdown for each setting.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import yaml

from benchmarks.measure import ROOT
from reportgen.core import config as configs
from reportgen.core.config import Config
from reportgen.core.train import train
from reportgen.systems.sequence_rules.data import draw
from reportgen.systems.sequence_rules.floors import floors_of

RATES, WARMUP, SEEDS = (3e-3, 1e-2, 3e-2), 500, 8
# a seed has learnt if it is wrong at fewer of the positions where the window tells the answer
LEARNT = 0.05
HEAD = (
    "| configuration | changed | rate | schedule | steps | learnt | error: best, median |"
    " loss: best, median | floor |\n|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Setting:
    """A shipped configuration, what is changed in it, by "section.key", and how many seeds."""

    name: str
    changes: Mapping[str, Any]
    seeds: int

    @property
    def config(self) -> Config:
        """With one checkpoint, the last; a change that does not fit is an error as in a file."""
        loaded = configs.load(ROOT / "configs" / f"{self.name}.yaml")
        steps = self.changes.get("training.steps", loaded.training.steps)
        last = {"training.seeds": self.seeds, "training.checkpoint_every": steps}
        return changed(loaded, {**self.changes, **last})

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return dict(name=self.name, changes=dict(self.changes), seeds=self.seeds)


def changed(config: Config, values: Mapping[str, Any]) -> Config:
    """The configuration with other values, by "section.key"."""
    sections: dict[str, Any] = {
        name: dict(of) if isinstance(of, dict) else of for name, of in config.as_dict().items()
    }
    for key, value in values.items():
        section, _, name = key.partition(".")
        sections[section][name] = value
    return configs.from_values(sections)


def search(
    name: str, others: Mapping[str, Any], rates: Sequence[float], schedules: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """The changes of every rate with every schedule."""
    for schedule in schedules:
        for lr in rates:
            steps = Setting(name, others, 1).config.training.steps
            warmup = min(WARMUP, steps // 4) if schedule == "cosine" else 0
            yield {
                **others,
                "training.lr": lr,
                "training.schedule": schedule,
                "training.warmup": warmup,
            }


def reached(setting: Setting) -> dict[str, Any]:
    """What the seeds of a setting reach after the last step on validation windows: values of the
    history, a list with one number for each seed (the last layer's where each layer has one), and
    the `floor` of the loss where it is known.
    """
    config = setting.config
    history = train(config).history
    kept = ("error_visible", "validation_loss", "accuracy", "prefix_matching")
    values: dict[str, Any] = {
        key: history[key][:, -1].reshape(setting.seeds, -1)[:, -1].astype(float).round(4).tolist()
        for key in kept
        if key in history
    }
    if "error_visible" in values:
        data = draw(config)
        floors = floors_of(
            data.automaton, config.data.length, config.model.n_ctx, config.data.window_stride
        )
        values["floor"] = round(floors.window, 4)
    return values


def learnt(values: Mapping[str, Any]) -> tuple[int, int]:
    """How many of how many seeds have learnt the rule."""
    errors = values["error_visible"]
    return sum(error < LEARNT for error in errors), len(errors)


def line(setting: Setting, values: Mapping[str, Any]) -> str:
    """A row below `HEAD`."""
    t = setting.config.training
    error, loss = 100 * np.array(values["error_visible"]), values["validation_loss"]
    others = ", ".join(
        f"{key} {value}"
        for key, value in setting.changes.items()
        if key not in ("training.lr", "training.schedule", "training.warmup", "training.steps")
    )
    count, seeds = learnt(values)
    return (
        f"| {setting.name} | {others} | {t.lr:g} | {t.schedule} | {t.steps:,} |"
        f" {count} of {seeds} | {error.min():.1f} %, {np.median(error):.1f} % |"
        f" {min(loss):.3f}, {np.median(loss):.3f} | {values['floor']:.3f} |"
    )


def main(given: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.recipes",
        description=__doc__.splitlines()[0] if __doc__ else None,
    )
    options.add_argument("name", nargs="?", help="a configuration in configs/")
    options.add_argument("--rates", type=float, nargs="+", default=RATES)
    options.add_argument(
        "--schedules", nargs="+", choices=("constant", "cosine"), default=("constant", "cosine")
    )
    options.add_argument("--steps", type=int, help="the configuration's own by default")
    options.add_argument("--seeds", type=int, default=SEEDS)
    options.add_argument(
        "--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="any other value"
    )
    asked = options.parse_args(given)
    torch.set_num_threads(1)
    if not asked.name:
        from benchmarks import recipes_page

        recipes_page.renew()
        return
    others = {
        key: yaml.safe_load(value) for key, _, value in (pair.partition("=") for pair in asked.set)
    }
    if asked.steps:
        others["training.steps"] = asked.steps
    print(f"{asked.name}\n\n{HEAD}", flush=True)
    for changes in search(asked.name, others, asked.rates, asked.schedules):
        setting = Setting(asked.name, changes, asked.seeds)
        print(line(setting, reached(setting)), flush=True)


if __name__ == "__main__":
    main()
