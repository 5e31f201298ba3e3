"""Who pushed the next token? Every logit as a sum: what the last token says by itself, and what
each head brings from each place.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.attribution import EXACT, ROUGH
from reportgen.systems.text.facts.circuits import CIRCUITS

logits_add_up = Claim(
    "The parts of a logit add up",
    holds=fact("attribution_places") >= EXACT,
    partly=fact("attribution_places") >= ROUGH,
    reason="The sum is exact for this architecture; only rounding in double precision may remain.",
    figure="token-attribution",
    needs=CIRCUITS,
)

attention_pushes_right = Claim(
    "Attention pushes the token that comes",
    holds=(fact("attention_push") > 0) & (fact("attention_push") > fact("attention_push").baseline),
    partly=fact("attention_push") > 0,
    reason=(
        "The last token alone is what a network without layers has; attention that pushes more does"
        " more than half of it."
    ),
    figure="token-attribution",
    needs=CIRCUITS,
)
