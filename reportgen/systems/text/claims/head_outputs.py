"""What a head mixes: in how many directions it varies."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.heads import ATTENTION

HALF = 0.5

heads_fill_their_space = Claim(
    "What heads mix varies in most of their dimensions",
    holds=fact("head_dimensions").every(noun="head") > HALF,
    partly=fact("head_dimensions").some(noun="head") > HALF,
    reason=(
        "Under half, the same variation would fit into a head half as wide, if it were as wide in"
        " all directions."
    ),
    figure="norms-beside-weights",
    needs=ATTENTION,
)
