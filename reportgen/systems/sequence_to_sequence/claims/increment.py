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
    holds_if="without them more than half of the outputs are the unchanged digit",
    partly_if=(
        "more than half of the tokens are right with them, and without them more than half of the"
        " gain over the best constant answer is lost"
    ),
    reason=(
        "A network that only failed to add the one would output the unchanged digit, and above one"
        " half this is more frequent than all other outputs together; to lose most of the gain over"
        " the best constant answer shows that a part is needed, not what it does."
    ),
    figure="lens-by-depth",
    unless=nothing_to_lose("without_mlps"),
)
def mlp_adds_one(facts: Facts) -> Decision:
    """Without them, the digit as it stands."""
    itself = fact("without_mlps").part("names the digit itself") > MOST
    return by_criteria(facts, itself, half_lost("without_mlps", facts))


@claim(
    "The last feed-forward layer turns the digit into the next one",
    rests_on=["lens_before", "lens_after"],
    holds_if=(
        "an early readout gives the unchanged digit for more than half of the outputs before it,"
        " and the next digit for more than half after it"
    ),
    partly_if=(
        "after it the early readout gives the next digit for more than half, and before it gains"
        " less than half as much over the best constant answer"
    ),
    reason=(
        "The hypothesis says which token is read before the layer: above one half, this is more"
        " frequent than all others together. At half of the gain over the best constant"
        " answer, as much can be read before the layer as comes with it."
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
