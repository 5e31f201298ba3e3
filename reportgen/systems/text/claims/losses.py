"""How surprised is a reader of a text, beside readers who only count what follows what?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.losses import NEAR

beats_frequencies = Claim(
    "It has learnt more than how often each token occurs",
    holds=fact("gain_over_unigram") > NEAR,
    partly=fact("gain_over_unigram") > 0,
    also=["unigram_floor"],
    reason=(
        "Nobody gets below that reader without knowing what came before; five hundredths of a nat"
        " are the tolerance used throughout."
    ),
    figure="text-learning-curve",
)
