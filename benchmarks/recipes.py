"""Search for a training that learns: `python -m benchmarks.recipes NAME` tries learning rates and
schedules on a shipped configuration.

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
from reportgen.core.train import optimise
from reportgen.systems.sequence_rules.data import draw
from reportgen.systems.sequence_rules.evaluation import evaluate
from reportgen.systems.sequence_rules.floors import floors_of

RATES, WARMUP, SEEDS = (3e-3, 1e-2, 3e-2), 500, 8
# a seed has learnt if it is wrong at fewer of the places where the window tells the answer
LEARNT = 0.05
HEAD = (
    "| rate | schedule | steps | batch | changed | learnt | error: best, median | loss: best,"
    " median | floor |\n|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Tried:
    """What some seeds of one setting reached on the validation windows."""

    config: Config
    changed: str  # beside rate, schedule, steps and batch
    error: np.ndarray  # [seed], visible
    loss: np.ndarray  # [seed]
    floor: float

    def __str__(self) -> str:
        t, error, loss = self.config.training, 100 * self.error, self.loss
        schedule = f"cosine, {t.warmup} up" if t.schedule == "cosine" else t.schedule
        return (
            f"| {t.lr:g} | {schedule} | {t.steps:,} | {t.batch} | {self.changed} |"
            f" {(self.error < LEARNT).sum()} of {len(error)} | {error.min():.1f} %,"
            f" {np.median(error):.1f} % | {loss.min():.3f}, {np.median(loss):.3f} |"
            f" {self.floor:.3f} |"
        )


def changed(config: Config, values: Mapping[str, Any]) -> Config:
    """The configuration with other values, by "section.key"; one that does not fit is an error as
    in a file.
    """
    sections: dict[str, Any] = {
        name: dict(of) if isinstance(of, dict) else of for name, of in config.as_dict().items()
    }
    for key, value in values.items():
        section, _, name = key.partition(".")
        sections[section][name] = value
    return configs.from_values(sections)


def settings(given: Config, rates: Sequence[float], schedules: Sequence[str]) -> Iterator[Config]:
    """Every rate with every schedule."""
    for schedule in schedules:
        for lr in rates:
            yield changed(
                given,
                {
                    "training.lr": lr,
                    "training.schedule": schedule,
                    "training.warmup": (
                        min(WARMUP, given.training.steps // 4) if schedule == "cosine" else 0
                    ),
                },
            )


def trained(config: Config, seeds: int, what: str = "") -> Tried:
    """Train some seeds and evaluate them at the end."""
    data = draw(config)
    _, kept = optimise(config, data, tuple(range(seeds)))
    history = evaluate(
        config, data, {name: value[:, None].numpy() for name, value in kept[-1].items()}
    )
    floor = floors_of(
        data.automaton, config.data.length, config.model.n_ctx, config.data.window_stride
    ).window
    return Tried(
        config, what, history["error_visible"][:, -1], history["validation_loss"][:, -1], floor
    )


def main(given: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.recipes",
        description=__doc__.splitlines()[0] if __doc__ else None,
    )
    options.add_argument("name", help="a configuration in configs/")
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
    others = {
        key: yaml.safe_load(value) for key, _, value in (pair.partition("=") for pair in asked.set)
    }
    loaded = configs.load(ROOT / "configs" / f"{asked.name}.yaml")
    steps = asked.steps or loaded.training.steps
    base = changed(loaded, {"training.steps": steps, "training.checkpoint_every": steps} | others)
    print(f"{asked.name}\n\n{HEAD}", flush=True)
    for config in settings(base, asked.rates, asked.schedules):
        print(trained(config, asked.seeds, ", ".join(asked.set)), flush=True)


if __name__ == "__main__":
    main()
