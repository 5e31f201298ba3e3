"""What would be guessed if the stream were read early? At every depth the last normalization, with
the stream's own mean and length there, and the unembedding (the logit lens).
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.components import DEEP
from reportgen.systems.text.facts.losses import NEAR

HALF = 0.5
NEARLY = 0.9

each_part_brings_nearer = Claim(
    "Each part of the network brings the guess nearer",
    holds=fact("lens_step").every(noun="part") > NEAR,
    partly=fact("lens_step").some(noun="part") > NEAR,
    also=["lens_loss"],
    reason=(
        "Five hundredths of a nat cost the chance of what comes next a factor of 0.95, the"
        " tolerance used throughout."
    ),
    figure="lens-of-text",
    needs=DEEP,
)

guess_is_made_late = Claim(
    "The guess is made in the last layer",
    holds=(fact("lens_agreement") < HALF) & (fact("tuned_agreement") < HALF),
    partly=fact("tuned_agreement") < NEARLY,
    reason=(
        "Above one half most guesses stand before the last layer begins; above nine in ten it only"
        " settles what was said. The network's own readout misses a guess that stands there in"
        " another form, so a readout made for that depth is asked as well."
    ),
    figure="lens-of-text",
    needs=DEEP,
)
