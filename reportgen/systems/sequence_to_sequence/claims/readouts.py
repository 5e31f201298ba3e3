"""Is the answer there before the unembedding can read it? Readouts trained for the purpose, at
every depth.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

MUCH = 0.1
NEARLY = 0.95
MORE = fact("readout_last") > fact("readout_last").baseline + MUCH

answer_is_there = Claim(
    "The answer is there before the last feed-forward layer, in another form",
    holds=(fact("readout_last") > NEARLY) & MORE,
    partly=MORE,
    also=["readout_first"],
    reason=(
        "Above 95 %, fewer than one token in twenty is left for the last feed-forward layer to"
        " compute; ten percentage points are the least that we call more, and"
        " if the network's own readout does as well, the answer is in no other form."
    ),
    figure="lens-by-depth",
)
