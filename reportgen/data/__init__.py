"""A rule and a random generator make the data of a configuration: what trains, what chooses, what judges."""

from importlib import import_module
from typing import Any

from reportgen.config import Config
from reportgen.data.followed import followed
from reportgen.data.material import (
    BATCHES,
    BESIDE,
    GENERATION,
    HOLDOUT,
    PHASE,
    RESAMPLING,
    TEXT,
    VALIDATION,
    Material,
    stream,
)
from reportgen.data.windows import (
    Dataset,
    Sequences,
    Windows,
    batches,
    sample,
    tile,
    windows,
)

__all__ = [
    "BATCHES",
    "BESIDE",
    "GENERATION",
    "HOLDOUT",
    "PHASE",
    "RESAMPLING",
    "TEXT",
    "VALIDATION",
    "Dataset",
    "Material",
    "Sequences",
    "Windows",
    "batches",
    "draw",
    "followed",
    "sample",
    "stream",
    "tile",
    "windows",
]


def draw(config: Config) -> Any:
    """The data of a configuration, by the family of its rule: the same for every training seed."""
    return import_module(f"reportgen.data.{config.rule.family}").draw(config)
