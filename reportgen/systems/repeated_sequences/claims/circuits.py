"""Is it in the weights? Copying, matching, and composition of heads against random matrices of the
same shapes.
"""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

copies = Claim(
    "The head that matches prefixes copies what it reads",
    holds=(
        fact("copying_score")
        > fact("copying_score").own("random_top", "the highest of the random ones drawn")
    )
    & (fact("raises_itself") > 0.9),
    partly=fact("copying_score")
    > fact("copying_score").own("random_top", "the highest of the random ones drawn"),
    reason=(
        "Two hundred random heads bound what chance gives; nine in ten says of single tokens what"
        " the score says of their sum."
    ),
    figure="repeats-circuits",
    needs=["attention"],
)

keys_compose = Claim(
    "What an earlier head writes reaches the keys of a later one more than chance would have it",
    holds=fact("k_composition")
    > fact("k_composition").own("random_top", "the highest of the random ones drawn"),
    partly=fact("k_composition") > fact("k_composition").baseline,
    reason=(
        "A pair of heads that has not learnt to work together is like two random ones; two hundred"
        " of them bound what chance gives."
    ),
    figure="repeats-composition",
    needs=["layers"],
)

queries_compose = Claim(
    "What an earlier head writes reaches the queries of a later one more than chance would have it",
    holds=fact("q_composition")
    > fact("q_composition").own("random_top", "the highest of the random ones drawn"),
    partly=fact("q_composition") > fact("q_composition").baseline,
    reason=(
        "A pair of heads that has not learnt to work together is like two random ones; two hundred"
        " of them bound what chance gives."
    ),
    figure="repeats-composition",
    needs=["layers"],
)

weights_match = Claim(
    "In the weights, a token asks for positions after itself",
    holds=fact("matches_itself") > 0.9,
    partly=fact("matches_itself") > 0.5,
    reason=(
        "Of so many tokens, chance would give one; nine in ten is what the copies are held to as"
        " well."
    ),
    figure="repeats-circuits",
    needs=["layers"],
)
