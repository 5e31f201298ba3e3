"""After a 9, write the token three positions before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from reportgen.rules.base import FREE, Demand, rule
from reportgen.rules.numbers import OneTrigger
from reportgen.vocabulary import Token

STEPS = 3


@rule
@dataclass(frozen=True)
class StepBack(OneTrigger):
    """A token after a 9 must be the one three positions before that 9, if there is one; every other
    token is free.

    Four nines in a row can only stand at the start, and nothing but nines can follow them; with
    `four_nines: false` a free token after three of them is another number.

    >>> StepBack(highest=10, trigger_share=0.4, four_nines=True).demand([5, 4, 3, 2, 9])
    Demand(tokens=frozenset({4}), source=1)
    """

    TRIGGER: ClassVar[int] = 9
    system = "sequence_rules"
    slug = "step_back"
    title = "Three steps back"
    summary = "After a `9`, write the token that stands three positions before it."

    highest: Annotated[int, Field(ge=9, le=99)]
    four_nines: bool  # may a free token make four nines in a row

    def demand(self, prefix: Sequence[Token]) -> Demand:
        if len(prefix) <= STEPS or prefix[-1] != 9:
            return FREE
        source = len(prefix) - 1 - STEPS
        return Demand(frozenset({prefix[source]}), source=source)

    def weights(self, prefix: Sequence[Token]) -> np.ndarray:
        return (
            super().weights(prefix)
            if self.four_nines or tuple(prefix[-STEPS:]) != (9,) * STEPS
            else self.others()
        )

    def state(self, prefix: Sequence[Token]) -> tuple[Token, ...]:
        """The last three tokens, which a 9 may still ask for, and the one before them if the last
        is a 9.
        """
        return tuple(prefix[-STEPS - 1 :] if prefix and prefix[-1] == 9 else prefix[-STEPS:])
