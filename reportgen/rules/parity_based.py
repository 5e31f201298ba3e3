"""After two numbers of one parity an even number, after two of different parity an odd one."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Numbers, is_even
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class ParityBased(Numbers):
    """After two even or two odd numbers any even number may come, otherwise any odd one. The first
    two tokens are free.

    >>> sorted(ParityBased(highest=6).demand([5, 6]).tokens)
    [1, 3, 5]
    """

    system = "sequence_rules"
    slug = "parity_based"
    title = "Same parity, even; else odd"
    summary = "After two even or two odd numbers comes an even number, otherwise an odd one."

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if len(prefix) < 2:
            return FREE
        first = 0 if is_even(prefix[-1]) == is_even(prefix[-2]) else 1
        return Demand(frozenset(range(first, self.highest + 1, 2)))

    def state(self, prefix: Sequence[Token]) -> tuple[bool, ...]:
        """Whether the last two tokens are even."""
        return tuple(map(is_even, prefix[-2:]))
