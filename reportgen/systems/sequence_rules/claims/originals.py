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
    reason="Regions that a straight line separates are distinct; they speak of each pair of kinds.",
    figure="token-embeddings",
)

original_spacing = Claim(
    "Tokens that can be the answer are spaced, the other numbers bunched",
    holds=fact("answers_spread") > 2,
    partly=fact("answers_spread") > fact("answers_spread").baseline,
    reason=(
        "Twice as far apart is what an eye calls spaced beside bunched; farther apart at all is"
        " less."
    ),
    figure="token-embeddings",
)

original_ladder = Claim(
    "Positions form a ladder, smaller than the spread of tokens",
    holds=(fact("positions_in_order") >= 1) & (fact("positions_spread") < 1),
    partly=(fact("positions_in_order") > 1 - MUCH) & (fact("positions_spread") < 1),
    reason="A ladder has every rung in order; with nine pairs in ten most are.",
    figure="token-embeddings",
)

original_detect = Claim(
    "The trigger's queries are a tight group, well apart from those of numbers",
    holds=fact("trigger_apart") > 1,
    partly=fact("trigger_apart") > 0.5,
    reason=(
        "Farther from all others than its own members are from one another is a group by any"
        " measure; with half of that it still has room around it."
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
        "In units of the distance between two answers: at one half it could as well be another one,"
        " at a tenth it could not."
    ),
    figure="output-probabilities-values",
)

original_push = Claim(
    "All numbers are pushed to where the trigger is likeliest",
    holds=fact("numbers_say_trigger") > 0.99,
    partly=fact("numbers_say_trigger") > 0.5,
    reason="They say all; one in a hundred is room for rare cases, one half is most.",
    figure="output-landscape",
)

original_before = Claim(
    "Before attention numbers lie where the trigger is likeliest, the trigger where answers win",
    holds=fact("embeddings_placed").every("numbers|the trigger", "kind") >= 1,
    partly=fact("embeddings_placed").every("numbers|the trigger", "kind") > 0.5,
    reason=(
        "They say it of all numbers and of the trigger at all positions; above one half it is most."
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
