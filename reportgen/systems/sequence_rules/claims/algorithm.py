"""How does the network find its answer? Each step is a claim about every context there is."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.needed import MUCH
from reportgen.systems.sequence_rules.claims.looking import LITTLE

answer_scores_highest = Claim(
    "The position that holds the answer gets the highest attention score",
    holds=fact("answer_on_top") >= 1,
    partly=fact("answer_on_top").some(noun="position of the answer") >= 1,
    reason=(
        "Every context is tested, so it has to hold in all of them; it holds in part if there is no"
        " exception with the answer at one position or more."
    ),
    figure="trigger-scores",
)

one_look_suffices = Claim(
    "Looking at the answer alone is enough",
    holds=fact("wrong_at_answer").every(noun="position of the answer") < LITTLE,
    partly=fact("wrong_at_answer").every(noun="position of the answer") < MUCH,
    also=["exhaustive_error"],
    reason=(
        "One percentage point would hardly be noticed, and ten would be many answers; few windows"
        " have their answer at the first positions, so each position is tested by itself."
    ),
    figure="value-output",
)

one_point_a_token = Claim(
    "One value for each token is enough",
    holds=fact("wrong_by_token") <= 0,
    partly=fact("wrong_by_token").every(noun="position of the answer") < LITTLE,
    reason=(
        "With one value for each token, what is left is a table with one row for each answer, and a"
        " table is either right or wrong."
    ),
    figure="value-output",
)
