"""Why is it no better? Whether it was still learning, what it has memorised, where its loss rests,
and what no predictor could know.
"""

from reportgen.measure.claim import Claim, Decision, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_rules.facts.losses import NEAR, RESTS

STILL = 0.005  # nats

stopped_improving = Claim(
    "The network had stopped improving when training ended",
    holds=fact("still_falling") < STILL,
    partly=fact("still_falling") < NEAR,
    reason=(
        "At 0.005 nats in a tenth of training, as much training again would gain less than 0.05"
        " nats, the tolerance of every loss here."
    ),
    figure="learning-curve",
    seeds=False,
)


def _nothing_known(facts: Facts) -> str:
    counting, window = facts["unigram_floor"].value, facts["window_floor"].value
    own = facts["train_gap"].details.get("training")
    if own is None or counting is None or window is None or own < counting - window:
        return ""
    return (
        "on its training text it does no better than counting tokens, so it has memorised none of"
        " it"
    )


does_not_memorise = Claim(
    "The network does not memorise its training text",
    holds=fact("train_gap") < NEAR,
    also=["unigram_floor", "window_floor"],
    reason=(
        "Five hundredths of a nat are the tolerance of every loss here; a network that has"
        " memorised its text gains far more on it."
    ),
    figure="learning-curve",
    seeds=False,
    unless=_nothing_known,
)


def _nothing_between(facts: Facts) -> str:
    at = facts["stalled_at"].details
    return (
        ""
        if at["bigram"] - at["window"] > NEAR
        else (
            "under this rule the last token alone says all that can be known about the next"
            " one, so no predictor can do better"
        )
    )


@claim(
    "The loss is the best that the last token alone allows",
    rests_on=["stalled_at", "gain_over_bigram"],
    holds_if=(
        "the loss differs from the best loss from the last token alone by less than a"
        " tenth of the distance from there to the best loss from the whole window, interval"
        " included, and no gain over it is shown"
    ),
    partly_if=(
        "of the losses of a uniform guess and of the best predictors from token counts, from the"
        " last token and from the whole window, that from the last token is the nearest, interval"
        " included"
    ),
    reason=(
        "A loss may differ from a floor by sampling noise; a tenth of the distance to the next"
        " floor is several times that."
    ),
    figure="learning-curve",
    unless=_nothing_between,
)
def stalls_at_bigram(facts: Facts) -> Decision:
    """Nearest, and near: the fact is how far the loss lies above the nearest of the four."""
    found, stalled = facts["stalled_at"], fact("stalled_at")
    at, nearest = found.details, found.details["loss"] - (found.value or 0)
    near, own = RESTS * (at["bigram"] - at["window"]), at["bigram"] - nearest
    others = [(at[name] - nearest + own) / 2 for name in ("uniform", "unigram", "window")]
    nearer = [stalled <= middle if middle > own else stalled >= middle for middle in others]
    gains = (fact("gain_over_bigram") > 0).evaluate(facts).truth is True
    return by_criteria(
        facts,
        False if gains else (stalled < own + near) & (stalled > own - near),
        nearer[0] & nearer[1] & nearer[2],
    )
