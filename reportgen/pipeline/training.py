"""The tasks of a training: a few seeds in each, so that two cores train one configuration, and one
that joins them.
"""

from collections.abc import Iterator, Mapping

from reportgen.core.config import Config
from reportgen.pipeline import work
from reportgen.pipeline.task import SECONDS, Task
from reportgen.system import system_of


def seeds_together(config: Config) -> list[range]:
    """The seeds of a configuration, those together that are trained in one process."""
    seeds = range(config.training.seeds)
    together = (
        system_of(config).seeds_together if config.model.n_layers else len(seeds)
    )  # without layers they are done before a second process has begun
    return [seeds[i : i + together] for i in seeds[::together]]


def training_tasks(
    config: Config, inputs: Mapping[str, str], joined: Mapping[str, str]
) -> Iterator[Task]:
    """The training as NAME/train, from its parts, which depend on `inputs`; what joins them depends
    on `joined`.

    How many seeds train together does not depend on the number of processes: a run is the same
    whatever built it.
    """
    name = config.name
    parts = {f"{name}/train-{i}": own for i, own in enumerate(seeds_together(config), 1)}
    for part, own in parts.items():
        yield Task(
            part,
            "train",
            work.train,
            dict(config=config, seeds=tuple(own)),
            {**inputs, "seeds": f"{own[0]} to {own[-1]}"},
            weight=SECONDS["train"] * config.training.steps * len(own),
        )
    yield Task(
        f"{name}/train",
        "train",
        work.join,
        dict(parts=tuple(parts)),
        joined,
        tuple(parts),
        weight=SECONDS["pages"],
    )
