"""One network proves little: what did all the seeds do?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.few_seeds import anecdote

seeds_agree = Claim(
    "Nearly every seed learns the rule",
    holds=fact("seeds_learnt") > 0.9,
    partly=fact("seeds_learnt").of_these > 0,
    reason=(
        "Above nine in ten, one can train a single network and count on it; below that, the seed"
        " decides."
    ),
    figure="learning-curve",
    seeds=False,
    unless=anecdote("seeds_learnt"),
)
