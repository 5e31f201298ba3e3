"""Halve an even number, add one to an odd one."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Numbers, is_even
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class ConditionalTransform(Numbers):
    """After an even number comes its half; after an odd one the next number up, and 0 after the
    highest. The first token is free.

    >>> ConditionalTransform(highest=9).demand([5, 6])
    Demand(tokens=frozenset({3}), source=None)
    """

    system = "sequence_rules"
    slug = "conditional_transform"
    title = "Halve or add one"
    summary = "After an even number comes its half, after an odd number the next number up."

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if not prefix:
            return FREE
        last = int(prefix[-1])
        return Demand(frozenset({last // 2 if is_even(last) else (last + 1) % (self.highest + 1)}))

    def state(self, prefix: Sequence[Token]) -> Token | None:
        """The last token."""
        return prefix[-1] if prefix else None
