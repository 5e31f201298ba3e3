"""Where does attention go when the rule asks?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.sequence_rules.facts.attention import MOST

attention_finds_answer = Claim(
    "A head puts most of its attention on the answer",
    holds=fact("attention_on_answer").best > MOST,
    partly=fact("attention_on_answer").best > fact("attention_on_answer").baseline,
    also=["attention_hits"],
    reason="Above one half, no other position can outweigh the answer.",
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

attention_reaches_far = Claim(
    "Attention does not fade with distance",
    holds=fact("attention_far").best > MOST,
    partly=fact("attention_far").best > fact("attention_far").baseline,
    also=["attention_on_answer"],
    reason="The same line as for all distances together.",
    figure="qk-attention",
)
