"""One network proves little: how many seeds answer everything?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.few_seeds import anecdote

seeds_agree = Claim(
    "Nearly every seed answers what it was not trained on",
    holds=fact("seeds_generalise") > 0.9,
    partly=fact("seeds_generalise").of_these > 0,
    also=["seeds_solved", "seeds_holdout"],
    reason=(
        "Above nine in ten, one can train a single network and count on it; below that, the seed"
        " decides."
    ),
    figure="seeds-of-outputs",
    seeds=False,
    unless=anecdote("seeds_generalise"),
)
