"""Which way does the answer come? Parts of a run put into another one that differs in one declared
feature.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

LITTLE = 0.1
WAY = 0.5

path_through_keys = Claim(
    "The position of the earlier copy goes through the keys",
    holds=(fact("path_keys") > WAY) & (fact("path_queries") < WAY) & (fact("path_values") < WAY),
    partly=(fact("path_keys") > LITTLE)
    & (fact("path_keys") > fact("path_queries"))
    & (fact("path_keys") > fact("path_values")),
    reason=(
        "A part that carries more than half carries more than all others together; under a tenth it"
        " is a side effect, and which of the three is largest is a matter of chance."
    ),
    figure="repeats-path-patching",
    needs=["layers", "residual"],
)

path_through_queries = Claim(
    "The position of the earlier copy goes through the queries",
    holds=(fact("path_queries") > WAY) & (fact("path_keys") < WAY) & (fact("path_values") < WAY),
    partly=(fact("path_queries") > LITTLE)
    & (fact("path_queries") > fact("path_keys"))
    & (fact("path_queries") > fact("path_values")),
    reason="The same thresholds as for the keys.",
    figure="repeats-path-patching",
    needs=["layers", "residual"],
)

handed_on = Claim(
    ("The answer takes two hops: an earlier head copies it before the last layer reads it"),
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
    "The last layer reads the answer from the position after the earlier copy",
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
    "The answer follows the token, not a number of steps",
    holds=fact("answers_follow_copy") > 0.9,
    partly=fact("answers_follow_copy") > fact("answers_follow_copy").baseline,
    reason=(
        "A network that counts steps back gives both inputs of a pair the same answer, and gets no"
        " pair right."
    ),
    figure="repeats-patching",
    needs=["attention"],
)
