"""Who pushed the next token? Every logit as a sum: what the last token says by itself, and what
each head brings from each position.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.attribution import BEYOND_LAST, EXACT, ROUGH
from reportgen.systems.text.facts.circuits import CIRCUITS
from reportgen.systems.text.facts.own_share import TURNED

logits_add_up = Claim(
    "The parts of a logit add up",
    holds=fact("attribution_places") >= EXACT,
    partly=fact("attribution_places") >= ROUGH,
    reason="The sum is exact for this architecture; only rounding in double precision may remain.",
    figure="token-attribution",
    needs=CIRCUITS,
)

attention_pushes_right = Claim(
    "What heads bring from earlier tokens pushes the token that comes, harder than the last token",
    holds=(fact("attention_push") > fact("attention_push").own("turned", TURNED))
    & (fact("attention_push").part(BEYOND_LAST) > 0),
    partly=fact("attention_push") > fact("attention_push").own("turned", TURNED),
    reason=(
        "What is the same in all windows knows how frequent tokens are and nothing of a passage, so"
        " it is left out on both sides; a head that looks at the last token brings no other. Two"
        " hundred turns of the unembedding bound what luck gives."
    ),
    figure="token-attribution",
    needs=CIRCUITS,
)
