"""When did what happen? Onsets, and whether the change was sudden; read from the history on
validation sequences.
"""

from reportgen.measure.claim import Claim, Verdict, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.repeated_sequences.facts.phases import STAYS

sudden_change = Claim(
    "The change is sudden",
    holds=fact("sudden_share") > 2 / 3,
    partly=fact("sudden_share") > 1 / 3,
    reason="A steady rise would make a tenth of its gain in a tenth of the time.",
    figure="repeats-learning-curve",
)


@claim(
    "Prefix matching and right answers come together",
    rests_on=["onset_matching", "onset_accuracy"],
    holds_if="their onsets lie at most three checkpoints apart",
    partly_if="both happen, further apart",
    reason="Three checkpoints are the resolution at which an onset is defined.",
    figure="repeats-learning-curve",
    needs=["attention"],
)
def come_together(facts: Facts) -> Verdict:
    """Two onsets."""
    one, two = facts["onset_matching"], facts["onset_accuracy"]
    if one.value is None or two.value is None:
        return Verdict.FAILS
    return (
        Verdict.HOLDS
        if abs(one.details["checkpoint"] - two.details["checkpoint"]) <= STAYS
        else Verdict.PARTLY
    )
