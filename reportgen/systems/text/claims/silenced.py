"""What is needed? Heads that add nothing, their mean, or what they add in another block of the
text.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.heads import ATTENTION
from reportgen.systems.text.facts.losses import NEAR

every_head_needed = Claim(
    "Every head is needed",
    holds=fact("head_rise") > NEAR,
    partly=fact("head_rise") > 0,
    reason=(
        "A difference of 0.05 nats changes the probability of the next token by a factor of 0.95,"
        " the tolerance used throughout."
    ),
    figure="heads-taken-away",
    needs=ATTENTION,
)

pairs_need_attention = Claim(
    "Without attention it is worse than pair counts",
    holds=fact("loss_without_attention") > fact("loss_without_attention").baseline,
    reason=(
        "A network without layers can only be a table of pairs; what is left of this one without"
        " attention is then a worse table than the counts."
    ),
    figure="heads-taken-away",
    needs=ATTENTION,
)
