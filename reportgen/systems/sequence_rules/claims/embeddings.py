"""What do the tables of vectors look like before anything has moved?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

classes_separable = Claim(
    "The answer's class and the other tokens are linearly separable",
    holds=(fact("token_gap") > 0) & (fact("point_gap") > 0),
    partly=fact("token_gap") > 0,
    reason=(
        "A gap either exists or not, so no tolerance is needed; attention reads tokens at"
        " positions, so these have to be separable too."
    ),
    figure="token-embeddings",
)

positions_ordered = Claim(
    "Positions lie in reading order along one axis",
    holds=(fact("positions_in_order") >= 1) & (fact("position_axis") >= 0.9),
    partly=fact("positions_in_order") > 0.9,
    reason=(
        "Positions are in order only if every pair of them is; an axis with less than nine tenths"
        " of their spread would not describe them."
    ),
    figure="token-embeddings",
)

LUCK = 0.05
GAP, TURN = fact("read_gap"), fact("position_turn")
AGREE = TURN.detail("agreement", "how far the turns agree")
BY_LUCK = TURN.detail("luck", "orders of the same positions that agree as far")
ROUNDS = TURN.detail("rounds", "full rounds that they make")

read_kinds_separable = Claim(
    ("The kinds of tokens that the rule distinguishes in its input are linearly separable"),
    holds=(GAP > 0) & (GAP.detail("luck", "divisions of the same tokens that leave a gap") < LUCK),
    partly=GAP > 0,
    reason=(
        "A gap either exists or not; if more than one in twenty divisions of the same tokens into"
        " groups of the same sizes leave one too, it says little about these kinds."
    ),
    figure="token-embeddings",
)

positions_turn = Claim(
    "Positions go around their centre by equal turns, from each to the next",
    holds=(AGREE > 0.9) & (BY_LUCK < LUCK) & (ROUNDS >= 1),
    partly=(AGREE > 0.7) & (BY_LUCK < LUCK) & (ROUNDS >= 1),
    reason=(
        "Turns that agree beyond nine tenths differ by less than thirty degrees from one another on"
        " the whole, and fewer than one in twenty random orders may do as well; less than a full"
        " round is only an arc, which a bent row of positions makes too."
    ),
    figure="token-embeddings",
)

trigger_queries_opposed = Claim(
    "Queries where the rule decides point away from the other queries",
    holds=(fact("trigger_query_turn") > 135)
    & (fact("trigger_query_least").every(noun="other token") > 90),
    partly=fact("trigger_query_turn") > 90,
    reason=(
        "Beyond a right angle, the two directions are more opposite than alike; 135 degrees is"
        " halfway from there to exactly opposite. A mean says nothing of single queries, so each"
        " pair of them has to be beyond a right angle too."
    ),
    figure="qk-space",
)

spaces_start_apart = Claim(
    "Embeddings, queries, keys and values do not begin alike",
    holds=fact("spaces_apart") > 0.5,
    partly=fact("spaces_apart") > 0.1,
    reason=(
        "Under a tenth, two of the pictures would look the same; above one half, nobody would"
        " confuse them."
    ),
    figure="qkv-dynamics",
    seeds=False,
)
