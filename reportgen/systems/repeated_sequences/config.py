"""What a configuration says of sequences that repeat themselves, and what of it does not fit
together.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from reportgen.core.config.fits import taken_from_holdout
from reportgen.core.config.given import Check, Given, Problem
from reportgen.core.config.report import Config
from reportgen.core.config.sections import ROWS, Count, DataConfig
from reportgen.core.config.sizes import held_at_once
from reportgen.system import known_as


class RepeatsData(DataConfig):
    """Sequences that repeat themselves, drawn afresh for every batch."""

    # sequences that choose the displayed seed
    validation: Annotated[Count, Field(ge=2), ROWS]
    # sequences that choose nothing; every number on the pages is measured on them
    holdout: Annotated[Count, Field(ge=2), ROWS]


def _held(given: Given) -> Iterator[Problem]:
    """A forward pass through all that is held out."""
    yield from held_at_once(given, "holdout", max(given.data.holdout, given.data.validation))


def data_config(config: Config) -> RepeatsData:
    """What a configuration of this system says of its data."""
    return known_as(RepeatsData, config.data)


CHECKS: tuple[Check, ...] = (taken_from_holdout, _held)
