"""What is needed? Parts of the network silenced, averaged, or taken from another sequence."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH

attention_needed = Claim(
    "Attention is needed",
    holds=fact("error_without_attention").part("increase") > MUCH,
    partly=fact("error_without_attention").part("increase") > 0,
    reason=(
        "Ten percentage points are far more than samples differ by; if the error rises by less,"
        " another path does most of the work."
    ),
    figure="residual-stream",
    needs=["residual"],
)

ffn_needed = Claim(
    "The feed-forward layer is needed",
    holds=fact("error_without_ffn").part("increase") > MUCH,
    partly=fact("error_without_ffn").part("increase") > 0,
    reason=(
        "Ten percentage points are far more than samples differ by; if the error rises by less,"
        " another path does most of the work."
    ),
    figure="residual-stream",
    needs=["residual"],
)

positions_needed = Claim(
    "Positions are needed",
    holds=fact("error_without_positions").part("increase") > MUCH,
    partly=fact("error_without_positions").part("increase") > 0,
    reason=(
        "Ten percentage points are far more than samples differ by; if the error rises by less,"
        " another path does most of the work."
    ),
    figure="token-embeddings",
)

both_needed = Claim(
    "Attention and the feed-forward layer are both needed",
    holds=(fact("error_without_attention").part("increase") > MUCH)
    & (fact("error_without_ffn").part("increase") > MUCH),
    partly=(fact("error_without_attention").part("increase") > MUCH)
    | (fact("error_without_ffn").part("increase") > MUCH),
    reason=(
        "Ten percentage points are far more than samples differ by; if the error rises by less,"
        " another path does most of the work."
    ),
    figure="residual-stream",
    needs=["residual"],
)
