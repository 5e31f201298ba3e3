"""Read two numbers, then write their sum, which goes round."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from reportgen.rules.base import rule
from reportgen.rules.task import Task
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class ModularAddition(Task):
    """After two numbers and `=` the output is their sum modulo `p`; `=` itself is no answer.

    >>> ModularAddition(p=23).demand([20, 5, "="])
    Demand(tokens=frozenset({2}), source=None)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "modular_addition"
    title = "Addition on a clock"
    summary = "Read two numbers, then write their sum; after the highest number comes 0 again."
    layout = (0, 1, "=")

    p: Annotated[int, Field(ge=2, le=1_000)]  # numbers: 0 to p - 1

    @property
    def modulus(self) -> int:
        """The numbers of the clock."""
        return self.p

    @property
    def alphabets(self) -> tuple[tuple[Token, ...], ...]:
        return (tuple(range(self.p)),) * 2

    def answer(self, inputs: tuple[Token, ...]) -> Token:
        return sum(map(int, inputs)) % self.p
