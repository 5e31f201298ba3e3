"""One network proves little: what did all the seeds do?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

seeds_agree = Claim(
    "Whether it is learnt does not depend on the seed",
    holds=fact("seeds_learnt") > 0.9,
    partly=fact("seeds_learnt").of_these > 0,
    reason=(
        "At nine in ten, a reader who trains one network can count on it; below that, the seed"
        " decides."
    ),
    figure="learning-curve",
    seeds=False,
)
