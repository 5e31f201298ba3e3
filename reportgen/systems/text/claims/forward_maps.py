"""How far does the feed-forward block change who counts? Ranks of sources and mixing ratios before
and behind it.
"""

from reportgen.measure.claim import Claim, Decision, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.systems.text.facts.attribution import ROUGH
from reportgen.systems.text.facts.forward_maps import BLOCK

EXACT = (
    10  # decimal places: each number is a sum over sources and neurons, some thousands of products
)
MUCH = 0.1  # a rank correlation of 0.9

sources_add_up = Claim(
    "The sources make what the feed-forward block hands on",
    holds=fact("forward_places") >= EXACT,
    partly=fact("forward_places") >= ROUGH,
    reason=(
        "For ReLU the shares are exact; only rounding in double precision may remain, over some"
        " thousands of products."
    ),
    figure="feed-forward-maps",
    needs=BLOCK,
)

forward_reorders = Claim(
    "The feed-forward block changes which sources count",
    holds=fact("forward_change").every("[^,]*", "layer") > MUCH,
    partly=fact("forward_change").some("[^,]*", "layer") > MUCH,
    also=["map_moved"],
    reason="At a rank correlation of 0.9 the order changes only among neighbours.",
    figure="feed-forward-maps",
    needs=BLOCK,
)


@claim(
    "What a position keeps takes most of that change back",
    rests_on=["change_taken_back", "forward_change"],
    holds_if=(
        "in every layer less than half of the change is left in the layer as a whole, by the whole"
        " interval"
    ),
    partly_if="in every layer less of it is left, by the whole interval",
    reason="Half is where the block and what it is added to weigh the same.",
    figure="feed-forward-maps",
    needs=BLOCK,
)
def change_is_taken_back(facts: Facts) -> Decision:
    """More than half of it, or some."""
    layers = fact("change_taken_back")
    less = layers.every("[^,]*", "layer") > 0
    return by_criteria(facts, less & (layers.every("[^,]*, half", "layer") > 0), less)


forward_mixes_more = Claim(
    "What the feed-forward block hands on comes from others more than what it reads",
    holds=fact("forward_mixing").every("[^,]*", "layer") > 0,
    partly=fact("forward_mixing").some("[^,]*", "layer") > 0,
    reason="A block that only passed its sources on would leave the ratio as it is.",
    figure="feed-forward-maps",
    needs=BLOCK,
)
