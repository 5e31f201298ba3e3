"""Read brackets, then say whether each one that opens is closed."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from reportgen.rules.base import rule
from reportgen.rules.task import Task
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class BalancedBrackets(Task):
    """After some brackets and `?` the output is `yes` if each one is closed behind where it opens,
    else `no`.

    >>> BalancedBrackets(length=4).demand(["(", ")", ")", "(", "?"])
    Demand(tokens=frozenset({'no'}), source=None)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "balanced_brackets"
    title = "Are the brackets balanced?"
    summary = "Read brackets, then say whether each one that opens is closed behind it."
    outputs = ("no", "yes")

    length: Annotated[int, Field(ge=2, le=19)]  # brackets in a row

    @property
    def alphabets(self) -> tuple[tuple[Token, ...], ...]:
        return (("(", ")"),) * self.length

    @property
    def layout(self) -> tuple[int | str, ...]:
        return (*range(self.length), "?")

    def answer(self, inputs: tuple[Token, ...]) -> Token:
        depths = list(accumulate(1 if each == "(" else -1 for each in inputs))
        return "yes" if depths[-1] == 0 and min(depths) >= 0 else "no"
