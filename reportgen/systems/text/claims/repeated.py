"""Repeated sequences: random tokens, and passages of the text. No table of counts gains from
repetition.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.losses import NEAR

gains_by_repeats = Claim(
    "It gains from repetition",
    holds=fact("repeat_gain") > NEAR,
    partly=fact("repeat_gain") > 0,
    reason=(
        "A difference of 0.05 nats changes the probability of the next token by a factor of 0.95,"
        " the tolerance used throughout."
    ),
    figure="head-catalogue",
    needs=DEEP,
)
