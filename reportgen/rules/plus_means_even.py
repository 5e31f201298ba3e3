"""After ``+``, write any even number."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import WithPlus
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class PlusMeansEven(WithPlus):
    """A token after ``+`` must be even; every other token is free.

    >>> sorted(PlusMeansEven(highest=6, plus_share=0.25).demand([5, "+"]).tokens)
    [0, 2, 4, 6]
    """

    system = "sequence_rules"
    slug = "plus_means_even"
    title = "Plus means even"
    summary = "After `+`, write an even number, whichever you like."

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return (
            Demand(frozenset(range(0, self.highest + 1, 2)))
            if prefix and prefix[-1] == "+"
            else FREE
        )

    def state(self, prefix: Sequence[Token]) -> tuple[bool, bool]:
        """Whether the prefix is empty, whether it ends with the trigger."""
        return not prefix, bool(prefix) and prefix[-1] == "+"
