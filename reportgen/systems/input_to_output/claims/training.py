"""When did what happen? Read from the history of the displayed seed."""

from reportgen.measure.claim import Verdict, claim
from reportgen.measure.fact import Facts

LONG = 2  # times as many steps


@claim(
    "The network fits the training inputs long before it answers the held-out ones (it groks)",
    rests_on=["onset_train", "onset_holdout"],
    holds_if=(
        "the held-out inputs settle, at more than twice the step at which the training inputs do"
    ),
    partly_if="the held-out inputs settle later than the training inputs, but not so much later",
    reason=(
        "Twice as many steps are a delay that one sees on any axis; that held-out inputs follow a"
        " little later is usual."
    ),
    figure="learning-of-outputs",
    unless=lambda facts: (
        "the training inputs never settle" if facts["onset_train"].value is None else ""
    ),
)
def groks(facts: Facts) -> Verdict:
    """Two onsets."""
    train, holdout = facts["onset_train"].value, facts["onset_holdout"].value
    if train is None or holdout is None:
        return Verdict.FAILS
    if holdout > LONG * train:
        return Verdict.HOLDS
    return Verdict.PARTLY if holdout > train else Verdict.FAILS


@claim(
    "The clock is there before the held-out inputs are answered",
    rests_on=["onset_holdout_loss", "onset_restricted", "onset_excluded"],
    holds_if=(
        "both the restricted loss falls and the excluded loss rises at an earlier checkpoint than"
        " that at which the held-out loss falls"
    ),
    partly_if="one of the two does",
    reason=(
        "All three are read at the same checkpoints, with the same line: half the loss of a guess"
        " among the numbers."
    ),
    figure="restricted-and-excluded",
    needs=["modulus"],
    unless=lambda facts: (
        "the held-out loss never falls so low" if facts["onset_holdout_loss"].value is None else ""
    ),
)
def clock_comes_first(facts: Facts) -> Verdict:
    """Three onsets."""
    late = facts["onset_holdout_loss"].value
    if late is None:
        return Verdict.FAILS
    steps = [facts[name].value for name in ("onset_restricted", "onset_excluded")]
    earlier = sum(step is not None and step < late for step in steps)
    return (Verdict.FAILS, Verdict.PARTLY, Verdict.HOLDS)[earlier]
