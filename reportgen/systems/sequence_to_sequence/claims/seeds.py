"""One network proves little: how many seeds answer everything, on this split and on the other
one?
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

seeds_agree = Claim(
    "It is learnt whatever the seed",
    holds=fact("seeds_solved") > 0.9,
    partly=fact("seeds_solved").of_these > 0,
    reason=(
        "At nine in ten, a reader who trains one network can count on it; below that, the seed"
        " decides."
    ),
    figure="seeds-of-inputs",
    seeds=False,
)

fit_is_enough = Claim(
    "Whoever answers all it was trained on answers everything",
    holds=fact("seeds_generalise") > 0.9,
    partly=fact("seeds_generalise").of_these > 0,
    also=["seeds_fit"],
    reason="At nine in ten, success on the training inputs could stand for success.",
    figure="seeds-of-inputs",
    seeds=False,
)

random_is_easier = Claim(
    "A random split is solved more often than the lexicographic one",
    holds=fact("split_gain") > 0,
    also=["seeds_solved", "beside_solved"],
    reason=(
        "The same seeds are trained on both, so that the gain is a mean of paired differences;"
        " seeds are what is drawn at random."
    ),
    figure="seeds-of-inputs",
    seeds=False,
)
