"""A study of a network that reads a text: what only this system asks of it."""

from functools import cached_property
from typing import Any

import numpy as np

from reportgen.core import study
from reportgen.core.trace import softmax


class Study(study.Study):
    """One seed at one checkpoint of a network that reads a text."""

    @property
    def counts(self) -> Any:
        """What counting the training blocks of a text can know (`exact.counts.Counts`)."""
        from reportgen.systems.text.counts import counts

        return self.shared.once("counts", lambda: counts(self.config, self.data))

    @cached_property
    def table(self) -> np.ndarray:
        """Chance of each next token after each token [token, next], of a network without layers."""
        return softmax(self.table_logits)

    @cached_property
    def table_logits(self) -> np.ndarray:
        """Logits of each next token after each token [token, next], of a network without layers."""
        return self.trace_of(np.arange(len(self.tokens))[None]).logits[0]

    def write(
        self,
        first: np.ndarray,
        uniform: np.ndarray,
        *,
        temperature: float = 1.0,
        top: int | None = None,
    ) -> np.ndarray:
        """Text [sequence, position] of the network's own from first tokens on, by random numbers [position, sequence]."""
        from reportgen.core.writing import reader, written

        return written(
            reader(self.config.model, self.weights),
            first,
            uniform,
            temperature=temperature,
            top=top,
        )
