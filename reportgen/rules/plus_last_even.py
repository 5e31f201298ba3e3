"""After ``+``, repeat the most recent even number."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import WithPlus, is_even
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class PlusLastEven(WithPlus):
    """A token after ``+`` must be the latest even number before it; every other token is free.

    With no even number so far, any even number will do.

    >>> PlusLastEven(highest=10, plus_share=0.3).demand([5, 8, 7, "+"])
    Demand(tokens=frozenset({8}), source=1)
    """

    system = "sequence_rules"
    slug = "plus_last_even"
    title = "The latest even number"
    summary = "After `+`, write the most recent even number."

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if not prefix or prefix[-1] != "+":
            return FREE
        for source in reversed(range(len(prefix))):
            if is_even(prefix[source]):
                return Demand(frozenset({prefix[source]}), source=source)
        return Demand(frozenset(range(0, self.highest + 1, 2)))

    def state(self, prefix: Sequence[Token]) -> tuple[Token | None, int, bool, bool]:
        """Latest even number, steps back to it, whether the prefix ends with the trigger, whether
        it is empty.
        """
        constrained = bool(prefix) and prefix[-1] == "+"
        for back, token in enumerate(reversed(prefix)):
            if is_even(token):
                return token, back, constrained, False
        return None, 0, constrained, not prefix
