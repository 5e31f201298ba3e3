"""How many inputs are answered: all of them, those that train, those that are held out; and when
the network writes by itself.
"""

from reportgen.measure.claim import Claim, Decision, apart, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.measure.numbers import ROUNDING

HALF = 0.5
NEARLY = 0.9

solved = Claim(
    "The network answers every input correctly",
    holds=fact("all_words") >= 1,
    partly=fact("all_tokens") > NEARLY,
    reason=(
        "All inputs can be tested, so one mistake is enough to say no; below nine tokens in ten,"
        " mistakes are no exception."
    ),
    figure="learning-of-inputs",
)

generalises = Claim(
    "The network answers inputs it was never trained on",
    holds=fact("holdout_words") >= 1,
    partly=fact("holdout_words") > HALF,
    also=["holdout_tokens", "train_words"],
    reason=(
        "Every held-out input can be tested; above one half, an output is right more often than"
        " wrong."
    ),
    figure="learning-of-inputs",
)


@claim(
    "The network answers training inputs better than held-out ones",
    rests_on=["train_words", "holdout_words"],
    holds_if="the share of whole outputs right is more than 10 percentage points higher",
    partly_if="it is higher at all",
    reason=(
        "Every input of either kind is tested, so any difference is real; ten points are enough to"
        " be seen in a curve."
    ),
    figure="learning-of-inputs",
)
def seen_is_easier(facts: Facts) -> Decision:
    """A gap between the two, which are of different inputs and so have an interval each."""
    gap = {"gap": apart(facts["train_words"], facts["holdout_words"])}
    return by_criteria(gap, fact("gap") > 0.1, fact("gap") > 0)


errors_spread = Claim(
    "Wrong tokens lead to further wrong tokens",
    holds=fact("free_tokens") < fact("free_tokens").baseline - 0.01,
    partly=fact("free_tokens") < fact("free_tokens").baseline - ROUNDING,
    also=["holdout_tokens"],
    reason=(
        "A network that looks at the input alone would lose nothing; one point is one held-out"
        " token in a hundred."
    ),
    figure="learning-of-inputs",
)
