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

SINGLE = "head .*|feed-forward .*"  # the names of parts that are not several heads

a_part_is_needed = Claim(
    "The network needs at least one head or feed-forward layer for many of its answers",
    holds=fact("part_missed").some(SINGLE, noun="head or feed-forward layer") > MUCH,
    partly=fact("part_missed").some(SINGLE, noun="head or feed-forward layer") > 0,
    reason=(
        f"{PARTS}; of three ways to silence a part the mildest counts, since a part whose place can"
        " be taken by nothing, or by a mean, is not needed for what it adds."
    ),
    figure="parts-silenced",
)

every_attention_needed = Claim(
    "The network needs the attention of every layer",
    holds=fact("part_missed").every("attention .*", noun="layer") > MUCH,
    partly=fact("part_missed").some("attention .*", noun="layer") > MUCH,
    reason=f"{PARTS}; all heads of a layer together cannot stand in for one another.",
    figure="parts-silenced",
    needs=["several_heads"],
)
