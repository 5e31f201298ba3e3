"""Does the text stay open, or does it run into a dead end where everything that follows is
settled?
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

text_stays_open = Claim(
    "No sequence gets stuck, with every later token decided by the rule",
    holds=fact("locked_share").of_these <= 0,
    partly=fact("locked_share") < 0.5,
    reason=(
        "One such sequence is an exception worth stating; from one half on, such sequences are no"
        " exception."
    ),
    figure="training-data",
    seeds=False,
)
