"""After two numbers of one parity a small number, after two of different parity a large one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import Numbers, is_even
from reportgen.vocabulary import Token

BORDER = 10  # the first number that counts as large


@rule
@dataclass(frozen=True)
class ParityGt10(Numbers):
    """After two even or two odd numbers any number below 10 may come, otherwise any other. The
    first two tokens are free.

    >>> sorted(ParityGt10(highest=12).demand([5, 6]).tokens)
    [10, 11, 12]
    """

    system = "sequence_rules"
    slug = "paritygt10"
    title = "Same parity, small; else large"
    summary = "After two even or two odd numbers comes a number below `10`, otherwise `10` or more."
    class_names: ClassVar[Mapping[str, str]] = {
        "low": "number below 10",
        "high": "number from 10 up",
    }

    highest: Annotated[int, Field(ge=BORDER, le=99)]

    @property
    def classes(self) -> Mapping[Token, str]:
        return {t: "low" if int(t) < BORDER else "high" for t in self.vocabulary}

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if len(prefix) < 2:
            return FREE
        same = is_even(prefix[-1]) == is_even(prefix[-2])
        return Demand(frozenset(range(BORDER) if same else range(BORDER, self.highest + 1)))

    def state(self, prefix: Sequence[Token]) -> tuple[bool, ...]:
        """Whether the last two tokens are even."""
        return tuple(map(is_even, prefix[-2:]))
