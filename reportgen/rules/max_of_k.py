"""Read some numbers, then name the largest."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from reportgen.rules.base import rule
from reportgen.rules.task import Task
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class MaxOfK(Task):
    """The output of `k` numbers is the largest of them.

    >>> MaxOfK(numbers=64, k=2).demand([5, 17])
    Demand(tokens=frozenset({17}), source=1)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "max_of_k"
    title = "The largest of some numbers"
    summary = "Read some numbers, then name the largest."

    numbers: Annotated[int, Field(ge=2, le=1_000)]  # from 0 on
    k: Annotated[int, Field(ge=1, le=8)]  # of them are read

    @property
    def alphabets(self) -> tuple[tuple[Token, ...], ...]:
        return (tuple(range(self.numbers)),) * self.k

    def answer(self, inputs: tuple[Token, ...]) -> Token:
        return max(map(int, inputs))
