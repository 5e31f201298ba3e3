"""Where do the heads look? Attention by distance, on average over held-out text."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.heads import ATTENTION, MOST

looks_one_back = Claim(
    "A head looks mainly at the previous token",
    holds=fact("previous_token") > MOST,
    partly=fact("previous_token") > 2 * fact("previous_token").baseline,
    reason=(
        "Above one half, all other positions together get less; twice uniform attention cannot come"
        " from the lengths of contexts alone."
    ),
    figure="attention-by-distance",
    needs=ATTENTION,
)

heads_share_the_work = Claim(
    "Each head prefers a different distance",
    holds=(fact("favourite_distance").every(noun="head") > 2 * fact("favourite_distance").baseline)
    & (fact("different_distances") >= fact("different_distances").number),
    partly=(fact("favourite_distance").every(noun="head") > 2 * fact("favourite_distance").baseline)
    & (fact("different_distances") > 1),
    reason=(
        "Heads that look at the same position could be one head; twice uniform attention cannot"
        " come from the lengths of contexts alone."
    ),
    figure="attention-by-distance",
    needs=ATTENTION,
)
