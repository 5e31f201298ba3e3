"""After ``+``, write the larger of the two latest numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import WithPlus
from reportgen.vocabulary import Token

# steps back, farther than which the answer lies only where one `+` follows another; the data has no
# such position
NEAR = 3


@rule
@dataclass(frozen=True)
class PlusMaxOfTwo(WithPlus):
    """A token after ``+`` must be the larger of the two latest numbers, the later one of equals;
    every other token is free.

    Numbers written after ``+`` count like all others. With one number so far it is that one; with
    none, anything will do. Where ``+`` follows ``+`` so often that the answer lies more than `NEAR`
    steps back, it is still asked for, but its position is not told.

    >>> PlusMaxOfTwo(highest=20, plus_share=0.3).demand([5, 18, 7, "+"])
    Demand(tokens=frozenset({18}), source=1)
    """

    system = "sequence_rules"
    slug = "plus_max_of_two"
    title = "The larger of two"
    summary = "After `+`, write the larger of the two latest numbers."
    class_names: ClassVar[Mapping[str, str]] = {"number": "number", "trigger": "trigger"}

    @property
    def classes(self) -> Mapping[Token, str]:
        return {t: "trigger" if t == "+" else "number" for t in self.vocabulary}

    def demand(self, prefix: Sequence[Token]) -> Demand:
        seen = _latest(prefix)
        if not seen or prefix[-1] != "+":
            return FREE
        token, back = max(seen, key=lambda s: s[0])  # the first of equals, which is the later one
        return Demand(frozenset({token}), source=len(prefix) - 1 - back if back <= NEAR else None)

    def state(self, prefix: Sequence[Token]) -> tuple[tuple[int, int], ...]:
        """The two latest numbers with the steps back to them; the earlier one only while it is the
        larger.
        """
        seen = [(token, min(back, NEAR + 1)) for token, back in _latest(prefix)]
        return tuple(seen[:1] if len(seen) == 2 and seen[1][0] <= seen[0][0] else seen)


def _latest(prefix: Sequence[Token]) -> list[tuple[int, int]]:
    """The two latest numbers, or as many as there are, and the steps back to each; the latest one
    first.
    """
    seen: list[tuple[int, int]] = []
    for back, token in enumerate(reversed(prefix)):
        if isinstance(token, int):
            seen.append((token, back))
            if len(seen) == 2:
                break
    return seen
