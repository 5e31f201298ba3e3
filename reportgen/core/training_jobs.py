"""The networks of a training, in the order in which they are stacked, and their first weights."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import torch

from reportgen.core.config import Config
from reportgen.core.data.material import Material
from reportgen.core.model import Params, initial, stack


@dataclasses.dataclass(frozen=True)
class TrainingJob:
    """One network in training: what it reads, its width, and its seed."""

    data: Material
    width: int
    seed: int


def training_jobs(config: Config, data: Material, seeds: Sequence[int]) -> list[TrainingJob]:
    """Every network of a training: all seeds; then, width by width, the narrower ones of each; then
    the same on the data `beside`.
    """
    widths = (config.model.d_model, *config.training.narrower)
    return [
        TrainingJob(each, width, seed)
        for each in (data, data.beside)
        if each is not None
        for width in widths
        for seed in seeds
    ]


def first_weights(config: Config, jobs: Sequence[TrainingJob]) -> Params:
    """The weights [network, ...] before training. A narrower network stands in one of full width
    with its further dimensions at zero, where their gradients are zero too.
    """
    narrowed: Callable[[int], Config] = lambda width: dataclasses.replace(
        config, model=config.model.model_copy(update=dict(d_model=width))
    )
    return stack(
        (
            _widened(initial(narrowed(each.width), each.seed), config.shapes)
            if each.width < config.model.d_model
            else initial(config, each.seed)
        )
        for each in jobs
    )


def _widened(p: Params, shapes: Mapping[str, tuple[int, ...]]) -> Params:
    """The same network with further dimensions that are zero."""
    widened = {name: torch.zeros(shapes[name], dtype=value.dtype) for name, value in p.items()}
    for name, value in p.items():
        widened[name][tuple(slice(size) for size in value.shape)] = value
    return widened
