"""What a configuration says of inputs that are answered, and what of it does not fit together."""

from collections.abc import Iterator
from typing import Annotated, Literal

from reportgen.core.config.fits import taken_from_holdout
from reportgen.core.config.given import Check, Given, Problem
from reportgen.core.config.report import Config
from reportgen.core.config.sections import ROWS, Count, DataConfig
from reportgen.core.config.wording import shown
from reportgen.system import known_as

MOST_INPUTS = 1_000_000  # that are listed, each with its output

# the last inputs in the order of a dictionary are held out, or a random choice
Split = Literal["lexicographic", "random"]


class InputsData(DataConfig):
    """All inputs there are: which of them train, and which are held out."""

    split: Split
    # another split that the same seeds are trained on as well, to compare how they do
    beside: Split | None = None
    holdout: Annotated[Count, ROWS]  # inputs that are never trained on


def _inputs(given: Given) -> Iterator[Problem]:
    inputs = getattr(given.sound_rule, "inputs", 0)
    if given.data.holdout >= inputs:
        yield (
            ("data", "holdout"),
            (
                f"got {given.data.holdout}: that leaves nothing to train on; "
                f"allowed: less than {inputs}, the number of inputs"
            ),
        )


def _beside(given: Given) -> Iterator[Problem]:
    if given.data.beside == given.data.split:
        yield (
            ("data", "beside"),
            (
                f"got {shown(given.data.beside)}, the split that data.split names already; "
                "allowed: the other one, or no such key"
            ),
        )


def _listed(given: Given) -> Iterator[Problem]:
    inputs = getattr(given.sound_rule, "inputs", 0)
    if inputs > MOST_INPUTS:
        yield (
            ("rule",),
            (
                f"its parameters make {inputs:,} inputs, allowed: at most {MOST_INPUTS:,}, since"
                " each of them is listed; lower one of its sizes"
            ),
        )


def data_config(config: Config) -> InputsData:
    """What a configuration of this system says of its data."""
    return known_as(InputsData, config.data)


CHECKS: tuple[Check, ...] = (_inputs, _beside, taken_from_holdout, _listed)
