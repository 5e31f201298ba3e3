"""So few networks that what they do says nothing of another seed."""

from collections.abc import Callable

import numpy as np

from reportgen.measure.fact import Facts

FEW = 3  # networks; so few that fail do not show that none would succeed


def anecdote(name: str) -> Callable[[Facts], str]:
    """Why a claim about seeds is not asked where the share `name` is one of a few networks."""

    def few(facts: Facts) -> str:
        count = facts[name].n
        if not 0 < count <= FEW:
            return ""
        return (
            "one network is an anecdote: another seed may do otherwise"
            if count == 1
            else "so few networks are anecdotes: another seed may do otherwise"
        )

    return few


def of_seeds(count: int, seeds: int, does: str, rest: str) -> str:
    """ "3 of 8 seeds learn the rule"; of one seed, whether it does."""
    if seeds > 1:
        return f"{count} of {seeds} seeds {does} {rest}"
    return f"the one seed {does}s {rest}" if count else f"the one seed does not {does} {rest}"


def middle_half(values: np.ndarray) -> tuple[float | None, float, float | None]:
    """The median of values [seed] between the ends of their middle half; one seed has no ends."""
    low, middle, high = (float(x) for x in np.quantile(values, [0.25, 0.5, 0.75]))
    return (low, middle, high) if len(values) > 1 else (None, middle, None)
