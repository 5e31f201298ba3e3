"""Count up."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Plain
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class Successor(Plain):
    """Every token but the first must be one more than the one before it; after the highest number
    comes 0.

    >>> Successor(highest=9).demand([5, 9])
    Demand(tokens=frozenset({0}), source=None)
    """

    system = "sequence_rules"
    slug = "successor"
    title = "Counting up"
    summary = "Each token is one more than the one before it; after the highest comes `0`."

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return Demand(frozenset({(int(prefix[-1]) + 1) % (self.highest + 1)})) if prefix else FREE

    def state(self, prefix: Sequence[Token]) -> Token | None:
        """The last token."""
        return prefix[-1] if prefix else None
