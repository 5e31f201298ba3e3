"""Count down."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Plain
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class StepDown(Plain):
    """Every token but the first must be one less than the one before it; after 0 comes the highest
    number.

    >>> StepDown(highest=9).demand([5, 0])
    Demand(tokens=frozenset({9}), source=None)
    """

    system = "sequence_rules"
    slug = "step_down"
    title = "Counting down"
    summary = "Each token is one less than the one before it; after `0` comes the highest."

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return Demand(frozenset({(int(prefix[-1]) - 1) % (self.highest + 1)})) if prefix else FREE

    def state(self, prefix: Sequence[Token]) -> Token | None:
        """The last token."""
        return prefix[-1] if prefix else None
