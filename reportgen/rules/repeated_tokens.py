"""Random tokens that begin to repeat themselves: what came after this token the last time comes
again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from reportgen.errors import RuleError
from reportgen.rules.base import FREE, Demand, Rule, rule
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class RepeatedTokens(Rule):
    """Different random tokens, as many as the sequence's period; from then on the rule demands the
    token one period back.

    >>> RepeatedTokens(symbols=26, period=(2, 5)).demand(["a", "b", "c", "a"])
    Demand(tokens=frozenset({'b'}), source=1)
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    slug = "repeated_tokens"
    title = "What came next the last time"
    summary = (
        "Different random tokens follow one another; at some point the sequence begins again and"
        " repeats itself, and from there on each token is the one that came next the last time."
    )
    class_names: ClassVar[Mapping[str, str]] = {"token": "token"}
    system = "repeated_sequences"

    # size of the vocabulary: letters a to z, then A to Z; of more than these the numbers from 0
    symbols: Annotated[int, Field(ge=3, le=1_000)]
    period: tuple[
        Annotated[int, Field(ge=2)], Annotated[int, Field(ge=2)]
    ]  # shortest and longest, uniform between

    def __post_init__(self) -> None:
        shortest, longest = self.period
        if not shortest <= longest <= self.symbols:
            raise RuleError(
                f"period: got [{shortest}, {longest}], allowed: the shortest first, and at most"
                f" {self.symbols}, the number of different tokens (symbols)"
            )

    @property
    def vocabulary(self) -> tuple[Token, ...]:
        letters = "abcdefghijklmnopqrstuvwxyz"
        letters += letters.upper()
        return tuple(
            range(self.symbols) if self.symbols > len(letters) else letters[: self.symbols]
        )

    @property
    def classes(self) -> Mapping[Token, str]:
        return dict.fromkeys(self.vocabulary, "token")

    @property
    def trigger(self) -> Token | None:
        return None

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if not prefix or prefix[-1] not in prefix[:-1]:
            return FREE
        back = next(lag for lag in range(1, len(prefix)) if prefix[-1 - lag] == prefix[-1])
        return Demand(frozenset({prefix[len(prefix) - back]}), len(prefix) - back)

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        """A token not seen yet, uniform, or the first token again with the chance that the period
        ends here.
        """
        shortest, longest = self.period
        again = (
            0.0
            if len(prefix) < shortest
            else 1 / (longest - len(prefix) + 1)
            if len(prefix) <= longest
            else 1.0
        )
        chances = np.array([0.0 if token in prefix else 1.0 for token in self.vocabulary])
        if not chances.any():
            again = 1.0
        chances *= (1 - again) / max(chances.sum(), 1)
        if again:
            chances[self.tokens.id(prefix[0])] += again
        return chances
