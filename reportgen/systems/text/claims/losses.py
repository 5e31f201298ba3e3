"""The loss on a text, beside that of simple counts."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.losses import NEAR

beats_frequencies = Claim(
    "It does better than token frequencies",
    holds=fact("gain_over_unigram") > NEAR,
    partly=fact("gain_over_unigram") > 0,
    also=["unigram_floor"],
    reason=(
        "No prediction that ignores earlier tokens does better than token frequencies; 0.05 nats"
        " are the tolerance used throughout."
    ),
    figure="text-learning-curve",
)
