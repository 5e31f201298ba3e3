"""Who adds the one? What the stream would name before and after each part, and what is named
without the feed-forward layers.
"""

from reportgen.measure.claim import Decision, Verdict, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_to_sequence.claims.cuts import half_lost, nothing_to_lose

MOST = 0.5


@claim(
    "The feed-forward layers add the one",
    rests_on=["without_mlps", "lens_before", "lens_after"],
    holds_if="without them more than half of the outputs name the digit itself",
    partly_if=(
        "more than half of the tokens are right with them, and more than half of what that is over"
        " a guess is lost without them"
    ),
    reason=(
        "A network that only lacks the one would name the digit as it stands, and above one half"
        " that is named more often than all else together; to lose most of what is right over a"
        " guess shows that a part is needed, not what it is for."
    ),
    figure="lens-by-depth",
    unless=nothing_to_lose("without_mlps"),
)
def mlp_adds_one(facts: Facts) -> Decision:
    """Without them, the digit as it stands."""
    itself = fact("without_mlps").part("names the digit itself") > MOST
    return by_criteria(facts, itself, half_lost("without_mlps", facts))


@claim(
    "The last feed-forward layer turns the digit into one more",
    rests_on=["lens_before", "lens_after"],
    holds_if=(
        "before it more than half of the outputs name the digit itself, after it more than half"
        " name one more"
    ),
    partly_if=(
        "after it more than half name one more, and before it less than half of what that is over a"
        " guess"
    ),
    reason=(
        "The hypothesis says what is named before: above one half, more often than all else"
        " together. At half of what is right over a guess, as much can be read before the layer as"
        " comes with it."
    ),
    figure="lens-by-depth",
)
def last_turns(facts: Facts) -> Verdict | Decision:
    """x before, x + 1 after."""
    before, after = facts["lens_before"], facts["lens_after"]
    if after.value is None or before.baseline is None:
        return Verdict.NOT_ASKED
    itself = fact("lens_before").part("names the digit itself") > MOST
    named = fact("lens_after") > MOST
    half = before.baseline.value + (after.value - before.baseline.value) / 2
    return by_criteria(facts, named & itself, named & (fact("lens_before") < half))
