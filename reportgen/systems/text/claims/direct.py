"""Who pushed the answer? Every logit of a deep network as a sum over its parts, with the last
division kept as it came out.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.attribution import EXACT, ROUGH
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.own_share import TURNED

FORWARD = fact("feed_forward_push").part("feed-forward parts")

all_parts_add_up = Claim(
    "All parts together make the logit",
    holds=fact("direct_places") >= EXACT,
    partly=fact("direct_places") >= ROUGH,
    reason=(
        "With the last division kept, the sum is exact for this architecture; only rounding in"
        " double precision may remain."
    ),
    figure="push-by-part",
    needs=DEEP,
)

feed_forward_speaks = Claim(
    "Feed-forward parts push the token that comes harder than heads do",
    holds=(FORWARD > fact("feed_forward_push").own("turned", TURNED))
    & (fact("feed_forward_push") > 0),
    partly=FORWARD > fact("feed_forward_push").own("turned", TURNED),
    reason=(
        "What is the same in all windows knows how frequent tokens are and nothing of a passage, so"
        " it is left out on both sides; an interval that holds no difference would be a tie. Two"
        " hundred turns of the unembedding bound what luck gives."
    ),
    figure="push-by-part",
    needs=DEEP,
)
