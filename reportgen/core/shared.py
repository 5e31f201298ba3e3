"""What all seeds and checkpoints of one run have in common, and what was found out about some of them: computed at most once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from reportgen.core.config import Config
from reportgen.core.runs import Run
from reportgen.core.trace import Trace, trace
from reportgen.system import system_of

Made = TypeVar("Made")
NO_SEED = -1


@dataclass(frozen=True)
class Shared:
    """What every checkpoint and seed of one run has in common, computed at most once."""

    config: Config
    run: Run

    def __post_init__(self) -> None:
        self.run.check(self.config.shapes)

    @cached_property
    def data(self) -> Any:
        return system_of(self.config).draw(self.config)

    @cached_property
    def demonstrations(self) -> Any:
        return self.data.demonstrations(self.config.report.demonstrations)

    @cached_property
    def films(self) -> dict[int, Trace]:
        """Demonstrations traced at all checkpoints, by seed index; filled on demand."""
        return {}

    @cached_property
    def verified(self) -> dict[tuple[int, int], Any]:
        """Every context tried, by seed index and checkpoint; filled on demand."""
        return {}

    @cached_property
    def answers(self) -> dict[tuple[int, int], np.ndarray]:
        """Most likely next tokens on the holdout windows, by seed index and checkpoint; filled on demand."""
        return {}

    @cached_property
    def first_mistakes(self) -> dict[tuple[int, int], tuple[int | None, int | None]]:
        """The shortest length of a context answered wrongly, and of one that the data can produce, by seed index and checkpoint; filled on demand."""
        return {}

    @cached_property
    def kept(self) -> dict[tuple[str, int, int], Any]:
        """What `Study.once` made, by name, seed index and checkpoint."""
        return {}

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` gives for this run, made at most once."""
        place = name, NO_SEED, NO_SEED
        if place not in self.kept:
            self.kept[place] = make()
        made: Made = self.kept[place]
        return made

    def film(self, seed: int) -> Trace:
        if seed not in self.films:
            self.films[seed] = trace(
                self.config.model, self.run.weights(seed, slice(None)), self.demonstrations.inputs
            )
        return self.films[seed]
