"""Look the next number up in a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from reportgen.rules.base import FREE, Demand, Rule, rule
from reportgen.vocabulary import Token


def _each_once(numbers: tuple[int, ...]) -> tuple[int, ...]:
    if sorted(numbers) != [*range(len(numbers))]:
        raise PydanticCustomError("permutation", "every number from 0 to the highest, each once")
    return numbers


@rule
@dataclass(frozen=True)
class LookupPermutation(Rule):
    """After the number x comes the one that stands at position x of `permutation`, counted from 0.
    The first token is free.

    >>> LookupPermutation(permutation=(2, 0, 1)).demand([1, 0])
    Demand(tokens=frozenset({2}), source=None)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    system = "sequence_rules"
    slug = "lookup_permutation"
    title = "A list learnt by heart"
    summary = "Each number has one successor, fixed once by shuffling the numbers."
    class_names: ClassVar[Mapping[str, str]] = {"number": "number"}

    permutation: Annotated[
        tuple[int, ...], Field(min_length=2, max_length=100), AfterValidator(_each_once)
    ]

    @property
    def vocabulary(self) -> tuple[Token, ...]:
        return tuple(range(len(self.permutation)))

    @property
    def classes(self) -> Mapping[Token, str]:
        return dict.fromkeys(self.vocabulary, "number")

    @property
    def trigger(self) -> Token | None:
        return None

    def demand(self, prefix: Sequence[Token]) -> Demand:
        return Demand(frozenset({self.permutation[int(prefix[-1])]})) if prefix else FREE

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        return np.full(len(self.permutation), 1 / len(self.permutation))

    def state(self, prefix: Sequence[Token]) -> Token | None:
        """The last token."""
        return prefix[-1] if prefix else None
