"""Which tokens make the prediction? Every logit as a sum: the last token by itself, and what each
head brings from each position.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.attribution import BEYOND_LAST, EXACT, ROUGH
from reportgen.systems.text.facts.circuits import CIRCUITS
from reportgen.systems.text.facts.own_share import TURNED

logits_add_up = Claim(
    "The contributions to a logit add up",
    holds=fact("attribution_places") >= EXACT,
    partly=fact("attribution_places") >= ROUGH,
    reason="The sum is exact for this architecture; only rounding in double precision may remain.",
    figure="token-attribution",
    needs=CIRCUITS,
)

attention_pushes_right = Claim(
    "Earlier tokens contribute more to the correct logit than the last token does",
    holds=(fact("attention_push") > fact("attention_push").own("turned", TURNED))
    & (fact("attention_push").part(BEYOND_LAST) > 0),
    partly=fact("attention_push") > fact("attention_push").own("turned", TURNED),
    reason=(
        "What is the same in all windows reflects only how frequent tokens are, so it is left out"
        " on both sides; a head that looks at the last token brings no other. One in a hundred"
        " random rotations of the unembedding gives more than the threshold."
    ),
    figure="token-attribution",
    needs=CIRCUITS,
)
