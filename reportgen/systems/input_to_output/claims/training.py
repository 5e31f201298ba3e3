"""When did what happen? Read from the history of the displayed seed."""

from reportgen.measure.claim import Verdict, claim
from reportgen.measure.fact import Fact, Facts

LONG = 2  # times as many steps


def _kept(begun: Fact) -> bool:
    """Did it begin, and is it there at the end."""
    return begun.value is not None and bool(begun.details.get("ends_past", True))


@claim(
    "The network fits the training inputs long before it answers the held-out ones (it groks)",
    rests_on=["onset_train", "onset_holdout"],
    holds_if=(
        "the held-out inputs settle, at more than twice the step at which the training inputs do,"
        " and both are right at the end"
    ),
    partly_if=(
        "the held-out inputs settle later than the training inputs, but not so much later, and"
        " both are right at the end"
    ),
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
    if not _kept(facts["onset_train"]) or not _kept(facts["onset_holdout"]):
        return Verdict.FAILS
    if holdout > LONG * train:
        return Verdict.HOLDS
    return Verdict.PARTLY if holdout > train else Verdict.FAILS


@claim(
    "The clock is there before the held-out inputs are answered",
    rests_on=["onset_holdout_loss", "onset_restricted", "onset_excluded"],
    holds_if=(
        "both the restricted loss falls and the excluded loss rises at an earlier checkpoint than"
        " that at which the held-out loss falls, and both are still so at the end"
    ),
    partly_if="one of the two does",
    reason=(
        "All three are read at the same checkpoints, with the same line: half the loss of a guess"
        " among the numbers."
    ),
    figure="restricted-and-excluded",
    needs=["modulus"],
    unless=lambda facts: (
        ""
        if _kept(facts["onset_holdout_loss"])
        else "the held-out loss never falls so low, or rises again"
    ),
)
def clock_comes_first(facts: Facts) -> Verdict:
    """Three onsets."""
    late = facts["onset_holdout_loss"].value
    if late is None:
        return Verdict.FAILS
    signs = [facts[name] for name in ("onset_restricted", "onset_excluded")]
    earlier = sum(_kept(sign) and (sign.value or 0) < late for sign in signs)
    return (Verdict.FAILS, Verdict.PARTLY, Verdict.HOLDS)[earlier]
