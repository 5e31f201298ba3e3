"""After an even number, write how far it is from the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Numbers, is_even
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class EvenAbsDiff(Numbers):
    """A token after an even number that is not the first must be the difference between that number
    and the one before it, without its sign.

    Every other token is free. Two even numbers can stand side by side only at the start, and then
    nothing is free any more, since all differences are even; with `two_evens: false` the token
    after an even number at the start is odd.

    >>> EvenAbsDiff(highest=20, two_evens=True).demand([5, 18])
    Demand(tokens=frozenset({13}), source=None)
    """

    system = "sequence_rules"
    slug = "even_abs_diff"
    title = "Difference after even"
    summary = "After an even number comes its distance from the number before it."

    two_evens: bool  # may a sequence start with two even numbers

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if len(prefix) < 2 or not is_even(prefix[-1]):
            return FREE
        return Demand(frozenset({abs(int(prefix[-1]) - int(prefix[-2]))}))

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        only_odd = prefix and is_even(prefix[-1]) and not self.two_evens
        return self.uniform(range(1, self.highest + 1, 2)) if only_odd else super().weights(prefix)

    def state(self, prefix: Sequence[Token]) -> tuple[Token, ...]:
        """The last token and, if that is even, its distance from the one before it."""
        constrained = len(prefix) >= 2 and is_even(prefix[-1])
        return (
            (prefix[-1], abs(int(prefix[-1]) - int(prefix[-2])))
            if constrained
            else tuple(prefix[-1:])
        )
