"""A training, finished or under way: parameters stacked over seeds and checkpoints, and what made it. Stored without pickle."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from reportgen.errors import RunError

FORMAT = 1


@dataclass(frozen=True)
class Run:
    """All seeds of one configuration at all checkpoints."""

    config: dict[str, Any]  # as Config.as_dict
    seeds: tuple[int, ...]
    steps: np.ndarray  # [checkpoint]
    parameters: dict[str, np.ndarray]  # name -> [seed, checkpoint, ...]
    history: dict[str, np.ndarray]  # name -> [seed, checkpoint]; see judge.HISTORY
    versions: dict[str, str]

    @cached_property
    def shown(self) -> int:
        """Index of the seed that the pages show: the lowest validation loss at the last checkpoint."""
        return int(self.history["validation_loss"][:, -1].argmin())

    @cached_property
    def digest(self) -> str:
        """A hash of everything in it."""
        return sha256(self.to_bytes()).hexdigest()[:16]

    def checkpoint(self, step: int) -> int:
        """Index of the checkpoint at this step; RunError where there is none."""
        found = np.flatnonzero(self.steps == step)
        if not len(found):
            near = self.steps[np.abs(self.steps - step).argmin()]
            raise RunError(
                f"step {step} is no checkpoint of {self.config['name']}; checkpoints are {self.steps[0]}, {self.steps[1]}, ... {self.steps[-1]}; the nearest is {near}"
            )
        return int(found[0])

    def weights(self, seed: int, checkpoint: int | slice) -> dict[str, np.ndarray]:
        """The weights of one seed (by its index) in float64; a slice of checkpoints keeps their axis first."""
        return {
            name: values[seed, checkpoint].astype(np.float64)
            for name, values in self.parameters.items()
        }

    def only(self, seed_indices: list[int], every: int = 1) -> "Run":
        """A smaller run: some seeds, every n-th checkpoint and the last one."""
        kept = sorted({*range(0, len(self.steps), every), len(self.steps) - 1})
        pick = lambda a: np.ascontiguousarray(a[seed_indices][:, kept])
        return Run(
            self.config,
            tuple(self.seeds[i] for i in seed_indices),
            self.steps[kept],
            {k: pick(v) for k, v in self.parameters.items()},
            {k: pick(v) for k, v in self.history.items()},
            self.versions,
        )

    @classmethod
    def joined(cls, runs: Sequence["Run"]) -> "Run":
        """One run of the seeds of several, which were trained apart from the same configuration."""
        first, together = (
            runs[0],
            lambda parts: {
                name: np.concatenate([part[name] for part in parts]) for name in parts[0]
            },
        )
        if any(
            run.config != first.config or run.steps.tolist() != first.steps.tolist() for run in runs
        ):
            raise RunError(
                f"runs of {first.config['name']} that were made from different configurations cannot be joined; train them again"
            )
        return cls(
            first.config,
            tuple(seed for run in runs for seed in run.seeds),
            first.steps,
            together([r.parameters for r in runs]),
            together([r.history for r in runs]),
            first.versions,
        )

    def to_bytes(self) -> bytes:
        """The run as one safetensors file."""
        tensors = (
            {"steps": self.steps}
            | {f"parameters.{k}": v for k, v in self.parameters.items()}
            | {f"history.{k}": v for k, v in self.history.items()}
        )
        about = dict(
            format=FORMAT, config=self.config, seeds=list(self.seeds), versions=self.versions
        )
        return save_tensors(
            {k: np.ascontiguousarray(v) for k, v in tensors.items()},
            {"reportgen": json.dumps(about, sort_keys=True)},
        )

    @classmethod
    def from_bytes(cls, stored: bytes, name: str = "this run") -> "Run":
        """A run from `to_bytes`; RunError where the bytes are damaged or of another format."""
        about, tensors = _read(stored, name)
        return cls(
            about["config"],
            tuple(about["seeds"]),
            tensors["steps"],
            _part(tensors, "parameters."),
            _part(tensors, "history."),
            about["versions"],
        )

    @classmethod
    def load(cls, path: Path) -> "Run":
        """A run from a file."""
        try:
            return cls.from_bytes(path.read_bytes(), str(path))
        except OSError as error:
            raise RunError(f"{path}: cannot be read: {error.strerror}") from error


@dataclass(frozen=True)
class Unfinished:
    """A training that has come to some step: everything from which it goes on as if it had never stopped.

    Batches and first weights follow from seeds and step, so that no random state belongs to it.
    """

    config: dict[str, Any]  # as Config.as_dict
    seeds: tuple[int, ...]
    step: int  # optimiser steps done
    steps: np.ndarray  # [checkpoint], those reached
    kept: dict[str, np.ndarray]  # name -> [checkpoint, seed, ...]
    now: np.ndarray  # all weights in one vector, as `gradient.Stack` lays them out
    optimiser: dict[str, np.ndarray]  # what the optimiser remembers of it

    def save(self, path: Path) -> None:
        """Write it beside its place and move it there: a kill leaves the one before."""
        tensors = (
            {"steps": self.steps, "now": self.now}
            | {f"kept.{k}": v for k, v in self.kept.items()}
            | {f"optimiser.{k}": v for k, v in self.optimiser.items()}
        )
        tensors = {name: np.asarray(value, order="C") for name, value in tensors.items()}
        about = dict(
            format=FORMAT,
            config=self.config,
            seeds=list(self.seeds),
            step=self.step,
            digest=_digest(tensors),
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            beside.write_bytes(
                save_tensors(tensors, {"reportgen": json.dumps(about, sort_keys=True)})
            )
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> "Unfinished":
        """What `save` wrote; RunError where it is damaged or of another format."""
        about, tensors = _read(path.read_bytes(), str(path))
        try:
            if about["digest"] != _digest(tensors):
                raise RunError(
                    f"{path} is damaged (its numbers are not those that were written); delete it and build again"
                )
            return cls(
                about["config"],
                tuple(about["seeds"]),
                about["step"],
                tensors["steps"],
                _part(tensors, "kept."),
                tensors["now"],
                _part(tensors, "optimiser."),
            )
        except KeyError as error:
            raise RunError(
                f"{path} is damaged ({error} is missing); delete it and build again"
            ) from error


def _read(stored: bytes, name: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What a file of ours says of itself, and its arrays."""
    try:
        tensors = load_tensors(stored)
        length = int.from_bytes(stored[:8], "little")
        about = json.loads(json.loads(stored[8 : 8 + length])["__metadata__"]["reportgen"])
        found = about["format"]
    except (SafetensorError, ValueError, KeyError) as error:
        raise RunError(
            f"{name} is damaged or no run ({error}); delete it and build again"
        ) from error
    if found != FORMAT:
        raise RunError(
            f"{name} has format {found}, this version reads {FORMAT}; delete it and build again"
        )
    return about, tensors


def _part(tensors: dict[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }


def _digest(tensors: dict[str, np.ndarray]) -> str:
    """A hash of some arrays with their names and shapes."""
    made = sha256()
    for name in sorted(tensors):
        made.update(f"{name} {tensors[name].dtype} {tensors[name].shape}".encode())
        made.update(tensors[name].tobytes())
    return made.hexdigest()
