"""What can we remove from a deep network? Whole parts of layers, replaced by their mean at each
position.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.losses import NEAR

attention_is_missed_more = Claim(
    "Attention matters more than feed-forward layers",
    holds=fact("attention_beyond_forward") > 0,
    partly=fact("attention_beyond_forward").part("all attention") > 0,
    reason="An interval that contains zero would be a tie.",
    figure="parts-missed",
    needs=DEEP,
)

every_part_needed = Claim(
    "Every part of a layer is needed",
    holds=fact("part_rise") > NEAR,
    partly=fact("part_rise") > 0,
    reason=(
        "A difference of 0.05 nats changes the probability of the next token by a factor of 0.95,"
        " the tolerance used throughout."
    ),
    figure="parts-missed",
    needs=DEEP,
)
