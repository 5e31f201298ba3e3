"""Where does attention go where the rule decides?"""

import re

from reportgen.measure.claim import Claim, Decision, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_rules.facts.answers import STEPS_BACK
from reportgen.systems.sequence_rules.facts.attention import MOST
from reportgen.systems.sequence_rules.facts.distance import ON_TOP

attention_finds_answer = Claim(
    "A head puts most of its attention on the answer",
    holds=(fact("attention_on_answer").best > MOST)
    & (
        fact("attention_on_answer").best
        > fact("attention_on_answer").own(
            "half_way", "the middle between the best fixed habit and all attention"
        )
    ),
    partly=fact("attention_on_answer").best > fact("attention_on_answer").baseline,
    also=["attention_hits"],
    reason=(
        "Above one half, no other position can outweigh the answer; and a head that always looks"
        " equally far back, or at one position, gets what it gets without finding anything."
    ),
    figure="qk-attention",
)

prefers_latest = Claim(
    "Among several tokens of the answer's class a head prefers the latest",
    holds=fact("attention_competing").best > 0.9,
    partly=fact("attention_competing").best > fact("attention_competing").baseline,
    also=["recency"],
    reason=(
        "With rivals in view, nine tenths leave them too little to move the point into a wrong"
        " cell."
    ),
    figure="qk-attention",
)

later_scores_higher = Claim(
    "Of any two tokens of the answer's class, the later one scores higher",
    holds=fact("recency") >= 1,
    partly=fact("recency") > 0.9,
    reason=(
        "Every pair is a statement about all there are, so it needs no tolerance; nine in ten is"
        " far from a coin's one half."
    ),
    figure="trigger-scores",
)


@claim(
    "Attention does not fade at any distance",
    rests_on=["attention_far", "attention_on_answer"],
    holds_if=(
        "for every distance, the whole interval lies above 0.5, and, where every window was tried,"
        " the answer has the highest score in more than half of them at every position"
    ),
    partly_if=(
        "the whole interval over answers half a window back or more lies above that of a head that"
        " attends to all alike"
    ),
    reason=(
        "The same line as for all distances together; most answers are near, so a mean hides the"
        " distances that are rare."
    ),
    figure="qk-attention",
)
def attention_reaches_far(facts: Facts) -> Decision:
    """Every distance, and every position of the answer where all windows were tried."""
    far = fact("attention_far")
    everywhere = (far.best > MOST) & (far.every(STEPS_BACK, "distance") > MOST)
    if any(re.fullmatch(ON_TOP, name) for name, _ in facts["attention_far"].parts):
        everywhere &= far.every(ON_TOP, "position of the answer") > MOST
    return by_criteria(facts, everywhere, far.best > far.baseline)
