"""A training under way: everything from which it goes on as if it had never stopped."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from pathlib import Path

import numpy as np
from pydantic import NonNegativeInt

from reportgen.core.runs.sound import KEPT, names_wrong, shape_wrong, steps_wrong
from reportgen.core.runs.stored import AGAIN, About, Arrays, pack, part, read_bytes, unpack
from reportgen.errors import RunError

OPTIMISER = "optimiser."


class _AboutUnfinished(About):
    step: NonNegativeInt
    digest: str


@dataclass(frozen=True)
class Unfinished:
    """A training that has come to some step.

    Batches and first weights follow from seeds and step, so that no random state belongs to it.
    """

    config: dict[str, object]  # as Config.as_dict
    seeds: tuple[int, ...]
    step: int  # optimiser steps done
    steps: np.ndarray  # [checkpoint], those reached
    kept: dict[str, np.ndarray]  # name -> [checkpoint, network, ...]
    now: np.ndarray  # all weights in one vector, as `gradient.Stack` lays them out
    optimiser: dict[str, np.ndarray]  # what the optimiser remembers of it

    def save(self, path: Path) -> None:
        """Write it beside its place and move it there: a kill leaves the one before."""
        arrays = (
            {"steps": self.steps, "now": self.now}
            | {f"{KEPT}{k}": v for k, v in self.kept.items()}
            | {f"{OPTIMISER}{k}": v for k, v in self.optimiser.items()}
        )
        about = _AboutUnfinished(
            config=self.config, seeds=list(self.seeds), step=self.step, digest=""
        )
        about = about.model_copy(update=dict(digest=_digest(about, arrays)))
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            beside.write_bytes(pack(about, arrays))
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> "Unfinished":
        """What `save` wrote; RunError where it is damaged or of another format."""
        about, arrays = unpack(read_bytes(path), str(path), _AboutUnfinished)
        if about.digest != _digest(about, arrays):
            raise RunError(
                f"{path} is damaged (its numbers are not those that were written); {AGAIN}"
            )
        for wrong in _wrong(about, arrays):
            raise RunError(f"{path} is damaged ({wrong}); {AGAIN}")
        return cls(
            about.config,
            tuple(about.seeds),
            about.step,
            arrays["steps"],
            part(arrays, KEPT),
            arrays["now"],
            part(arrays, OPTIMISER),
        )

    def of(
        self,
        config: Mapping[str, object],
        seeds: tuple[int, ...],
        shapes: Mapping[str, tuple[int, ...]],
        networks: int,
    ) -> bool:
        """Is it of this very training."""
        return (
            (self.config, self.seeds) == (config, seeds)
            and not list(names_wrong(self.kept, shapes, axes=2))
            and all(values.shape[1] == networks for values in self.kept.values())
        )


def _wrong(about: _AboutUnfinished, arrays: Arrays) -> Iterator[str]:
    """What cannot be of a training under way; the arrays of the optimiser are read by name."""
    yield from steps_wrong(steps := arrays.get("steps"))
    kept = part(arrays, KEPT)
    if steps is None or not kept:
        yield "no weights"
        return
    if steps[-1] > about.step:
        yield f"step: got {about.step}, but there is a checkpoint of step {steps[-1]}"
    first = (
        len(steps),
        next(iter(kept.values())).shape[1] if next(iter(kept.values())).ndim > 1 else 0,
    )
    for name, values in kept.items():
        yield from shape_wrong(name, values, first, "checkpoint, network", more=True)
    size = sum(prod(values.shape[1:]) for values in kept.values())
    wanted = {"now": (size,)} | {
        f"{OPTIMISER}{key}": shape
        for key, shape in dict(step=(), exp_avg=(size,), exp_avg_sq=(size,)).items()
    }
    for name, shape in wanted.items():
        if name not in arrays or arrays[name].shape != shape or arrays[name].dtype != np.float32:
            yield f"{name}: wanted numbers of the shape {list(shape)}"


def _digest(about: _AboutUnfinished, arrays: Arrays) -> str:
    """A hash of what is said, and of some arrays with their names and shapes."""
    made = sha256(json.dumps(about.model_dump(exclude={"digest"}), sort_keys=True).encode())
    for name in sorted(arrays):
        made.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode())
        made.update(np.ascontiguousarray(arrays[name]).tobytes())
    return made.hexdigest()
