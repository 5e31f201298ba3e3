"""Is it in the weights? Copying, matching, and composition of heads, beside what chance gives."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

RANDOM = "the highest of the random ones drawn"
RENAMED = "the highest with its tokens renamed at random"
TURNED = "the highest of the same matrices turned at random"
SCORE, RISE = fact("copying_score"), fact("copying_rise")
ABOVE = (SCORE > SCORE.own("random_top", RANDOM)) & (SCORE > SCORE.own("renamed_top", RENAMED))

copies = Claim(
    "The head that matches prefixes copies what it reads",
    holds=ABOVE & (fact("raises_itself") > 0.9) & (RISE > RISE.own("renamed_top", RENAMED)),
    partly=ABOVE,
    reason=(
        "Two hundred random heads, and two hundred ways to rename the tokens of this one, bound"
        " what chance gives; nine in ten says of single tokens what the score says of their sum,"
        " and the rise says it of tokens that are attended to."
    ),
    figure="repeats-circuits",
    needs=["attention"],
)

keys_compose = Claim(
    "What an earlier head writes reaches the keys of a later one more than chance would have it",
    holds=fact("k_composition") > fact("k_composition").own("rotated_top", TURNED),
    partly=fact("k_composition") > fact("k_composition").own("rotated_mean", "their mean"),
    reason=(
        "Heads that have not learnt to work together meet in directions that are a matter of"
        " chance; two hundred random turns of one against the other bound what it gives."
    ),
    figure="repeats-composition",
    needs=["layers"],
)

queries_compose = Claim(
    "What an earlier head writes reaches the queries of a later one more than chance would have it",
    holds=fact("q_composition") > fact("q_composition").own("rotated_top", TURNED),
    partly=fact("q_composition") > fact("q_composition").own("rotated_mean", "their mean"),
    reason="The same lines as for the keys.",
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
