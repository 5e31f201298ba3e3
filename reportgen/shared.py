"""What all seeds and checkpoints of one run have in common, and what was found out about some of them: computed at most once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from reportgen.config import Config
from reportgen.data import draw
from reportgen.runs import Run
from reportgen.trace import Trace, trace


@dataclass(frozen=True)
class Shared:
    """What every checkpoint and seed of one run has in common, computed at most once."""

    config: Config
    run: Run

    def __post_init__(self) -> None:
        self.run.check(self.config.shapes)

    @cached_property
    def data(self) -> Any:
        return draw(self.config)

    @cached_property
    def demonstrations(self) -> Any:
        return self.data.demonstrations(self.config.report.demonstrations)

    @cached_property
    def floors(self) -> Any:
        from reportgen.exact.floors import floors

        return floors(self.config, self.data)

    @cached_property
    def counts(self) -> Any:
        from reportgen.exact.counts import counts

        return counts(self.config, self.data)

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

    def film(self, seed: int) -> Trace:
        if seed not in self.films:
            self.films[seed] = trace(
                self.config.model, self.run.weights(seed, slice(None)), self.demonstrations.inputs
            )
        return self.films[seed]
