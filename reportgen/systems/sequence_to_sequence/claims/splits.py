"""What the held-out inputs are: a fair draw, or a corner of all inputs."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

holdout_is_corner = Claim(
    "The held-out inputs are a corner of all inputs",
    holds=fact("begin_alike") < fact("begin_alike").baseline / 2,
    partly=fact("begin_alike") < 0.9 * fact("begin_alike").baseline,
    reason=(
        "Below half of a random draw, training hardly covers inputs that begin like these; a random"
        " draw of this size stays well within a tenth."
    ),
    figure="split-of-inputs",
    seeds=False,
)
