"""How many of several seeds, with what that says of seeds that were not trained; and of those
that are undecided, what is not decided.
"""

from collections.abc import Mapping, Sequence

from reportgen.measure.estimates import wilson
from reportgen.measure.numbers import interval_written


def of(k: int, n: int) -> str:
    """ "7 of 8 (53 % to 98 %)": the interval is for seeds drawn as these were (Wilson 1927)."""
    return f"{k} of {n} ({interval_written(*wilson(k, n), 'percent')})"


# by the verdicts that are still possible
OPEN = {
    "holds or fails": "whether it holds",
    "holds or partly": "whether it holds fully or partly",
    "partly or fails": "whether it holds partly or fails",
    "holds or partly or fails": "whether it holds, holds partly or fails",
}


def in_seeds(
    seeds: Mapping[str, Sequence[int]], between: Mapping[str, Sequence[int]], *, alone: bool = False
) -> str:
    """ "in 1 it is not decided whether it holds partly or fails": the undecided seeds of a claim by
    what is not decided of them; empty where there are none. `alone`: of the only seed there is.
    """
    left = {
        possible: count
        for possible, some in between.items()
        if (count := len(set(some) & set(seeds["undecided"])))
    }
    parts = [
        f"in {'the one seed' if alone else count} it is not decided {OPEN[possible]}"
        for possible, count in sorted(left.items())
    ]
    return ", ".join(parts)
