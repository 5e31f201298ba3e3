"""Who pushed the answer? Every logit of a deep network as a sum over its parts, with the last
division kept as it came out.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.attribution import EXACT, ROUGH
from reportgen.systems.text.facts.components import DEEP

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
    holds=fact("feed_forward_push") > 0,
    partly=fact("feed_forward_push").part("feed-forward parts") > 0,
    reason=(
        "Whoever hands more to the unembedding speaks last; an interval that holds no difference"
        " would be a tie."
    ),
    figure="push-by-part",
    needs=DEEP,
)
