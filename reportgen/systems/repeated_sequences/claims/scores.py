"""What do the heads look at? Scores of attention, each beside what an indifferent head would
have.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.systems.repeated_sequences.facts.scores import MOST

first_layer_looks_back = Claim(
    ("When a token appears for the first time, the first layer looks at the previous token"),
    holds=fact("previous_first_time") > MOST,
    partly=fact("previous_first_time") > 2 * fact("previous_first_time").baseline,
    reason=(
        "Above one half, all other positions together get less; twice the share of uniform"
        " attention is a clear preference."
    ),
    figure="repeats-attention-by-offset",
    needs=["attention"],
)

matches_prefixes = Claim(
    "A head looks at the tokens after earlier copies of the current token",
    holds=fact("prefix_matching") > MOST,
    partly=fact("prefix_matching") > 2 * fact("prefix_matching").baseline,
    reason=(
        "Above one half, all other positions together get less; twice the share of uniform"
        " attention is a clear preference."
    ),
    figure="repeats-attention",
    needs=["attention"],
)

stripe_on_random = Claim(
    "On random tokens followed by a copy of themselves, a head looks right after the earlier copy",
    holds=fact("stripe_random") > MOST,
    partly=fact("stripe_random") > 2 * fact("stripe_random").baseline,
    also=["induction_stripe"],
    reason=(
        "The line for the sequences of its training: above one half, all other positions together"
        " get less; twice an equal share is a habit that cannot be a matter of lengths alone."
    ),
    figure="repeats-attention",
    needs=["attention"],
)

looks_at_copies = Claim(
    "A head looks at the earlier copies of the current token themselves",
    holds=fact("duplicate_token") > MOST,
    partly=fact("duplicate_token") > 2 * fact("duplicate_token").baseline,
    reason=(
        "Above one half, all other positions together get less; twice the share of uniform"
        " attention is a clear preference."
    ),
    figure="repeats-attention-by-offset",
    needs=["attention"],
)
