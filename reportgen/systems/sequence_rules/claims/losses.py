"""How surprised is it, and how surprised must anyone be? Losses against floors that are computed,
never fitted.
"""

from reportgen.measure.claim import Claim, Decision, Verdict, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_rules.facts.losses import ABOVE_LAST, NEAR, RESTS


def last_token_tells_all(facts: Facts) -> str:
    """Why nothing can be gained by looking back; empty where something can."""
    return (
        ""
        if (facts["value_of_looking_back"].value or 0) > NEAR
        else "under this rule the last token alone says all that can be known about the next one"
    )


def _floors_meet(facts: Facts) -> str:
    floors = facts["plateau_loss"].details
    if floors["bigram"] - floors["window"] <= NEAR:
        return (
            "under this rule the last token alone says all that can be known about the next"
            " one, so such a plateau would be the end of learning, not its start"
        )
    return (
        ""
        if floors["unigram"] - floors["bigram"] > NEAR
        else (
            "under this rule the last token alone says next to nothing, so it allows no lower"
            " loss than counting tokens"
        )
    )


looks_back = Claim(
    "The network uses more than the last token",
    holds=fact("gain_over_bigram") > 0,
    also=["holdout_loss", "bigram_floor", "value_of_looking_back"],
    reason=(
        "No predictor that sees only the last token can have a lower loss; this limit is computed,"
        " not estimated."
    ),
    figure="learning-curve",
    unless=last_token_tells_all,
)


@claim(
    "The loss is close to the best possible",
    rests_on=["excess_loss", "holdout_floor", "bigram_floor", "window_floor", "unigram_floor"],
    holds_if="the whole interval of the excess lies under 0.05 nats",
    partly_if=(
        "it lies under half the distance from the best possible loss to the best from the last"
        " token alone (from counting tokens, if the last token says all that can be known)"
    ),
    reason=(
        "Five hundredths of a nat lower the probability of the next token by a factor of 0.95: one"
        " part in twenty, the tolerance used throughout."
    ),
    figure="learning-curve",
)
def near_the_floor(facts: Facts) -> Verdict | Decision:
    """A small excess."""
    counting, last, window = (
        facts[f"{name}_floor"].value for name in ("unigram", "bigram", "window")
    )
    if counting is None or last is None or window is None:
        return Verdict.NOT_ASKED
    half = ((last if last - window > NEAR else counting) - window) / 2
    return by_criteria(facts, fact("excess_loss") < NEAR, fact("excess_loss") < half)


@claim(
    "The loss early in training is the best that the last token alone allows",
    rests_on=["plateau_loss"],
    holds_if=(
        "token by token, it differs from the best loss from the last token alone by less than a"
        " tenth of the distance from there to the best loss from counting tokens, interval included"
    ),
    partly_if=(
        "of the best losses from counting tokens, from the last token alone and from the whole"
        " window, the second is the nearest, interval included"
    ),
    reason=(
        "A loss may differ from a floor by sampling noise; a tenth of the distance to the next"
        " floor is several times that."
    ),
    figure="learning-curve",
    unless=_floors_meet,
    seeds=False,
)
def plateau_is_bigram(facts: Facts) -> Verdict | Decision:
    """Nearest floor, and near."""
    if facts["plateau_loss"].value is None:
        return Verdict.NOT_ASKED
    above, at = fact("plateau_loss").part(ABOVE_LAST), facts["plateau_loss"].details
    near = RESTS * (at["unigram"] - at["bigram"])
    on_it = (above < near) & (above > -near)
    between = [(at[name] - at["bigram"]) / 2 for name in ("window", "unigram")]
    return by_criteria(facts, on_it, (above >= between[0]) & (above <= between[1]))
