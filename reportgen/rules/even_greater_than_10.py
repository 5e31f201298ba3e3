"""After an even number a large one, after an odd number a small one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Numbers, is_even
from reportgen.vocabulary import Token

BORDER = 10  # itself never an answer


@rule
@dataclass(frozen=True)
class EvenGreaterThan10(Numbers):
    """After an even number any number above 10 may come, after an odd one any below 10; 10 itself
    is never the answer. The first token is free.

    >>> sorted(EvenGreaterThan10(highest=12).demand([5, 6]).tokens)
    [11, 12]
    """

    system = "sequence_rules"
    slug = "even_greater_than_10"
    title = "Large after even, small after odd"
    summary = "After an even number comes one above `10`, after an odd number one below `10`."

    highest: Annotated[int, Field(gt=BORDER, le=99)]

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if not prefix:
            return FREE
        return Demand(
            frozenset(range(BORDER + 1, self.highest + 1) if is_even(prefix[-1]) else range(BORDER))
        )

    def state(self, prefix: Sequence[Token]) -> bool | None:
        """Whether the last token is even, if there is one."""
        return is_even(prefix[-1]) if prefix else None
