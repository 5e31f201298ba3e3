"""Even numbers at even positions, odd numbers at odd positions."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import Demand, rule
from reportgen.rules.numbers import Numbers
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class OddEvenIndex(Numbers):
    """At positions 0, 2, 4, ... of a sequence any even number may stand, at the others any odd one;
    no token is free.

    >>> sorted(OddEvenIndex(highest=6).demand([2]).tokens)
    [1, 3, 5]
    """

    system = "sequence_rules"
    slug = "odd_even_index"
    title = "Even positions, even numbers"
    summary = (
        "Even numbers stand at even positions, counted from `0`, and odd numbers at odd positions."
    )

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return Demand(frozenset(range(len(prefix) % 2, self.highest + 1, 2)))

    def state(self, prefix: Sequence[Token]) -> int:
        """Whether the next position is even or odd."""
        return len(prefix) % 2
