"""One network proves little: how many seeds answer everything, on this split and on the other
one?
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.few_seeds import anecdote

seeds_agree = Claim(
    "Nearly every seed learns the task",
    holds=fact("seeds_solved") > 0.9,
    partly=fact("seeds_solved").of_these > 0,
    reason=(
        "Above nine in ten, one can train a single network and count on it; below that, the seed"
        " decides."
    ),
    figure="seeds-of-inputs",
    seeds=False,
    unless=anecdote("seeds_solved"),
)

fit_is_enough = Claim(
    "Nearly every seed that answers all training inputs answers everything",
    holds=fact("seeds_generalise") > 0.9,
    partly=fact("seeds_generalise").of_these > 0,
    also=["seeds_fit"],
    reason="Above nine in ten, success on the training inputs nearly always means success on all.",
    figure="seeds-of-inputs",
    seeds=False,
    unless=anecdote("seeds_generalise"),
)

random_is_easier = Claim(
    "More seeds solve the task with a random split than with the lexicographic one",
    holds=fact("split_gain") > 0,
    also=["seeds_solved", "beside_solved"],
    reason=(
        "The same seeds are trained on both, so the gain is a mean of paired differences; the seeds"
        " are the random sample."
    ),
    figure="seeds-of-inputs",
    seeds=False,
    unless=anecdote("split_gain"),
)
