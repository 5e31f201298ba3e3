"""When is the prediction made? The stream at every depth, normalized with its own mean and length
there, and read by the unembedding (the logit lens).
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.losses import NEAR

HALF = 0.5
NEARLY = 0.9

each_part_brings_nearer = Claim(
    "Each part of the network improves the prediction",
    holds=fact("lens_step").every(noun="part") > NEAR,
    partly=fact("lens_step").some(noun="part") > NEAR,
    also=["lens_loss"],
    reason=(
        "A difference of 0.05 nats changes the probability of the next token by a factor of 0.95,"
        " the tolerance used throughout."
    ),
    figure="lens-of-text",
    needs=DEEP,
)

guess_is_made_late = Claim(
    "The prediction is made in the last layer",
    holds=(fact("lens_agreement") < HALF) & (fact("tuned_agreement") < HALF),
    partly=fact("tuned_agreement") < NEARLY,
    reason=(
        "Above one half most predictions are there before the last layer; above nine in ten it only"
        " confirms them. The unembedding misses a prediction in another form, so a readout fitted"
        " for that depth is used as well."
    ),
    figure="lens-of-text",
    needs=DEEP,
)
