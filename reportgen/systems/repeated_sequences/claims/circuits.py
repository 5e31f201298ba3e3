"""Is it in the weights? Copying, matching, and composition of heads, beside what chance gives."""

from reportgen.measure.claim import Claim
from reportgen.measure.controls import MOST
from reportgen.measure.criteria import fact

RANDOM = f"what {MOST} of the random heads stay under"
RENAMED = f"what {MOST} of the random renamings of its tokens stay under"
TURNED = f"what {MOST} of the random rotations of the same matrices stay under"
SCORE, RISE = fact("copying_score"), fact("copying_rise")
ABOVE = (SCORE > SCORE.own("random_bound", RANDOM)) & (SCORE > SCORE.own("renamed_bound", RENAMED))

copies = Claim(
    "The head that matches prefixes copies what it reads",
    holds=ABOVE & (fact("raises_itself") > 0.9) & (RISE > RISE.own("renamed_bound", RENAMED)),
    partly=ABOVE,
    reason=(
        "Random heads, and random renamings of the tokens of this head, show what chance gives: one"
        " in a hundred of them lies above the threshold, however many are drawn. Nine in ten tests"
        " single tokens as the score tests their sum, and the rise tests tokens that are attended"
        " to."
    ),
    figure="repeats-circuits",
    needs=["attention"],
)

keys_compose = Claim(
    "What an earlier head writes reaches the keys of a later one more than by chance",
    holds=fact("k_composition") > fact("k_composition").own("rotated_bound", TURNED),
    partly=fact("k_composition") > fact("k_composition").own("rotated_mean", "their mean"),
    reason=(
        "Heads that have not learnt to work together share directions only by chance; one in a"
        " hundred random rotations of one against the other gives more than the threshold."
    ),
    figure="repeats-composition",
    needs=["layers"],
)

queries_compose = Claim(
    ("What an earlier head writes reaches the queries of a later one more than by chance"),
    holds=fact("q_composition") > fact("q_composition").own("rotated_bound", TURNED),
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
