"""What can be spared? Weight matrices set to zero one at a time, and parts silenced, averaged or
taken from other inputs.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.sequence_to_sequence.claims.cuts import nothing_to_lose

HELD_OUT = "(?!.*training inputs$).*"  # the cases of held-out inputs
MUCH = 0.1  # percentage points, as a share

every_matrix_needed = Claim(
    "No weight matrix can be spared",
    holds=fact("without_matrix").every(HELD_OUT, "weight matrix")
    <= fact("without_matrix").baseline - MUCH,
    partly=fact("without_matrix").some(HELD_OUT, "weight matrix")
    <= fact("without_matrix").baseline - MUCH,
    also=["holdout_tokens"],
    reason=(
        "Ten percentage points are far more than a handful of tokens; every matrix of every layer"
        " is tested."
    ),
    figure="parts-taken-away",
    unless=nothing_to_lose("without_matrix"),
)
