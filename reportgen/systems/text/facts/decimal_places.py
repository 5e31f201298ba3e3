"""How well numbers that a network computes are made by the parts they are taken to consist of."""

import numpy as np

from reportgen.measure.fact import Fact


def decimal_places(rest: float, n: int, of: str) -> Fact:
    """In how many decimal places `n` numbers agree with the sum of their parts, from the largest
    `rest` between the two.
    """
    places = np.floor(-np.log10(max(rest, np.finfo(float).eps)))
    return Fact(float(max(places, 0)), "count", n, of, exhaustive=True, details=dict(rest=rest))
