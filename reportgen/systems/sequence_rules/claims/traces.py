"""The demonstrations: sequences chosen by rule before any network was seen, followed to their
end.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

trace_answers = Claim(
    "In the demonstrations every answer is right",
    holds=fact("trace_right") >= 1,
    partly=fact("trace_right") >= 0.5,
    also=["trace_probability"],
    reason=(
        "The demonstrations are chosen by a fixed procedure before any network is seen, so no"
        " mistake may be left out."
    ),
    figure="residual-stream",
)

trace_lands = Claim(
    "In the demonstrations every answer is right, and the last query looks at it",
    holds=(fact("trace_right") >= 1) & (fact("trace_attention") > 0.5),
    partly=fact("trace_right") >= 0.5,
    also=["trace_probability"],
    reason=(
        "The demonstrations are chosen by a fixed procedure before any network is seen, so no"
        " mistake may be left out."
    ),
    figure="residual-stream",
)
