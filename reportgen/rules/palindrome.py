"""Read a word, then say whether it reads the same backwards."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field

from reportgen.rules.base import rule
from reportgen.rules.task import Task
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class Palindrome(Task):
    """After a word and `?` the output is `yes` if the word reads the same backwards, else `no`.

    >>> Palindrome(letters=2, length=4).demand(["a", "b", "b", "a", "?"])
    Demand(tokens=frozenset({'yes'}), source=None)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "palindrome"
    title = "Is it a palindrome?"
    summary = "Read a word, then say whether it reads the same backwards."
    outputs = ("no", "yes")

    letters: Annotated[int, Field(ge=2, le=26)]  # of the alphabet
    length: Annotated[int, Field(ge=2, le=16)]  # of a word

    @property
    def alphabets(self) -> tuple[tuple[Token, ...], ...]:
        return (tuple("abcdefghijklmnopqrstuvwxyz"[: self.letters]),) * self.length

    @property
    def layout(self) -> tuple[int | str, ...]:
        return (*range(self.length), "?")

    def answer(self, inputs: tuple[Token, ...]) -> Token:
        return "yes" if inputs == inputs[::-1] else "no"
