"""What can be taken away of a deep network? Whole parts of layers that hand over their mean at each
position.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.losses import NEAR

attention_is_missed_more = Claim(
    "Attention is missed more than feed-forward parts",
    holds=fact("attention_beyond_forward") > 0,
    partly=fact("attention_beyond_forward").part("all attention") > 0,
    reason="An interval that holds no difference would be a tie.",
    figure="parts-missed",
    needs=DEEP,
)

every_part_needed = Claim(
    "No part of a layer can be spared",
    holds=fact("part_rise") > NEAR,
    partly=fact("part_rise") > 0,
    reason=(
        "Five hundredths of a nat cost the chance of what comes next a factor of 0.95, the"
        " tolerance used throughout."
    ),
    figure="parts-missed",
    needs=DEEP,
)
