"""How far does the feed-forward block change which sources count? Their ranks and mixing ratios
before and after it.
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
    "The shares of the sources add up to the output of the feed-forward block",
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
    "The feed-forward block changes the order of the sources",
    holds=fact("forward_change").every("[^,]*", "layer") > MUCH,
    partly=fact("forward_change").some("[^,]*", "layer") > MUCH,
    also=["map_moved"],
    reason="At a rank correlation of 0.9 the order changes only among neighbours.",
    figure="feed-forward-maps",
    needs=BLOCK,
)


@claim(
    "The residual connection cancels most of that change",
    rests_on=["change_taken_back", "forward_change"],
    holds_if=(
        "in every layer less than half of the change is left in the layer as a whole, by the whole"
        " interval"
    ),
    partly_if="in every layer less of it is left, by the whole interval",
    reason="At half, the block and the stream that it is added to have the same weight.",
    figure="feed-forward-maps",
    needs=BLOCK,
)
def change_is_taken_back(facts: Facts) -> Decision:
    """More than half of it, or some."""
    layers = fact("change_taken_back")
    less = layers.every("[^,]*", "layer") > 0
    return by_criteria(facts, less & (layers.every("[^,]*, half", "layer") > 0), less)


forward_mixes_more = Claim(
    "The output of the feed-forward block depends more on other positions than its input",
    holds=fact("forward_mixing").every("[^,]*", "layer") > 0,
    partly=fact("forward_mixing").some("[^,]*", "layer") > 0,
    reason="A block that only passed on its sources would not change the ratio.",
    figure="feed-forward-maps",
    needs=BLOCK,
)
