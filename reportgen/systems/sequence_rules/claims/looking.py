"""Does looking back pay under the rule, and where it does not, is attention idle?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.measure.needed import MUCH
from reportgen.systems.sequence_rules.facts.losses import NEAR

MOSTLY = 0.5  # of the answers: a network that errs more has nothing to lose worth a claim
LITTLE = 0.01  # percentage points, as a share
INCREASE = fact("error_without_attention").part("increase")


def _nothing_to_ask(facts: Facts) -> str:
    if (facts["value_of_looking_back"].value or 0) > NEAR:
        return "looking back pays under this rule, so attention has work to do"
    whole = facts["error_without_attention"].baseline
    return (
        "this network is wrong more often than right, so it has little to lose"
        if whole is not None and whole.value > MOSTLY
        else ""
    )


asks_to_look_back = Claim(
    "Looking back pays under this rule",
    holds=fact("value_of_looking_back") > NEAR,
    partly=fact("value_of_looking_back") > NEAR / 1000,
    also=["bigram_floor", "window_floor"],
    reason=(
        "Five hundredths of a nat change the probability of the next token by one part in twenty,"
        " the tolerance used throughout."
    ),
    figure="learning-curve",
    seeds=False,
)

attention_idle = Claim(
    "Attention is idle",
    holds=(INCREASE < LITTLE) & (INCREASE > -LITTLE),
    partly=(INCREASE < MUCH) & (INCREASE > -MUCH),
    also=["value_of_looking_back"],
    reason=(
        "A rule that the last token decides needs no attention, but a network may still use it, for"
        " better or worse; one percentage point would hardly be noticed, and ten would be many"
        " answers."
    ),
    figure="residual-stream",
    needs=["residual"],
    unless=_nothing_to_ask,
)
