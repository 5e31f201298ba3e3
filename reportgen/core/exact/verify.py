"""Every context of every length, tried once: what a build stores of it, or why there are too
many.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from reportgen.core.config.sections import ModelConfig
from reportgen.core.exact.enumerate import check
from reportgen.core.exact.exhaustive import Exhaustive
from reportgen.core.recording import Weights
from reportgen.errors import RuleError
from reportgen.rules.reader import Reader


@dataclass(frozen=True)
class Verified:
    """The exhaustive check of a model at all lengths from 2 up to its window, or to the longest
    that can be tried, and the reason why it ends there.
    """

    lengths: tuple[Exhaustive, ...]
    reason: str = ""

    @property
    def first_mistakes(self) -> tuple[int | None, int | None]:
        """The shortest length at which a context is answered wrongly, and the shortest at which one
        is that the data can produce; None where none is.
        """
        first: Callable[[str], int | None] = lambda name: next(
            (one.length for one in self.lengths if getattr(one, name).any()), None
        )
        return first("wrong"), first("grammatical_wrong")

    def to_dict(self) -> dict[str, object]:
        """As JSON has it: counts as lists."""
        plain: Callable[[object], object] = lambda value: (
            value.tolist() if isinstance(value, np.ndarray) else value
        )
        return dict(
            reason=self.reason,
            lengths=[
                {name: plain(value) for name, value in asdict(one).items()} for one in self.lengths
            ],
        )

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Verified":
        """What `to_dict` wrote."""
        counts = lambda value: np.array(value, dtype=np.int64) if isinstance(value, list) else value
        lengths: list[dict[str, Any]] = [
            {name: counts(value) for name, value in one.items()} for one in values["lengths"]
        ]
        return cls(tuple(Exhaustive(**one) for one in lengths), values["reason"])


def verify(
    model: ModelConfig,
    weights: Weights,
    reads: Reader,
    n_ctx: int,
    *,
    to_first_mistakes: bool = False,
) -> Verified:
    """Try every context, the short ones first, as far as they can be tried, or up to the first
    length at which one that the data can produce is answered wrongly.
    """
    tried: list[Exhaustive] = []
    for length in range(2, n_ctx + 1):
        try:
            tried.append(check(model, weights, reads, length))
        except RuleError as error:
            return Verified(tuple(tried), str(error))
        if to_first_mistakes and tried[-1].grammatical_wrong.any():
            break
    return Verified(tuple(tried))
