"""How far does the feed-forward block change which sources count? Their ranks and mixing ratios
before and after it.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.attribution import ROUGH
from reportgen.systems.text.facts.forward_maps import BLOCK

EXACT = (
    10  # decimal places: each number is a sum over sources and neurons, some thousands of products
)
MUCH = 0.1  # a rank correlation of 0.9
HALF = 0.5  # of a change

sources_add_up = Claim(
    "The shares of the sources add up to the output of the feed-forward block",
    holds=fact("forward_places") >= EXACT,
    partly=fact("forward_places") >= ROUGH,
    reason=(
        "The shares are exact for each neuron; only rounding in double precision may remain, over"
        " some thousands of products."
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


change_is_taken_back = Claim(
    "The residual connection cancels most of the feed-forward block’s change of order",
    holds=fact("change_taken_back").every(noun="layer") > HALF,
    partly=fact("change_taken_back").every(noun="layer") > 0,
    also=["forward_change"],
    reason="Above one half, more of the change is cancelled than is left.",
    figure="feed-forward-maps",
    needs=BLOCK,
)

forward_mixes_more = Claim(
    "The output of the feed-forward block depends more on other positions than its input",
    holds=fact("forward_mixing").every("[^,]*", "layer") > 0,
    partly=fact("forward_mixing").some("[^,]*", "layer") > 0,
    reason="A block that only passed on its sources would not change the ratio.",
    figure="feed-forward-maps",
    needs=BLOCK,
)
