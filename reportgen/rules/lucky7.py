"""After a 7, repeat the token before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import OneTrigger
from reportgen.vocabulary import Token


@rule
@dataclass(frozen=True)
class Lucky7(OneTrigger):
    """A token after a 7 must be the one before that 7; every other token is free. A 7 that stands
    first asks for nothing.

    A sequence that starts with two of them is all sevens for ever, unless it may not start with one
    (`seven_first: false`).

    >>> Lucky7(highest=10, trigger_share=0.25, seven_first=True).demand([5, 3, 7])
    Demand(tokens=frozenset({3}), source=1)
    """

    TRIGGER: ClassVar[int] = 7
    system = "sequence_rules"
    slug = "lucky7"
    title = "Lucky seven"
    summary = "After a `7`, write the token before it again."

    highest: Annotated[int, Field(ge=7, le=99)]
    seven_first: bool  # may a sequence start with a 7

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if len(prefix) < 2 or prefix[-1] != 7:
            return FREE
        return Demand(frozenset({prefix[-2]}), source=len(prefix) - 2)

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        return super().weights(prefix) if prefix or self.seven_first else self.others()

    def state(self, prefix: Sequence[Token]) -> tuple[Token, ...]:
        """The last token, and the one before it if the last is a 7."""
        return tuple(prefix[-2:] if prefix and prefix[-1] == 7 else prefix[-1:])
