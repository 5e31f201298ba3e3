"""Even numbers at even places, odd numbers at odd places."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import Demand, rule
from reportgen.rules.numbers import Numbers
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class OddEvenIndex(Numbers):
    """At places 0, 2, 4, ... of a sequence any even number may stand, at the others any odd one; no
    token is free.

    >>> sorted(OddEvenIndex(highest=6).demand([2]).tokens)
    [1, 3, 5]
    """

    system = "sequence_rules"
    slug = "odd_even_index"
    title = "Even places, even numbers"
    summary = "Even numbers stand at even places, counted from `0`, and odd numbers at odd places."

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return Demand(frozenset(range(len(prefix) % 2, self.highest + 1, 2)))

    def state(self, prefix: Sequence[Token]) -> int:
        """Whether the next place is even or odd."""
        return len(prefix) % 2
