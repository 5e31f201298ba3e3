"""When did what happen? Read from the history of the displayed seed."""

from reportgen.measure.claim import Claim, Verdict, claim
from reportgen.measure.criteria import fact
from reportgen.measure.fact import Facts
from reportgen.measure.onset import STAYS


@claim(
    "The network learns the training inputs first and the held-out ones later",
    rests_on=["onset_train", "onset_holdout"],
    holds_if=(
        "the held-out inputs settle more than three checkpoints after the training inputs, and both"
        " stay so to the end"
    ),
    partly_if=(
        "the training inputs settle, but the held-out ones follow at once or never, or one is lost"
        " again"
    ),
    reason="Three checkpoints are the resolution at which an onset is defined.",
    figure="learning-of-inputs",
)
def train_first(facts: Facts) -> Verdict:
    """Two onsets."""
    train, holdout = facts["onset_train"], facts["onset_holdout"]
    if train.value is None:
        return Verdict.FAILS
    if holdout.value is None:
        return Verdict.PARTLY
    later = holdout.details["checkpoint"] - train.details["checkpoint"] > STAYS
    stay = train.details["stays"] and holdout.details["stays"]
    return Verdict.HOLDS if later and stay else Verdict.PARTLY


stays_solved = Claim(
    "Once solved, the task stays solved",
    holds=fact("stays_right") >= 1,
    partly=fact("stays_right") > 0.5,
    also=["first_perfect"],
    reason=(
        "A learning rate that stays high can undo what was learnt; one checkpoint is enough to show"
        " it."
    ),
    figure="learning-of-inputs",
)
