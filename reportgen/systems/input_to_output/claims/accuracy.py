"""How many inputs are answered: all of them, those that train, those that are held out."""

from reportgen.measure.claim import Claim, Decision, apart, by_criteria, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts

NEARLY, HALF = 0.9, 0.5

solved = Claim(
    "The network answers every input correctly",
    holds=fact("all_right") >= 1,
    partly=fact("all_right") > NEARLY,
    reason=(
        "All inputs can be tested, so one mistake is enough to say no; below nine in ten, mistakes"
        " are no exception."
    ),
    figure="learning-of-outputs",
)

generalises = Claim(
    "The network answers inputs it was never trained on",
    holds=fact("holdout_right") > 0.99,
    partly=fact("holdout_right") > HALF,
    also=["train_right"],
    reason=(
        "Every held-out input can be tested; one wrong in a hundred is a slip, and above one half"
        " an output is right more often than wrong."
    ),
    figure="learning-of-outputs",
)


@claim(
    "The network answers training inputs better than held-out ones",
    rests_on=["train_right", "holdout_right"],
    holds_if="the share of outputs right is more than 10 percentage points higher",
    partly_if="it is higher at all",
    reason=(
        "Every input of either kind is tested, so any difference is real; ten points are enough to"
        " be seen in a curve."
    ),
    figure="learning-of-outputs",
)
def seen_is_easier(facts: Facts) -> Decision:
    """A gap between the two, which are of different inputs."""
    gap = {"gap": apart(facts["train_right"], facts["holdout_right"])}
    return by_criteria(gap, fact("gap") > 0.1, fact("gap") > 0)


sure = Claim(
    "Every right answer leads clearly",
    holds=fact("least_margin") > 1,
    partly=fact("least_margin") > 0,
    reason=(
        "A lead of one logit makes the right answer nearly three times as likely as any other one;"
        " above 0 it is the likeliest."
    ),
    figure="margins-of-outputs",
)
