"""What the authors of the original network say of it, each sentence with a line that can prove it
wrong.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH

ALL = "Their sentence is about all of them, so all means all; nine in ten is one with exceptions."

original_regions = Claim(
    "Answers, other numbers and the trigger have distinct regions",
    holds=fact("kinds_apart") >= 1,
    partly=fact("kinds_apart") > 0,
    reason=(
        "Regions that a straight line separates are distinct; the authors speak of each pair of"
        " kinds."
    ),
    figure="token-embeddings",
)

original_spacing = Claim(
    "Tokens that can be the answer are spaced, the other numbers bunched",
    holds=fact("answers_spread") > 2,
    partly=fact("answers_spread") > fact("answers_spread").baseline,
    reason=(
        "At twice the distance the difference can be seen; merely farther apart is a weaker"
        " statement."
    ),
    figure="token-embeddings",
)

original_ladder = Claim(
    "Positions form a ladder, smaller than the spread of tokens",
    holds=(fact("positions_in_order") >= 1) & (fact("positions_spread") < 1),
    partly=(fact("positions_in_order") > 1 - MUCH) & (fact("positions_spread") < 1),
    reason="On a ladder, every pair of positions is in order; with nine in ten, most are.",
    figure="token-embeddings",
)

original_detect = Claim(
    "The trigger's queries are a tight group, well apart from those of numbers",
    holds=fact("trigger_apart") > 1,
    partly=fact("trigger_apart") > 0.5,
    reason=(
        "A group farther from all other queries than it is wide is a group by any measure; at half"
        " of that distance there is still a gap around it."
    ),
    figure="qk-space",
)

original_above = Claim(
    "Every token that can be the answer scores above every other number, at each pair of positions",
    holds=fact("answers_above") >= 1,
    partly=fact("answers_above") > 1 - MUCH,
    reason=ALL,
    figure="trigger-scores",
)

original_later = Claim(
    "The same token scores higher at a later position",
    holds=fact("recency").part("copies of one token") >= 1,
    partly=fact("recency").part("copies of one token") > 1 - MUCH,
    reason=ALL,
    figure="trigger-scores",
    needs=["trigger"],
)

original_copy = Claim(
    "What attention gives the trigger is nearly the value of the answer",
    holds=fact("copy_distance") < 0.1,
    partly=fact("copy_distance") < 0.5,
    reason=(
        "The unit is the mean distance between two answers: at a tenth of it the two points nearly"
        " coincide, at one half they are merely near."
    ),
    figure="output-probabilities-values",
)

original_push = Claim(
    "All numbers are pushed to where the trigger is likeliest",
    holds=fact("numbers_say_trigger") > 0.99,
    partly=fact("numbers_say_trigger") > 0.5,
    reason=(
        "The authors say all; one in a hundred leaves room for rare cases, and more than half is"
        " most."
    ),
    figure="output-landscape",
)

original_before = Claim(
    "Before attention numbers lie where the trigger is likeliest, the trigger where answers win",
    holds=fact("embeddings_placed").every("numbers|the trigger", "kind") >= 1,
    partly=fact("embeddings_placed").every("numbers|the trigger", "kind") > 0.5,
    reason=(
        "The authors say it of all numbers, and of the trigger at all positions; more than half is"
        " most."
    ),
    figure="output-probabilities-embeddings",
)

original_values = Claim(
    "The values of the answers lie on the plane in the same order as their cells",
    holds=fact("values_in_order") >= 1,
    partly=fact("values_in_order") > 1 - MUCH,
    reason=f"{ALL} The line was drawn before any network was measured by it.",
    figure="value-output",
)
