"""Read some numbers, then write their sums so far, which go round."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from reportgen.rules.base import rule
from reportgen.rules.task import Task
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class CumulativeSum(Task):
    """After `length` numbers and `=` each output is the sum of the numbers up to its place, modulo
    `p`.

    >>> CumulativeSum(p=5, length=3).demand([2, 4, 1, "=", 2])
    Demand(tokens=frozenset({1}), source=None)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "cumulative_sum"
    title = "Sums so far"
    summary = (
        "Read some numbers, then write the sum of the first, of the first two, and so on; after the"
        " highest number comes 0 again."
    )

    p: Annotated[int, Field(ge=2, le=100)]  # numbers: 0 to p - 1
    length: Annotated[int, Field(ge=2, le=12)]  # numbers in a row

    @property
    def alphabets(self) -> tuple[tuple[Token, ...], ...]:
        return (tuple(range(self.p)),) * self.length

    @property
    def layout(self) -> tuple[int | str, ...]:
        return (*range(self.length), "=")

    def answer(self, inputs: tuple[Token, ...]) -> tuple[Token, ...]:
        return tuple(each % self.p for each in accumulate(map(int, inputs)))
