"""Do the logits turn with the sum, and is that all they turn with?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

logits_turn_with_the_sum = Claim(
    "The logits are waves of the sum of both numbers",
    holds=fact("sum_waves") > 0.9,
    partly=fact("sum_waves") > 0.5,
    reason=(
        "A network that adds needs no wave but those of the sum; with less than half of the power,"
        " the others weigh more."
    ),
    figure="waves-of-logits",
)

frequencies_are_unequal = Claim(
    "The embeddings have much of few frequencies and little of the others",
    holds=fact("inequality_of_frequencies") > 0.5,
    partly=fact("inequality_of_frequencies") > 2 * fact("inequality_of_frequencies").baseline,
    reason=(
        "At one half the frequencies above the median hold far more than those below it; random"
        " embeddings, which have all frequencies nearly alike, come with the fact."
    ),
    figure="frequencies-sort-out",
)
