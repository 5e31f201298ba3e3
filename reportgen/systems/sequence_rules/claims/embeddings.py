"""What do the tables of vectors look like before anything has moved?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

classes_separable = Claim(
    "The answer's class and the other tokens lie on two sides of a line",
    holds=(fact("token_gap") > 0) & (fact("point_gap") > 0),
    partly=fact("token_gap") > 0,
    reason=(
        "A gap either exists or not, so no tolerance is needed; attention sees tokens at positions,"
        " so these must part too."
    ),
    figure="token-embeddings",
)

positions_ordered = Claim(
    "Positions lie in reading order along one axis",
    holds=(fact("positions_in_order") >= 1) & (fact("position_axis") >= 0.9),
    partly=fact("positions_in_order") > 0.9,
    reason=(
        "Order is a statement about every pair; with less than nine tenths on the axis it would not"
        " be the shape of the table."
    ),
    figure="token-embeddings",
)

LUCK = 0.05
GAP, TURN = fact("read_gap"), fact("position_turn")
AGREE = TURN.detail("agreement", "how far the turns agree")
BY_LUCK = TURN.detail("luck", "random orders of the same positions that agree as far")
ROUNDS = TURN.detail("rounds", "full rounds that they make")

read_kinds_separable = Claim(
    "The kinds of tokens that the rule reads lie on two sides of a line",
    holds=(GAP > 0) & (GAP.detail("luck", "divisions of the same tokens that leave a gap") < LUCK),
    partly=GAP > 0,
    reason=(
        "A gap either exists or not; where more than one in twenty divisions of the same tokens"
        " into groups of these sizes leaves one too, it tells little of these kinds."
    ),
    figure="token-embeddings",
)

positions_turn = Claim(
    "Positions stand around a circle, each the same turn from the one before",
    holds=(AGREE > 0.9) & (BY_LUCK < LUCK) & (ROUNDS >= 1),
    partly=(AGREE > 0.7) & (BY_LUCK < LUCK) & (ROUNDS >= 1),
    reason=(
        "Turns that agree beyond nine tenths differ by less than thirty degrees from one another on"
        " the whole, and fewer than one in twenty random orders may do as well; less than a round"
        " is an arc, as a bent ladder makes one."
    ),
    figure="token-embeddings",
)

trigger_queries_opposed = Claim(
    "The trigger's queries point away from those of the other tokens",
    holds=(fact("trigger_query_turn") > 135)
    & (fact("trigger_query_least").every(noun="other token") > 90),
    partly=fact("trigger_query_turn") > 90,
    reason=(
        "Beyond a right angle, what one query is drawn to repels the other; three quarters of a"
        " half turn leave no doubt of the means, and a mean says nothing of single queries, so each"
        " pair of them has to be beyond a right angle too."
    ),
    figure="qk-space",
)

spaces_start_apart = Claim(
    "The four spaces are far apart before training",
    holds=fact("spaces_apart") > 0.5,
    partly=fact("spaces_apart") > 0.1,
    reason=(
        "Under a tenth, two pictures could be laid over one another; over a half, nobody would take"
        " one for the other."
    ),
    figure="qkv-dynamics",
    seeds=False,
)
