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
        "A perfect predictor is always right here, so one mistake in twenty leaves room for rare"
        " cases only; twice a guess takes more than knowing which tokens were read."
    ),
    figure="repeats-learning-curve",
)

solves_at_once = Claim(
    "The network is right at the first token known from a copy",
    holds=fact("accuracy_at_once") > SOLVED,
    partly=fact("accuracy_at_once") > 2 * fact("accuracy_at_once").baseline,
    reason=(
        "The same thresholds as for all positions: one repeated token is all that a perfect"
        " predictor needs."
    ),
    figure="repeats-learning-curve",
)

near_the_floor = Claim(
    "The loss is close to that of a perfect predictor",
    holds=_little_left(KNOWN) & _little_left(UNKNOWN),
    partly=fact("excess_loss") < fact("excess_loss").baseline / 2,
    also=["holdout_loss"],
    reason=(
        "Below a tenth, the network has made nine tenths of the possible gain over a uniform guess,"
        " and each kind of position is tested by itself, since a mean over both can hide one of"
        " them; below one half of all, it has gained more than is left."
    ),
    figure="repeats-learning-curve",
)

uses_context = Claim(
    "Context lowers the loss",
    holds=fact("in_context_score") < fact("in_context_score").floor / 2,
    partly=fact("in_context_score") < 0,
    reason="Half of what is possible takes more than knowing which tokens have been used.",
    figure="repeats-learning-curve",
)

untold_no_worse = Claim(
    "Where the next token is not known from a copy, the loss is below that of a uniform guess",
    holds=fact("untold_loss") < fact("untold_loss").baseline,
    reason=(
        "A uniform guess ignores what was read; a higher loss means that the network gives too much"
        " probability to wrong tokens."
    ),
    figure="repeats-learning-curve",
)
