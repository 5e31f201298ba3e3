"""Does it continue what it has read? Right answers and losses, each beside what is possible and
what a guess would get.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import Criterion, fact
from reportgen.systems.repeated_sequences.facts.behaviour import KNOWN, SOLVED, UNKNOWN


def _little_left(positions: str) -> Criterion:
    """Is less than a tenth left there of what a uniform guess leaves at the same positions."""
    left = fact("excess_loss").part(positions)
    return left < 0.1 * left.own(f"{positions}, uniform", "a uniform guess there")


solves_task = Claim(
    "The network continues what it has read",
    holds=fact("accuracy_told") > SOLVED,
    partly=fact("accuracy_told") > 2 * fact("accuracy_told").baseline,
    reason=(
        "A perfect reader is always right here, so one miss in twenty is room for rare cases and no"
        " more; twice a guess is more than knowing which tokens were read."
    ),
    figure="repeats-learning-curve",
)

solves_at_once = Claim(
    "It continues at once",
    holds=fact("accuracy_at_once") > SOLVED,
    partly=fact("accuracy_at_once") > 2 * fact("accuracy_at_once").baseline,
    reason="The same lines as for all positions: one copy is all that a perfect reader needs.",
    figure="repeats-learning-curve",
)

near_the_floor = Claim(
    "There is hardly anything left to gain",
    holds=_little_left(KNOWN) & _little_left(UNKNOWN),
    partly=fact("excess_loss") < fact("excess_loss").baseline / 2,
    also=["holdout_loss"],
    reason=(
        "Below a tenth, nine tenths of what there is to gain over a uniform guess have been gained,"
        " and each kind of position is asked by itself, since a mean over both can hide one of"
        " them; below one half of all, more than is left."
    ),
    figure="repeats-learning-curve",
)

uses_context = Claim(
    "What was read lowers the loss",
    holds=fact("in_context_score") < fact("in_context_score").floor / 2,
    partly=fact("in_context_score") < 0,
    reason="Half of what is possible needs more than knowing which tokens have been used up.",
    figure="repeats-learning-curve",
)

untold_no_worse = Claim(
    "Where the next token is not known, it guesses no worse than blindly",
    holds=fact("untold_loss") < fact("untold_loss").baseline,
    reason=(
        "A uniform guess uses nothing that was read; a loss above it means that something is"
        " believed which is not so."
    ),
    figure="repeats-learning-curve",
)
