"""What is needed? Heads that add nothing, their mean, or what they add in another block of the
text.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.heads import ATTENTION
from reportgen.systems.text.facts.losses import NEAR

every_head_needed = Claim(
    "No head can be spared",
    holds=fact("head_rise") > NEAR,
    partly=fact("head_rise") > 0,
    reason=(
        "Five hundredths of a nat cost the chance of what comes next a factor of 0.95, the"
        " tolerance used throughout."
    ),
    figure="heads-taken-away",
    needs=ATTENTION,
)

pairs_need_attention = Claim(
    "Without attention it knows less than a table of pairs",
    holds=fact("loss_without_attention") > fact("loss_without_attention").baseline,
    reason=(
        "A table of pairs is all that a network without layers can be; one that falls behind it"
        " cannot even do that by the last token alone."
    ),
    figure="heads-taken-away",
    needs=ATTENTION,
)
