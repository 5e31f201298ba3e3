"""Every context of every length, tried once: what a build stores of it, or why there are too many."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from reportgen.errors import RuleError
from reportgen.exact.enumerate import Exhaustive, check
from reportgen.rules.automaton import Automaton
from reportgen.trace import Weights


@dataclass(frozen=True)
class Verified:
    """The exhaustive check of a model at all lengths from 2 up to its window, or the reason why there is none."""

    lengths: tuple[Exhaustive, ...]
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: counts as lists."""
        plain = lambda value: value.tolist() if isinstance(value, np.ndarray) else value
        return dict(reason=self.reason, lengths=[{name: plain(value) for name, value in asdict(one).items()} for one in self.lengths])

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Verified":
        """What `to_dict` wrote."""
        counts = lambda value: np.array(value, dtype=np.int64) if isinstance(value, list) else value
        lengths: list[dict[str, Any]] = [{name: counts(value) for name, value in one.items()} for one in values["lengths"]]
        return cls(tuple(Exhaustive(**one) for one in lengths), values["reason"])


def verify(weights: Weights, table: Automaton, n_ctx: int) -> Verified:
    """Try every context; the longest come first, so that nothing is spent where these are too many."""
    try:
        return Verified(tuple(check(weights, table, length) for length in range(n_ctx, 1, -1))[::-1])
    except RuleError as error:
        return Verified((), str(error))
