"""What is needed? Heads and layers that add nothing, their mean, or what they add elsewhere."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

MUCH = 0.1  # a fall of accuracy, as a share

layers_are_needed = Claim(
    "Every layer is needed",
    holds=fact("layer_needed") > MUCH,
    partly=fact("layer_needed") > 0,
    reason=(
        "Ten points are far outside the spread between samples; less would mean that most of the"
        " work is done elsewhere."
    ),
    figure="repeats-ablations",
    needs=["attention"],
)
