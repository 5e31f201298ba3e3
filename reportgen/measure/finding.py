"""What the facts make of a criterion: true, false or open; and how several findings make one."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Crossed:
    """What keeps a criterion open: a fact, the case of it that was read, and the interval that
    crosses the line.
    """

    fact: str
    what: str
    text: str
    interval: str
    n: int
    of: str


@dataclass(frozen=True)
class Finding:
    """What the facts make of a criterion: true, false, or None for neither."""

    truth: bool | None
    missing: str = ""  # why nothing was measured, where that is what leaves it open
    crossed: tuple[Crossed, ...] = ()


def both(first: Finding, second: Finding) -> Finding:
    """Kleene's "and"."""
    return _joined(first, second, every=True)


def either(first: Finding, second: Finding) -> Finding:
    """Kleene's "or"."""
    return _joined(first, second, every=False)


def _joined(first: Finding, second: Finding, *, every: bool) -> Finding:
    truths = (first.truth, second.truth)
    if (not every) in truths:
        return Finding(not every)
    return Finding(None, *why_open((first, second))) if None in truths else Finding(every)


def why_open(found: Iterable[Finding]) -> tuple[str, tuple[Crossed, ...]]:
    """What keeps several open: why something is missing, and which intervals cross their lines."""
    left = [each for each in found if each.truth is None]
    missing = next((each.missing for each in left if each.missing), "")
    crossed = dict.fromkeys(one for each in left for one in each.crossed)
    return missing, tuple(crossed)
