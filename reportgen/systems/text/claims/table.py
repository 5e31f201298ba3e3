"""A network without layers is one table of chances: how far is it from the table of counts?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.losses import NEAR
from reportgen.systems.text.facts.table import TABLE

MOSTLY = 0.9  # share from which the pages say that it knows

learns_pairs = Claim(
    "It has learnt what follows what",
    holds=fact("table_excess") < NEAR,
    partly=fact("table_excess") < fact("table_excess").baseline / 2,
    also=["bigram_floor"],
    reason=(
        "Five hundredths of a nat cost the chance of what comes next a factor of 0.95: one part in"
        " twenty, the tolerance used throughout."
    ),
    figure="pair-tables",
    needs=TABLE,
)

names_followers = Claim(
    "It names the most frequent next token",
    holds=fact("follower_agreement") > MOSTLY,
    partly=fact("follower_agreement") > fact("follower_agreement").baseline,
    reason=(
        "At nine in ten a reader may take its first choice for the text's; the most frequent token"
        " is right without any knowledge of what comes before."
    ),
    figure="what-follows",
    needs=TABLE,
)

names_predecessors = Claim(
    "Read backwards, it names the most frequent previous token",
    holds=fact("predecessor_agreement") > MOSTLY,
    partly=fact("predecessor_agreement") > fact("predecessor_agreement").baseline,
    reason=(
        "The same line as forwards; nobody trained it backwards, so that all it knows there comes"
        " from the other direction."
    ),
    figure="what-precedes",
    needs=TABLE,
)

only_the_last_token = Claim(
    "It knows nothing beyond the last token",
    holds=(fact("context_value").detail("most", "largest change in any window") <= 0)
    & (fact("gain_over_trigram") < 0),
    partly=fact("context_value").detail("most", "largest change in any window") <= 0,
    also=["trigram_floor"],
    reason=(
        "The first is true of the architecture and is measured all the same; only the second shows"
        " that there was more to know."
    ),
    figure="text-learning-curve",
    needs=TABLE,
)
