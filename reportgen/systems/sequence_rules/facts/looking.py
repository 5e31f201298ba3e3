"""Does the rule ask to look back, and where it does not, is attention idle?"""

from reportgen.measure.fact import Facts, Verdict, claim
from reportgen.measure.needed import MUCH
from reportgen.systems.sequence_rules.facts.losses import NEAR

LITTLE = 0.01  # percentage points, as a share


def _looks_back(facts: Facts) -> str:
    return (
        "this rule asks to look back, so that attention has work to do"
        if (facts["value_of_looking_back"].value or 0) > NEAR
        else ""
    )


@claim(
    "The rule asks to look back",
    rests_on=["value_of_looking_back", "bigram_floor", "window_floor"],
    figure="learning-curve",
    seeds=False,
    holds_if="a reader of the window is at least 0.05 nats less surprised than one of the last token",
    partly_if="the window tells more than the last token, but less than that",
    reason="Five hundredths of a nat change the chance of what comes next by one part in twenty, the tolerance used throughout.",
)
def asks_to_look_back(facts: Facts) -> Verdict:
    """A statement about the rule alone."""
    value = facts["value_of_looking_back"].value or 0
    return (
        Verdict.HOLDS if value > NEAR else Verdict.PARTLY if value > NEAR / 1000 else Verdict.FAILS
    )


@claim(
    "Attention is idle",
    rests_on=["error_without_attention", "value_of_looking_back"],
    figure="residual-stream",
    needs=["residual"],
    unless=_looks_back,
    holds_if="with attention replaced by its mean, the whole interval of the increase of the rule error lies under 1 percentage point",
    partly_if="it lies under 10 percentage points",
    reason="A rule that the last token decides needs no attention, but a network may still use it; one point is what a reader would not notice, ten would be many answers.",
)
def attention_idle(facts: Facts) -> Verdict:
    """Nothing lost without it."""
    more = dict(facts["error_without_attention"].parts).get("increase")
    if more is None or more.high is None:
        return Verdict.FAILS
    return (
        Verdict.HOLDS
        if more.high < LITTLE
        else Verdict.PARTLY
        if more.high < MUCH
        else Verdict.FAILS
    )
