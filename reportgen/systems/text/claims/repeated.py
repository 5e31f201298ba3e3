"""Sequences that say everything twice: tokens drawn at random, and passages of the text. What no
table can do is to go on the second time as the first time.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.losses import NEAR

gains_by_repeats = Claim(
    "It goes on the second time as the first time",
    holds=fact("repeat_gain") > NEAR,
    partly=fact("repeat_gain") > 0,
    reason=(
        "Five hundredths of a nat cost the chance of what comes next a factor of 0.95, the"
        " tolerance used throughout."
    ),
    figure="head-catalogue",
    needs=DEEP,
)
