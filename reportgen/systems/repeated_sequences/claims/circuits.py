"""Is it in the weights? Copying, matching, and composition of heads, beside what chance gives."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact

RANDOM = "the highest of the random ones drawn"
RENAMED = "the highest with its tokens renamed at random"
TURNED = "the highest of the same matrices rotated at random"
SCORE, RISE = fact("copying_score"), fact("copying_rise")
ABOVE = (SCORE > SCORE.own("random_top", RANDOM)) & (SCORE > SCORE.own("renamed_top", RENAMED))

copies = Claim(
    "The head that matches prefixes copies what it reads",
    holds=ABOVE & (fact("raises_itself") > 0.9) & (RISE > RISE.own("renamed_top", RENAMED)),
    partly=ABOVE,
    reason=(
        "Two hundred random heads, and two hundred random renamings of the tokens of this head,"
        " show what chance gives; nine in ten tests single tokens as the score tests their sum, and"
        " the rise tests tokens that are attended to."
    ),
    figure="repeats-circuits",
    needs=["attention"],
)

keys_compose = Claim(
    "What an earlier head writes reaches the keys of a later one more than by chance",
    holds=fact("k_composition") > fact("k_composition").own("rotated_top", TURNED),
    partly=fact("k_composition") > fact("k_composition").own("rotated_mean", "their mean"),
    reason=(
        "Heads that have not learnt to work together share directions only by chance; two hundred"
        " random rotations of one against the other show what chance gives."
    ),
    figure="repeats-composition",
    needs=["layers"],
)

queries_compose = Claim(
    ("What an earlier head writes reaches the queries of a later one more than by chance"),
    holds=fact("q_composition") > fact("q_composition").own("rotated_top", TURNED),
    partly=fact("q_composition") > fact("q_composition").own("rotated_mean", "their mean"),
    reason="The same thresholds as for the keys.",
    figure="repeats-composition",
    needs=["layers"],
)

weights_match = Claim(
    "In the weights, tokens look for themselves as an earlier head has written them",
    holds=fact("matches_itself") > 0.9,
    partly=fact("matches_itself") > 0.5,
    reason=(
        "By chance, about one token of the vocabulary would match itself; nine in ten is the"
        " threshold for copying too."
    ),
    figure="repeats-circuits",
    needs=["layers"],
)
