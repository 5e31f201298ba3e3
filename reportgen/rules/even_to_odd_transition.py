"""After an even number, an odd one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Numbers, is_even
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class EvenToOddTransition(Numbers):
    """After an even number any odd one may come; every other token is free.

    >>> sorted(EvenToOddTransition(highest=6).demand([5, 6]).tokens)
    [1, 3, 5]
    """

    system = "sequence_rules"
    slug = "even_to_odd_transition"
    title = "Odd after even"
    summary = "After an even number comes an odd one, whichever you like."
    class_names: ClassVar[Mapping[str, str]] = {"odd": "odd number", "even": "even number"}

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return Demand(frozenset(range(1, self.highest + 1, 2))) if self.state(prefix) else FREE

    def state(self, prefix: Sequence[Token]) -> bool:
        """Whether the last token is even."""
        return bool(prefix) and is_even(prefix[-1])
