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
        else (
            "this network gets no more than a tenth of the tokens known from a copy right, too few"
            " to lose any"
        )
    )


layers_are_needed = Claim(
    "Every layer is needed",
    holds=fact("layer_needed") > MUCH,
    partly=fact("layer_needed") > 0,
    reason=(
        "Ten percentage points are far more than samples differ by; with less, other parts do most"
        " of the work."
    ),
    figure="repeats-ablations",
    needs=["attention"],
    unless=_nothing_to_lose,
)
