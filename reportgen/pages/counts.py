"""How many of several seeds, with what that says of seeds that were not trained."""

from reportgen.measure.estimates import wilson
from reportgen.measure.numbers import interval_written


def of(k: int, n: int) -> str:
    """ "7 of 8 (53 % to 98 %)": the interval is for seeds drawn as these were (Wilson 1927)."""
    return f"{k} of {n} ({interval_written(*wilson(k, n), 'percent')})"
