"""Read some numbers, then write them in order."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from reportgen.rules.base import rule
from reportgen.rules.task import Task
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class SortedList(Task):
    """After `length` numbers and `:` the output is the same numbers, the smallest first.

    >>> SortedList(numbers=10, length=3).demand([7, 2, 7, ":", 2])
    Demand(tokens=frozenset({7}), source=2)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "sorted_list"
    title = "Numbers in order"
    summary = "Read some numbers, then write them again, the smallest first."

    numbers: Annotated[int, Field(ge=2, le=100)]  # from 0 on
    length: Annotated[int, Field(ge=2, le=12)]  # of a list

    @property
    def alphabets(self) -> tuple[tuple[Token, ...], ...]:
        return (tuple(range(self.numbers)),) * self.length

    @property
    def layout(self) -> tuple[int | str, ...]:
        return (*range(self.length), ":")

    def answer(self, inputs: tuple[Token, ...]) -> tuple[Token, ...]:
        return tuple(sorted(map(int, inputs)))
