"""Read a word, then write it backwards with one added to every digit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Annotated, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from reportgen.rules.base import FREE, Demand, Rule, rule
from reportgen.vocabulary import Token

BEGIN = "BOS"


@rule
@dataclass(frozen=True)
class ReverseIncrement(Rule):
    """After a first token and `length` digits the rule demands these digits in reverse order, each
    one more; after the highest comes 0.

    >>> ReverseIncrement(length=4, highest=3).demand(["BOS", 3, 0, 2, 1])
    Demand(tokens=frozenset({2}), source=None)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "reverse_increment"
    title = "Backwards, and one more"
    summary = (
        "The network reads some digits and has to write them in reverse order, each increased by"
        " one; the highest becomes `0`."
    )
    class_names: ClassVar[Mapping[str, str]] = {"digit": "digit", "begin": "beginning"}
    system = "sequence_to_sequence"

    length: Annotated[int, Field(ge=2, le=8)]  # digits of an input
    highest: Annotated[int, Field(ge=1, le=9)]  # largest digit; digits start at 0

    @property
    def vocabulary(self) -> tuple[Token, ...]:
        return (*range(self.highest + 1), BEGIN)

    @property
    def classes(self) -> Mapping[Token, str]:
        return {t: "begin" if t == BEGIN else "digit" for t in self.vocabulary}

    @property
    def trigger(self) -> Token | None:
        return None

    @property
    def inputs(self) -> int:
        """How many inputs there are."""
        return int((self.highest + 1) ** self.length)

    def rows(self) -> Iterator[tuple[Token, ...]]:
        """Every input with its output behind it, in the order of a dictionary."""
        for word in product(range(self.highest + 1), repeat=self.length):
            yield (BEGIN, *word, *self.output(word))

    def output(self, word: Sequence[int]) -> tuple[int, ...]:
        """What must be written after a word."""
        return tuple((digit + 1) % (self.highest + 1) for digit in reversed(word))

    def mirror(self, position: int) -> int:
        """The position of the digit that the output at `position` (from 0, in the output) is
        made from; position 0 holds the first token.
        """
        return self.length - position

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if not prefix:
            return Demand(frozenset({BEGIN}))
        written = len(prefix) - 1 - self.length
        if not 0 <= written < self.length:
            return FREE
        digit = prefix[self.mirror(written)]
        return (
            Demand(frozenset({(digit + 1) % (self.highest + 1)}))
            if isinstance(digit, int)
            else FREE
        )

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        """Digits are uniform."""
        chances = np.full(len(self.vocabulary), 1 / (self.highest + 1))
        chances[-1] = 0
        return chances
