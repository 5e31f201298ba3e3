"""What rules over the numbers from 0 up share: their tokens, the classes of these, and how free
tokens are drawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import ConfigDict, Field

from reportgen.rules.base import Rule
from reportgen.vocabulary import Token


def is_even(token: Token) -> bool:
    """Is this token an even number? An operator is not."""
    return isinstance(token, int) and token % 2 == 0


@dataclass(frozen=True)
class Numbers(Rule):
    """A rule over the numbers 0 to `highest` without a trigger; free tokens are uniform, and
    classes are even and odd unless it says otherwise.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    class_names: ClassVar[Mapping[str, str]] = {"even": "even number", "odd": "odd number"}

    highest: Annotated[int, Field(ge=1, le=99)]  # largest number; numbers start at 0

    @property
    def vocabulary(self) -> tuple[Token, ...]:
        return tuple(range(self.highest + 1))

    @property
    def classes(self) -> Mapping[Token, str]:
        return {t: "even" if is_even(t) else "odd" for t in self.vocabulary}

    @property
    def trigger(self) -> Token | None:
        return None

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        return self.uniform(self.vocabulary)

    def uniform(self, tokens: Iterable[Token]) -> np.ndarray:
        """The distribution [vocabulary] that gives the same chance to each of these tokens and none
        to others.
        """
        chances = np.zeros(len(self.vocabulary))
        chances[self.tokens.encode(tokens)] = 1
        return np.asarray(chances / chances.sum())


@dataclass(frozen=True)
class Plain(Numbers):
    """A rule over numbers of which none is of a special kind: one class, one colour."""

    class_names: ClassVar[Mapping[str, str]] = {"number": "number"}

    @property
    def classes(self) -> Mapping[Token, str]:
        return dict.fromkeys(self.vocabulary, "number")


@dataclass(frozen=True)
class OneTrigger(Numbers):
    """A rule that decides after one of the numbers, `TRIGGER`, which free positions hold more often
    than the others.
    """

    TRIGGER: ClassVar[int]
    class_names: ClassVar[Mapping[str, str]] = {"number": "other number", "trigger": "trigger"}

    # chance that a free position is given to the trigger before all numbers, it among them, get the
    # same
    trigger_share: Annotated[float, Field(gt=0, lt=1)]

    @property
    def classes(self) -> Mapping[Token, str]:
        return {t: "trigger" if t == self.TRIGGER else "number" for t in self.vocabulary}

    @property
    def trigger(self) -> Token:
        return self.TRIGGER

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        return self.trigger_share * self.uniform([self.TRIGGER]) + (
            1 - self.trigger_share
        ) * self.uniform(self.vocabulary)

    def others(self) -> np.ndarray:
        """The distribution [vocabulary] of a free token that may not be the trigger."""
        return self.uniform(t for t in self.vocabulary if t != self.TRIGGER)


@dataclass(frozen=True)
class WithPlus(Numbers):
    """A rule that decides after ``+``; elsewhere a number or, unless the sequence begins or has
    just had one, a ``+`` may stand.
    """

    class_names: ClassVar[Mapping[str, str]] = {
        "even": "even number",
        "odd": "odd number",
        "trigger": "trigger",
    }

    plus_share: Annotated[float, Field(gt=0, lt=1)]  # chance that a free position holds `+`

    @property
    def vocabulary(self) -> tuple[Token, ...]:
        return (*range(self.highest + 1), "+")

    @property
    def classes(self) -> Mapping[Token, str]:
        return {
            t: "trigger" if t == "+" else "even" if is_even(t) else "odd" for t in self.vocabulary
        }

    @property
    def trigger(self) -> Token:
        return "+"

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        numbers = self.highest + 1
        plus_share = self.plus_share if prefix and prefix[-1] != "+" else 0.0
        return np.append(np.full(numbers, (1 - plus_share) / numbers), plus_share)
