"""Where the outputs look, and whether it depends on what they read."""

from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.measure.needed import MUCH

HALF, NEARLY = 0.5, 0.9

looks_at_the_answer = Claim(
    "The output looks at the place that holds the answer",
    holds=fact("attention_on_answer") > NEARLY,
    partly=fact("attention_on_answer") > fact("attention_on_answer").baseline + MUCH,
    also=["looks_at_answer"],
    reason=(
        "With nine tenths of the attention there, all other places together hardly matter; with"
        " hardly more than an equal share it looks there no more than elsewhere."
    ),
    figure="attention-by-position",
)


def _nothing_to_lose(facts: Facts) -> str:
    frozen = facts["frozen_attention"]
    if frozen.baseline is None or frozen.baseline.value > frozen.details["constant"] + MUCH:
        return ""
    return (
        "this network answers hardly more inputs than always the same output would, too few to"
        " lose any"
    )


attention_is_fixed = Claim(
    "Attention that is the same for every input is enough",
    holds=fact("frozen_attention") > fact("frozen_attention").baseline - 0.01,
    partly=fact("frozen_attention") > fact("frozen_attention").baseline - MUCH,
    reason=(
        "All inputs are tested: one point is one in a hundred of them, ten points are many answers"
        " lost."
    ),
    figure="attention-by-position",
    unless=_nothing_to_lose,
)

larger_wins = Claim(
    "The larger a number, the more the output looks at it",
    holds=fact("larger_scores") > 0.95,
    partly=fact("larger_scores") > 0.75,
    reason=(
        "Scores that know nothing of size put the larger number first in half of all pairs; one"
        " pair in twenty is an exception."
    ),
    figure="scores-of-tokens",
    needs=["held"],
)

copies_what_it_sees = Claim(
    "Looking at a token raises that token",
    holds=(fact("copied_right") > 0.95) & (fact("copying_score") > 0.9),
    partly=(fact("copied_right") > HALF) & (fact("copying_score") > 0),
    reason=(
        "A score of 1 is perfect copying, and 0 no copying; of the tokens, one in twenty is an"
        " exception."
    ),
    figure="values-of-tokens",
    needs=["held"],
)
