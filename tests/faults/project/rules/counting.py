"""Count up by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Plain
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class Counting(Plain):
    """Every token but the first is one more than the one before it; after the highest comes 0."""

    system = "sequence_rules"
    slug = "counting"
    title = "Counting"
    summary = "Each token is one more than the one before it."

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return Demand(frozenset({(int(prefix[-1]) + 1) % (self.highest + 1)})) if prefix else FREE

    def state(self, prefix: Sequence[Token]) -> Token | None:
        """The last token."""
        return prefix[-1] if prefix else None
