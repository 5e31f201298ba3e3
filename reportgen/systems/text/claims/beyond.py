"""Does a network with attention do better than any table of the last token?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.beyond import ATTENTION
from reportgen.systems.text.facts.losses import NEAR

beats_pairs = Claim(
    "It does better than pair counts",
    holds=fact("gain_over_bigram") > NEAR,
    partly=fact("gain_over_bigram") > 0,
    also=["bigram_floor"],
    reason=(
        "A difference of 0.05 nats changes the probability of the next token by a factor of 0.95,"
        " the tolerance used throughout."
    ),
    figure="text-learning-curve",
    needs=ATTENTION,
)

beats_every_pair_reader = Claim(
    "It does better than any table of pairs",
    holds=fact("gain_over_own_pairs") > NEAR,
    partly=fact("gain_over_own_pairs") > 0,
    reason=(
        "The table it is compared with is counted in these very windows, so no other table of pairs"
        " has a lower loss there; a network that does better uses more than the last token."
    ),
    figure="text-learning-curve",
    needs=ATTENTION,
)

beats_triples = Claim(
    "It does better than triple counts",
    holds=fact("gain_over_trigram") > NEAR,
    partly=fact("gain_over_trigram") > 0,
    also=["trigram_floor"],
    reason=(
        "A difference of 0.05 nats changes the probability of the next token by a factor of 0.95,"
        " the tolerance used throughout."
    ),
    figure="text-learning-curve",
    needs=ATTENTION,
)

reads_further_back = Claim(
    "It uses tokens before the last one",
    holds=fact("context_value") > NEAR,
    partly=fact("context_value") > 0,
    reason="A network without layers has a rise of exactly 0, whatever it has learnt.",
    figure="text-learning-curve",
    needs=ATTENTION,
)
