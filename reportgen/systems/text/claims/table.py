"""A network without layers is one table of probabilities: how far is it from the counts?"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.text.facts.losses import NEAR
from reportgen.systems.text.facts.table import TABLE

MOSTLY = 0.9  # share from which the pages say that it knows

learns_pairs = Claim(
    "It has learnt the table of pairs",
    holds=fact("table_excess") < NEAR,
    partly=fact("table_excess") < fact("table_excess").baseline / 2,
    also=["bigram_floor"],
    reason=(
        "A difference of 0.05 nats changes the probability of the next token by a factor of 0.95,"
        " the tolerance used throughout."
    ),
    figure="pair-tables",
    needs=TABLE,
)

names_followers = Claim(
    "Its first choice is a most frequent next token, any of those that follow equally often",
    holds=fact("follower_agreement") > MOSTLY,
    partly=fact("follower_agreement") > fact("follower_agreement").baseline,
    reason=(
        "At nine in ten, its first choice nearly always agrees with the text; the most frequent"
        " token of all can be right without using any earlier token."
    ),
    figure="what-follows",
    needs=TABLE,
)

names_predecessors = Claim(
    (
        "Read backwards, its first choice is a most frequent previous token, any of those that"
        " precede equally often"
    ),
    holds=fact("predecessor_agreement") > MOSTLY,
    partly=fact("predecessor_agreement") > fact("predecessor_agreement").baseline,
    reason=(
        "The same threshold as forwards; it was not trained backwards, so whatever it gets right"
        " comes from the other direction."
    ),
    figure="what-precedes",
    needs=TABLE,
)

only_the_last_token = Claim(
    "It uses only the last token, although earlier ones would help",
    holds=(fact("context_value").detail("most", "largest change in any window") <= 0)
    & (fact("gain_over_trigram") < 0),
    partly=fact("context_value").detail("most", "largest change in any window") <= 0,
    also=["trigram_floor"],
    reason=(
        "The first follows from the architecture and is measured all the same; only the second"
        " shows that there was more to learn."
    ),
    figure="text-learning-curve",
    needs=TABLE,
)
