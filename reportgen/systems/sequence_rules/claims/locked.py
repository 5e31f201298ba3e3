"""Does the text stay open, or does it run into a dead end where everything that follows is
settled?
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

text_stays_open = Claim(
    "The text stays open: no sequence runs into a dead end",
    holds=fact("locked_share").of_these <= 0,
    partly=fact("locked_share") < 0.5,
    reason=(
        "One such sequence is an exception to be told; where most are, the text is a list of"
        " circles."
    ),
    figure="training-data",
    seeds=False,
)
