"""When a part of a network counts as needed: without it many more answers go wrong."""

from collections.abc import Mapping

from reportgen.measure.criteria import fact
from reportgen.measure.fact import Fact

MUCH = 0.1  # percentage points, as a share


def needed(name: str, facts: Mapping[str, Fact]) -> bool:
    """Is it shown that many answers go wrong without it; `name` is the fact that measures their
    error.
    """
    return (fact(name).part("increase") > MUCH).evaluate(facts).truth is True
