"""A finished training: parameters stacked over seeds and checkpoints, the history, and what made it. Stored without pickle."""

import json
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
    history: dict[str, np.ndarray]  # name -> [seed, checkpoint]; see train.HISTORY
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
            raise RunError(f"step {step} is no checkpoint of {self.config['name']}; checkpoints are {self.steps[0]}, {self.steps[1]}, ... {self.steps[-1]}; the nearest is {near}")
        return int(found[0])

    def weights(self, seed: int, checkpoint: int | slice) -> dict[str, np.ndarray]:
        """The weights of one seed (by its index) in float64; a slice of checkpoints keeps their axis first."""
        return {name: values[seed, checkpoint].astype(np.float64) for name, values in self.parameters.items()}

    def only(self, seed_indices: list[int], every: int = 1) -> "Run":
        """A smaller run: some seeds, every n-th checkpoint and the last one."""
        kept = sorted({*range(0, len(self.steps), every), len(self.steps) - 1})
        pick = lambda a: np.ascontiguousarray(a[seed_indices][:, kept])
        return Run(self.config, tuple(self.seeds[i] for i in seed_indices), self.steps[kept], {k: pick(v) for k, v in self.parameters.items()},
                   {k: pick(v) for k, v in self.history.items()}, self.versions)

    def to_bytes(self) -> bytes:
        """The run as one safetensors file."""
        tensors = {"steps": self.steps} | {f"parameters.{k}": v for k, v in self.parameters.items()} | {f"history.{k}": v for k, v in self.history.items()}
        about = dict(format=FORMAT, config=self.config, seeds=list(self.seeds), versions=self.versions)
        return save_tensors({k: np.ascontiguousarray(v) for k, v in tensors.items()}, {"reportgen": json.dumps(about, sort_keys=True)})

    @classmethod
    def from_bytes(cls, stored: bytes, name: str = "this run") -> "Run":
        """A run from `to_bytes`; RunError where the bytes are damaged or of another format."""
        try:
            tensors = load_tensors(stored)
            length = int.from_bytes(stored[:8], "little")
            about = json.loads(json.loads(stored[8 : 8 + length])["__metadata__"]["reportgen"])
        except (SafetensorError, ValueError, KeyError) as error:
            raise RunError(f"{name} is damaged or no run ({error}); delete it and build again") from error
        if about["format"] != FORMAT:
            raise RunError(f"{name} has format {about['format']}, this version reads {FORMAT}; delete it and build again")
        part = lambda prefix: {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
        return cls(about["config"], tuple(about["seeds"]), tensors["steps"], part("parameters."), part("history."), about["versions"])

    @classmethod
    def load(cls, path: Path) -> "Run":
        """A run from a file."""
        try:
            return cls.from_bytes(path.read_bytes(), str(path))
        except OSError as error:
            raise RunError(f"{path}: cannot be read: {error.strerror}") from error
