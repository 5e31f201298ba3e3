"""What is needed? Heads and layers that add nothing, their mean, or what they add elsewhere."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts

MUCH = 0.1  # a fall of accuracy, as a share


def _nothing_to_lose(facts: Facts) -> str:
    whole = facts["layer_needed"].baseline
    return (
        ""
        if whole is None or whole.value > MUCH
        else "this network puts no more than a tenth of the known tokens first, too few to lose any"
    )


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
    unless=_nothing_to_lose,
)
