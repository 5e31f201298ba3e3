"""What is asked of a network of several layers: is the answer there early, and is every part
needed?
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH
from reportgen.systems.sequence_rules.facts.errors import LEARNT

PARTS = "Ten percentage points are far more than samples differ by"

answer_before_last_layer = Claim(
    "The answer can be read from the stream before the last layer",
    holds=fact("error_read_early") < LEARNT,
    partly=fact("error_read_early") < fact("error_read_early").baseline / 2,
    reason="The same thresholds as for the whole network, so that the two can be compared.",
    figure="error-by-depth",
)

last_layer_finishes = Claim(
    "The last layer turns wrong answers into right ones",
    holds=fact("last_layer_gain") > MUCH,
    partly=fact("last_layer_gain") > 0,
    also=["error_read_early", "visible_error"],
    reason=f"{PARTS}; a smaller fall is of few answers.",
    figure="error-by-depth",
)

stream_sorts_answers = Claim(
    "At the end the stream sorts positions by the answer that is due",
    holds=fact("answers_sorted") > 0.5,
    partly=fact("answers_sorted") > fact("answers_sorted").baseline,
    reason=(
        "Above one half, positions differ more by their answer than by everything else together;"
        " some part of the variance lies between answers by chance."
    ),
    figure="error-by-depth",
)

a_part_is_needed = Claim(
    "The network needs at least one of its parts for many of its answers",
    holds=fact("part_missed") > MUCH,
    partly=fact("part_missed") > 0,
    reason=f"{PARTS}; where no part is missed as much, others stand in for it.",
    figure="parts-taken-away",
)

all_parts_needed = Claim(
    "The network needs every head and every feed-forward layer",
    holds=fact("part_missed").every(noun="part") > MUCH,
    partly=fact("part_missed").every(noun="part") > 0,
    reason=f"{PARTS}; a part without which the error does not rise is not needed by itself.",
    figure="parts-taken-away",
)
