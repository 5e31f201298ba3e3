"""Which parts make the prediction? Every logit of a deep network as a sum over its parts, with the
length of the last normalization kept.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.attribution import EXACT, ROUGH
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.own_share import TURNED

FORWARD = fact("feed_forward_push").part("feed-forward parts")

all_parts_add_up = Claim(
    "The contributions of all parts add up to the logit",
    holds=fact("direct_places") >= EXACT,
    partly=fact("direct_places") >= ROUGH,
    reason=(
        "With the length of the last normalization kept, the sum is exact for this architecture;"
        " only rounding in double precision may remain."
    ),
    figure="push-by-part",
    needs=DEEP,
)

feed_forward_speaks = Claim(
    "Feed-forward layers contribute more to the correct logit than heads do",
    holds=(FORWARD > fact("feed_forward_push").own("turned", TURNED))
    & (fact("feed_forward_push") > 0),
    partly=FORWARD > fact("feed_forward_push").own("turned", TURNED),
    reason=(
        "What is the same in all windows reflects only how frequent tokens are, so it is left out"
        " on both sides; an interval that contains zero would be a tie. One in a hundred random"
        " rotations of the unembedding gives more than the threshold."
    ),
    figure="push-by-part",
    needs=DEEP,
)
