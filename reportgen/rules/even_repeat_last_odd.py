"""After an even number, repeat the most recent odd one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Numbers, is_even
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class EvenRepeatLastOdd(Numbers):
    """A token after an even number must be the latest odd number, if there is one so far; every
    other token is free.

    >>> EvenRepeatLastOdd(highest=20).demand([5, 3, 8])
    Demand(tokens=frozenset({3}), source=1)
    """

    system = "sequence_rules"
    slug = "even_repeat_last_odd"
    title = "The latest odd number"
    summary = "After an even number, write the most recent odd number."
    class_names: ClassVar[Mapping[str, str]] = {"odd": "odd number", "even": "even number"}

    def demand(self, prefix: Sequence[Token]) -> Demand:
        latest = self.state(prefix)
        if latest is None or latest[1] == 0:
            return FREE
        token, back = latest
        return Demand(frozenset({token}), source=len(prefix) - 1 - back)

    def state(self, prefix: Sequence[Token]) -> tuple[Token, int] | None:
        """The latest odd number and the steps back to it, if there is one."""
        return next(
            ((token, back) for back, token in enumerate(reversed(prefix)) if not is_even(token)),
            None,
        )
