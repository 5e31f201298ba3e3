"""Where does attention go where the rule decides?"""

import re

from reportgen.measure.claim import Claim, Decision, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_rules.facts.answers import STEPS_BACK
from reportgen.systems.sequence_rules.facts.attention import MOST
from reportgen.systems.sequence_rules.facts.distance import ON_TOP

NEARLY_ALL = 0.9

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
        "Above one half, no other position can get more; and a head that always looks the same"
        " number of steps back, or always at the same position, gets its share without finding"
        " anything."
    ),
    figure="qk-attention",
)

attention_finds_copies = Claim(
    "A head puts most of its attention on positions that hold the answer's token",
    holds=(fact("attention_on_copies").best > MOST)
    & (
        fact("attention_on_copies").best
        > fact("attention_on_copies").own(
            "half_way", "the middle between the best fixed habit and all attention"
        )
    ),
    partly=fact("attention_on_copies").best > fact("attention_on_copies").baseline,
    also=["attention_on_answer"],
    reason=(
        "The same thresholds as for the one position that the rule names: any position that holds"
        " the same token will do."
    ),
    figure="qk-attention",
)


@claim(
    "Among several tokens of the answer's class a head prefers the latest",
    rests_on=["attention_competing", "attention_by_rivals", "recency"],
    holds_if=(
        "with rivals in view the whole interval lies above 0.9, and, where every window was tried,"
        " the mean lies above 0.9 with every number of rivals"
    ),
    partly_if="the whole interval lies above equal shares for the answer and each of its rivals",
    reason=(
        "Nine tenths for the answer leave its rivals little to move the point with; a mean can hide"
        " contexts with many rivals, so each number of rivals is tested by itself."
    ),
    figure="qk-attention",
)
def prefers_latest(facts: Facts) -> Decision:
    """Over all, and with every number of rivals where all windows were tried."""
    competing = fact("attention_competing")
    everywhere = competing.best > NEARLY_ALL
    if facts["attention_by_rivals"].value is not None:
        every = fact("attention_by_rivals").every("[1-9].*", "number of rivals")
        everywhere &= every > NEARLY_ALL
    return by_criteria(facts, everywhere, competing.best > competing.baseline)


later_scores_higher = Claim(
    (
        "For queries where the rule decides, of any two tokens of the answer's class the later one"
        " scores higher"
    ),
    holds=fact("recency") >= 1,
    partly=fact("recency") > 0.9,
    reason=(
        "All pairs are compared, so no tolerance is needed; chance would give one half, and nine in"
        " ten is far from that."
    ),
    figure="trigger-scores",
)


@claim(
    "Attention finds the answer at every distance",
    rests_on=["attention_far", "attention_on_answer", "attention_by_position"],
    holds_if=(
        "for every distance, the whole interval lies above 0.5; where every window was tested, so"
        " does the mean at every position of the answer, and at every position the answer has the"
        " highest score in more than half of the windows"
    ),
    partly_if=(
        "the whole interval over answers half a window back or more lies above uniform attention"
    ),
    reason=(
        "The same threshold as for all distances together; most answers are near, so a mean hides"
        " the distances that are rare."
    ),
    figure="error-by-position",
)
def attention_reaches_far(facts: Facts) -> Decision:
    """Every distance, and every position of the answer where all windows were tried."""
    far = fact("attention_far")
    everywhere = (far.best > MOST) & (far.every(STEPS_BACK, "distance") > MOST)
    if any(re.fullmatch(ON_TOP, name) for name, _ in facts["attention_far"].parts):
        everywhere &= far.every(ON_TOP, "position of the answer") > MOST
    if facts["attention_by_position"].value is not None:
        everywhere &= fact("attention_by_position").every(noun="position of the answer") > MOST
    return by_criteria(facts, everywhere, far.best > far.baseline)
