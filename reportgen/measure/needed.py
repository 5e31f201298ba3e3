"""When a part of a network counts as needed: without it many more answers go wrong."""

from reportgen.measure.fact import Fact, Verdict

MUCH = 0.1  # percentage points, as a share


def needed(without: Fact) -> Verdict:
    """Do many answers go wrong without it, or at least some?"""
    more = dict(without.parts).get("increase")
    if more is None or more.low is None or more.low <= 0:
        return Verdict.FAILS
    return Verdict.HOLDS if more.low > MUCH else Verdict.PARTLY
