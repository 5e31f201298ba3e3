"""When did what happen? Onsets, and whether the change was sudden; read from the history on
validation sequences.
"""

from reportgen.measure.claim import Claim, Verdict, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.measure.onset import STAYS

sudden_change = Claim(
    "The change is sudden",
    holds=fact("sudden_share") > 2 / 3,
    partly=fact("sudden_share") > 1 / 3,
    reason="A steady rise would make a tenth of its gain in a tenth of the time.",
    figure="repeats-learning-curve",
)


@claim(
    "Prefix matching and accuracy rise together",
    rests_on=["halfway_matching", "halfway_accuracy", "onset_matching", "onset_accuracy"],
    holds_if=(
        "both pass one half and stay past it to the end, and each is halfway between its first and"
        " its highest value at most three checkpoints from the other"
    ),
    partly_if="both pass one half, but are halfway further apart, or one is lost again",
    reason=(
        "Each is halfway on its own way, since a low threshold is passed before a high one; three"
        " checkpoints are the resolution at which an onset is defined."
    ),
    figure="repeats-learning-curve",
    needs=["attention"],
)
def come_together(facts: Facts) -> Verdict:
    """Two onsets."""
    begin = [facts[name] for name in ("onset_matching", "onset_accuracy")]
    if any(each.value is None for each in begin):
        return Verdict.FAILS
    one, two = (
        facts[name].details.get("checkpoint") for name in ("halfway_matching", "halfway_accuracy")
    )
    if one is None or two is None:
        return Verdict.PARTLY
    stay = all(each.details["stays"] for each in begin)
    return Verdict.HOLDS if stay and abs(one - two) <= STAYS else Verdict.PARTLY
