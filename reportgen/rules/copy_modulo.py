"""Repeat the first few tokens over and over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Plain
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class CopyModulo(Plain):
    """The first `period` tokens are free; every later token must be the one a period before it.

    >>> CopyModulo(highest=20, period=3).demand([5, 4, 3, 5])
    Demand(tokens=frozenset({4}), source=1)
    """

    system = "sequence_rules"
    slug = "copy_modulo"
    title = "Over and over"
    summary = (
        "The first few tokens are free; from then on each token repeats the one a period before it."
    )

    period: Annotated[
        int, Field(ge=1, le=3)
    ]  # each more multiplies the states of the rule by the size of the vocabulary

    def demand(self, prefix: Sequence[Token]) -> Demand:
        source = len(prefix) - self.period
        return FREE if source < 0 else Demand(frozenset({prefix[source]}), source=source)

    def state(self, prefix: Sequence[Token]) -> tuple[Token, ...]:
        """The last period, or as much of it as there is."""
        return tuple(prefix[-self.period :])
