"""After ``+``, repeat the most recent even number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from reportgen.rules.base import FREE, Demand, Rule, rule
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class PlusLastEven(Rule):
    """A token after ``+`` must be the latest even number before it; every other token is free.

    With no even number so far, any even number will do.

    >>> PlusLastEven(highest=10, plus_share=0.3).demand([5, 8, 7, "+"])
    Demand(tokens=frozenset({8}), source=1)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "plus_last_even"
    title = "The latest even digit"
    summary = "After `+`, write the most recent even number."
    class_names: ClassVar[Mapping[str, str]] = {"even": "even number", "odd": "odd number", "trigger": "trigger"}

    highest: Annotated[int, Field(ge=1, le=99)]  # largest number token; numbers start at 0
    plus_share: Annotated[float, Field(gt=0, lt=1)]  # chance that a free position holds `+`

    @property
    def vocabulary(self) -> tuple[Token, ...]:
        return (*range(self.highest + 1), "+")

    @property
    def classes(self) -> Mapping[Token, str]:
        return {t: "trigger" if t == "+" else "odd" if int(t) % 2 else "even" for t in self.vocabulary}

    @property
    def trigger(self) -> Token:
        return "+"

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if not prefix or prefix[-1] != "+":
            return FREE
        for source in reversed(range(len(prefix))):
            token = prefix[source]
            if token != "+" and int(token) % 2 == 0:
                return Demand(frozenset({token}), source=source)
        return Demand(frozenset(range(0, self.highest + 1, 2)))

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        numbers = self.highest + 1
        plus_share = self.plus_share if len(prefix) else 0.0  # a sequence starts with a number
        return np.append(np.full(numbers, (1 - plus_share) / numbers), plus_share)

    def state(self, prefix: Sequence[Token]) -> tuple[Token | None, int, bool, bool]:
        """Latest even number, steps back to it, whether the prefix ends with the trigger, whether it is empty."""
        asked = bool(prefix) and prefix[-1] == "+"
        for back, token in enumerate(reversed(prefix)):
            if token != "+" and int(token) % 2 == 0:
                return token, back, asked, False
        return None, 0, asked, not prefix
