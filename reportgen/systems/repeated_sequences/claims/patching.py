"""Which way does the answer come? Parts of a run put into another one that differs in one declared
feature.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

LITTLE = 0.1
WAY = 0.5

path_through_keys = Claim(
    "Where the earlier copy stood is told through the keys",
    holds=(fact("path_keys") > WAY) & (fact("path_queries") < WAY) & (fact("path_values") < WAY),
    partly=(fact("path_keys") > LITTLE)
    & (fact("path_keys") > fact("path_queries"))
    & (fact("path_keys") > fact("path_values")),
    reason=(
        "A part that carries more than half carries more than all others together; under a tenth it"
        " is a side effect, and which of three is largest a matter of chance."
    ),
    figure="repeats-path-patching",
    needs=["layers", "residual"],
)

path_through_queries = Claim(
    "Where the earlier copy stood is told through the queries",
    holds=(fact("path_queries") > WAY) & (fact("path_keys") < WAY) & (fact("path_values") < WAY),
    partly=(fact("path_queries") > LITTLE)
    & (fact("path_queries") > fact("path_keys"))
    & (fact("path_queries") > fact("path_values")),
    reason="The same lines as for the keys.",
    figure="repeats-path-patching",
    needs=["layers", "residual"],
)

handed_on = Claim(
    "What followed is handed on by an earlier layer before the last one reads it",
    holds=fact("path_content") > WAY,
    partly=fact("path_content") > LITTLE,
    reason=(
        "A part that carries more than half carries more than all others together; under a tenth it"
        " is a side effect."
    ),
    figure="repeats-path-patching",
    needs=["layers", "residual"],
)

fetched_from_source = Claim(
    "What followed is fetched from the position after the earlier copy",
    holds=fact("source_carries") > WAY,
    partly=fact("source_carries") > LITTLE,
    reason=(
        "A part that carries more than half carries more than all others together; under a tenth it"
        " is a side effect."
    ),
    figure="repeats-patching",
    needs=["layers"],
)

follows_the_token = Claim(
    "The answer goes with the token, not with a number of steps",
    holds=fact("answers_follow_copy") > 0.9,
    partly=fact("answers_follow_copy") > fact("answers_follow_copy").baseline,
    reason=(
        "A network that counts steps back answers both inputs of a pair alike, and gets none of"
        " them."
    ),
    figure="repeats-patching",
    needs=["attention"],
)
