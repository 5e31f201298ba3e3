"""Why is it no better? Whether it was still learning, what it learnt by heart, where it rests, and
what nobody could know.
"""

from reportgen.measure.claim import Claim, Decision, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.sequence_rules.facts.losses import NEAR, RESTS

STILL = 0.005  # nats

stopped_improving = Claim(
    "It had stopped improving when training ended",
    holds=fact("still_falling") < STILL,
    partly=fact("still_falling") < NEAR,
    reason=(
        "At half a hundredth of a nat in a tenth of training, ten times that training would not"
        " bring back one part in twenty."
    ),
    figure="learning-curve",
    seeds=False,
)


def _nothing_known(facts: Facts) -> str:
    counting, window = facts["unigram_floor"].value, facts["window_floor"].value
    own = facts["train_gap"].details.get("training")
    if own is None or counting is None or window is None or own < counting - window:
        return ""
    return "on its training text it does no better than counting tokens, so it knows none by heart"


does_not_memorise = Claim(
    "It does not memorise its training text",
    holds=fact("train_gap") < NEAR,
    also=["unigram_floor", "window_floor"],
    reason=(
        "Five hundredths of a nat are the tolerance of every loss here; a network that recites its"
        " text gains far more on it."
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
            "in this rule the last token tells all that can be known of the next one, so that"
            " nobody can get below its reader"
        )
    )


@claim(
    "Its loss is that of a reader of the last token",
    rests_on=["stalled_at", "gain_over_bigram"],
    holds_if=(
        "its held-out loss is nearer to that reader than a tenth of the way from there to the"
        " reader of the window, interval included, and no gain over that reader is shown"
    ),
    partly_if="that reader is the nearest of the four, interval included",
    reason=(
        "A loss may lie beside a floor by sampling noise; a tenth of the way to the next one is"
        " several times that."
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
