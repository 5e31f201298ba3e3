"""Every context of every length, tried once: what a build stores of it, or why there are too
many.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.core.config.sections import ModelConfig
from reportgen.core.exact.enumerate import check
from reportgen.core.exact.exhaustive import MOST_FAILING, Exhaustive
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
        return dict(reason=self.reason, lengths=[one.to_dict() for one in self.lengths])

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Verified":
        """What `to_dict` wrote."""
        lengths = map(Exhaustive.from_dict, values["lengths"])
        return cls(tuple(lengths), values["reason"])


def verify(
    model: ModelConfig,
    weights: Weights,
    reads: Reader,
    n_ctx: int,
    *,
    to_first_mistakes: bool = False,
    most: int = MOST_FAILING,
) -> Verified:
    """Try every context, the short ones first, as far as they can be tried, or up to the first
    length at which one that the data can produce is answered wrongly; and list those of one length
    that are answered wrongly, if they are not more than `most`.
    """
    tried: list[Exhaustive] = []
    for length in range(2, n_ctx + 1):
        try:
            tried.append(check(model, weights, reads, length, most=most))
        except RuleError as error:
            return Verified(tuple(tried), str(error))
        if to_first_mistakes and tried[-1].grammatical_wrong.any():
            break
    return Verified(tuple(tried))
