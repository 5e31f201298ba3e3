"""Does a reader of more than the last token get beyond all who read only that one?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.beyond import ATTENTION
from reportgen.systems.text.facts.losses import NEAR

beats_pairs = Claim(
    "It beats a reader who has counted pairs",
    holds=fact("gain_over_bigram") > NEAR,
    partly=fact("gain_over_bigram") > 0,
    also=["bigram_floor"],
    reason=(
        "Five hundredths of a nat cost the chance of what comes next a factor of 0.95, the"
        " tolerance used throughout."
    ),
    figure="text-learning-curve",
    needs=ATTENTION,
)

beats_every_pair_reader = Claim(
    "It beats every reader of the last token",
    holds=fact("gain_over_own_pairs") > NEAR,
    partly=fact("gain_over_own_pairs") > 0,
    reason=(
        "The reader it is compared with knows the answers to these windows as far as one token can"
        " tell them; whoever does better has read more than one."
    ),
    figure="text-learning-curve",
    needs=ATTENTION,
)

beats_triples = Claim(
    "It beats a reader who has counted triples",
    holds=fact("gain_over_trigram") > NEAR,
    partly=fact("gain_over_trigram") > 0,
    also=["trigram_floor"],
    reason=(
        "Five hundredths of a nat cost the chance of what comes next a factor of 0.95, the"
        " tolerance used throughout."
    ),
    figure="text-learning-curve",
    needs=ATTENTION,
)

reads_further_back = Claim(
    "What came before the last token tells it something",
    holds=fact("context_value") > NEAR,
    partly=fact("context_value") > 0,
    reason="A network without layers has a rise of exactly 0, whatever it has learnt.",
    figure="text-learning-curve",
    needs=ATTENTION,
)
