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
    # random tokens that are said twice, as the literature measures heads: how many sequences, and
    # how many tokens before the copy, drawn by numpy's default_rng(seed).integers, to repeat what
    # others measured; none: many of half a window, from a stream of their own
    said_twice: tuple[Annotated[Count, Field(ge=2), ROWS], Annotated[Count, Field(ge=2)]] | None = (
        None
    )


def _held(given: Given) -> Iterator[Problem]:
    """A forward pass through all that is held out."""
    yield from held_at_once(given, "holdout", max(given.data.holdout, given.data.validation))


def _twice(given: Given) -> Iterator[Problem]:
    """Sequences that are said twice fit into a window."""
    if (twice := given.data.said_twice) and 2 * twice[1] > given.model.n_ctx:
        yield (
            ("data", "said_twice"),
            (
                f"got {twice[1]} tokens, said twice, allowed: at most"
                f" {given.model.n_ctx // 2}, half of model.n_ctx"
            ),
        )


def data_config(config: Config) -> RepeatsData:
    """What a configuration of this system says of its data."""
    return known_as(RepeatsData, config.data)


CHECKS: tuple[Check, ...] = (taken_from_holdout, _held, _twice)
