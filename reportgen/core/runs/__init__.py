"""A run: parameters stacked over seeds and checkpoints, and what made them. Stored without
pickle.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import numpy as np

from reportgen.core.runs.origin import Origin
from reportgen.core.runs.sound import (
    HISTORY,
    LOSSES,
    PARAMETERS,
    history_wrong,
    names_wrong,
    shape_wrong,
    steps_wrong,
    weights_wrong,
)
from reportgen.core.runs.stored import AGAIN, About, Arrays, pack, part, read_bytes, unpack
from reportgen.errors import RunError


class _AboutRun(About):
    versions: dict[str, str]
    origin: Origin | None = None


@dataclass(frozen=True)
class Run:
    """All seeds of one configuration at all checkpoints."""

    config: dict[str, object]  # as Config.as_dict
    seeds: tuple[int, ...]
    steps: np.ndarray  # [checkpoint]
    parameters: dict[str, np.ndarray]  # name -> [seed, checkpoint, ...]
    history: dict[
        str, np.ndarray
    ]  # name -> [seed, checkpoint]; see HISTORY of a system's evaluation
    versions: dict[str, str]
    origin: Origin | None = None  # of weights that were made elsewhere; None: trained here

    @cached_property
    def shown(self) -> int:
        """Index of the seed that the pages show: the lowest validation loss at the last
        checkpoint.
        """
        return int(self.history["validation_loss"][:, -1].argmin())

    @cached_property
    def digest(self) -> str:
        """A hash of everything in it."""
        return sha256(self.to_bytes()).hexdigest()[:16]

    def checkpoint(self, step: int) -> int:
        """Index of the checkpoint at this step; RunError where there is none."""
        steps = self.steps.tolist()
        if step not in steps:
            near = min(steps, key=lambda each: abs(each - step))
            first = ", ".join(map(str, steps[:-1][:2]))
            raise RunError(
                f"step {step} is no checkpoint of {self.config['name']}; checkpoints are "
                f"{first}, ... {steps[-1]}; the nearest is {near}"
            )
        return int(steps.index(step))

    def defined(self, name: str) -> bool:
        """Is there anything that this quantity of the history was measured on; if not, it is NaN
        throughout.
        """
        return not np.isnan(self.history[name]).any()

    def weights(self, seed: int, checkpoint: int | slice) -> dict[str, np.ndarray]:
        """The weights of one seed (by its index) in float64; a slice of checkpoints keeps their
        axis first.
        """
        return {
            name: values[seed, checkpoint].astype(np.float64)
            for name, values in self.parameters.items()
        }

    def only(self, seed_indices: list[int], every: int = 1) -> "Run":
        """A smaller run: some seeds, every n-th checkpoint and the last one."""
        kept = sorted({*range(0, len(self.steps), every), len(self.steps) - 1})
        pick: Callable[[np.ndarray], np.ndarray] = lambda a: np.ascontiguousarray(
            a[seed_indices][:, kept]
        )
        return Run(
            self.config,
            tuple(self.seeds[i] for i in seed_indices),
            self.steps[kept],
            {k: pick(v) for k, v in self.parameters.items()},
            {k: pick(v) for k, v in self.history.items()},
            self.versions,
            self.origin,
        )

    @classmethod
    def joined(cls, runs: Sequence["Run"]) -> "Run":
        """One run of the seeds of several, which were trained apart from the same configuration."""
        first = runs[0]
        if any(
            run.config != first.config or run.steps.tolist() != first.steps.tolist() for run in runs
        ):
            raise RunError(
                f"runs of {first.config['name']} that were made from different configurations"
                " cannot be joined; train them again"
            )
        return cls(
            first.config,
            tuple(seed for run in runs for seed in run.seeds),
            first.steps,
            _together([r.parameters for r in runs]),
            _together([r.history for r in runs]),
            first.versions,
            first.origin,
        )

    def to_bytes(self) -> bytes:
        """The run as one safetensors file."""
        arrays = (
            {"steps": self.steps}
            | {f"{PARAMETERS}{k}": v for k, v in self.parameters.items()}
            | {f"{HISTORY}{k}": v for k, v in self.history.items()}
        )
        about = _AboutRun(
            config=self.config,
            seeds=list(self.seeds),
            versions=self.versions,
            origin=self.origin,
        )
        return pack(about, arrays, without=() if self.origin else ("origin",))

    @classmethod
    def from_bytes(cls, stored: bytes, name: str = "this run") -> "Run":
        """A run from `to_bytes`; RunError where the bytes are damaged, of another format, or cannot
        be a training's.
        """
        about, arrays = unpack(stored, name, _AboutRun)
        for wrong in _wrong(about, arrays):
            raise RunError(f"{name} is damaged or no run ({wrong}); {AGAIN}")
        run = cls(
            about.config,
            tuple(about.seeds),
            arrays["steps"],
            part(arrays, PARAMETERS),
            part(arrays, HISTORY),
            about.versions,
            about.origin,
        )
        for wrong in run.not_finite():
            raise RunError(
                f"{name} is of a training that diverged ({wrong}); lower training.lr, {AGAIN}"
            )
        return run

    @classmethod
    def load(cls, path: Path) -> "Run":
        """A run from a file."""
        return cls.from_bytes(read_bytes(path), str(path))

    def not_finite(self) -> Iterator[str]:
        """Which weights and losses are no numbers."""
        yield from weights_wrong(self.parameters, self.seeds, self.steps)
        yield from history_wrong(self.history)

    def finite(self) -> "Run":
        """The run itself; RunError where its training diverged."""
        for wrong in self.not_finite():
            raise RunError(
                f"the training diverged: {wrong}; nothing was stored: lower training.lr and build"
                " again"
            )
        return self

    def check(self, shapes: Mapping[str, tuple[int, ...]]) -> None:
        """RunError unless its networks have the weights that a configuration asks for."""
        for wrong in names_wrong(self.parameters, shapes, axes=2):
            raise RunError(
                f"the stored run of {self.config['name']} is of another network ({wrong}); "
                f"build it again with --force {'load' if self.origin else 'train'}"
            )


def _wrong(about: _AboutRun, arrays: Arrays) -> Iterator[str]:
    """What cannot be a run."""
    if len(set(about.seeds)) < len(about.seeds):
        yield f"seeds: got {', '.join(map(str, about.seeds))}, wanted each of them once"
    yield from steps_wrong(steps := arrays.get("steps"))
    parameters, history = (part(arrays, prefix) for prefix in (PARAMETERS, HISTORY))
    if not parameters:
        yield "no weights"
    if missing := [name for name in LOSSES if name not in history]:
        yield f"no history of {' and '.join(missing)}"
    if steps is not None:
        axes = (len(about.seeds), len(steps))
        for name, values in (parameters | history).items():
            yield from shape_wrong(name, values, axes, "seed, checkpoint", more=name in parameters)
    known = 1 + len(parameters) + len(history)
    if len(arrays) > known:
        yield "it holds arrays that are none of a run's"


def _together(parts: Sequence[Arrays]) -> Arrays:
    """Arrays of several runs by name, those of one name joined along the seeds."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
