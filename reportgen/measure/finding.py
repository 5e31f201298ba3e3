"""What the facts make of a criterion: true, false or open; and how several findings make one."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """What was read of a fact: which case of it, its value, its interval and the number of
    items.
    """

    fact: str
    what: str
    text: str
    interval: str  # empty where every item there is was measured
    n: int
    of: str


@dataclass(frozen=True)
class Finding:
    """What the facts make of a criterion: true, false, or None for neither."""

    truth: bool | None
    missing: str = ""  # why nothing was measured, where that is what leaves it open
    crossed: tuple[Reading, ...] = ()  # those whose interval crosses the line
    decisive: tuple[Reading, ...] = ()  # of several cases, the one that decides


def both(first: Finding, second: Finding) -> Finding:
    """Kleene's "and"."""
    return _joined(first, second, every=True)


def either(first: Finding, second: Finding) -> Finding:
    """Kleene's "or"."""
    return _joined(first, second, every=False)


def _joined(first: Finding, second: Finding, *, every: bool) -> Finding:
    truths = (first.truth, second.truth)
    if (not every) not in truths and None in truths:
        return Finding(None, *why_open((first, second)))
    truth = every if (not every) not in truths else not every
    cases = [one for each in (first, second) if each.truth is truth for one in each.decisive]
    return Finding(truth, decisive=tuple(dict.fromkeys(cases)))


def why_open(found: Iterable[Finding]) -> tuple[str, tuple[Reading, ...]]:
    """What keeps several open: why something is missing, and which intervals cross their lines."""
    left = [each for each in found if each.truth is None]
    missing = next((each.missing for each in left if each.missing), "")
    crossed = dict.fromkeys(one for each in left for one in each.crossed)
    return missing, tuple(crossed)
