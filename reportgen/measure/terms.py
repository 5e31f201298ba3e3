"""What a criterion reads: a fact, a case of it, or the difference or ratio of two facts, each with
its interval.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np

from reportgen.errors import ClaimError
from reportgen.measure.estimates import interval_of
from reportgen.measure.fact import Fact
from reportgen.measure.population import FEWEST

NEARLY = 1e-4  # sums are kept in single precision
Measured = Mapping[str, Fact]  # facts by id


@dataclass(frozen=True)
class Estimate:
    """A number and the interval that decides about it; of an exact one, both ends are the
    number.
    """

    value: float
    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Is there nothing to be uncertain about."""
        return self.low == self.high


@dataclass(frozen=True)
class Missing:
    """Nothing was measured, and why."""

    reason: str


@dataclass(frozen=True)
class Read:
    """A fact, or one of its cases."""

    id: str
    case: str = ""  # the name of a part; empty for the fact itself
    best: bool = False  # of several heads, the one that the fact calls its best
    these: bool = (
        False  # of exactly those that were measured, and of no others: their count is no sample
    )
    detail: str = ""  # a further value of the fact, which is exact
    called: str = ""  # what a page calls that value

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The facts it reads."""
        return (self.id,)

    def fact(self, facts: Measured) -> Fact | None:
        """What is read; None for a case that this network does not have."""
        whole = facts[self.id]
        case = whole.details.get("best", "") if self.best else self.case
        return dict(whole.parts).get(case) if case else whole

    def estimate(self, facts: Measured) -> Estimate | Missing:
        """Its value with the interval that decides.

        A fact without an interval decides only if it is exhaustive.
        """
        fact = self.fact(facts)
        if fact is None or fact.value is None or not fact.n:
            words = (fact or facts[self.id]).words
            return Missing(words or f"not there: {self.words(facts)}")
        if self.detail:
            value = float(fact.details[self.detail])
            return Estimate(value, value, value)
        if fact.exhaustive or self.these:
            return Estimate(fact.value, fact.value, fact.value)
        if fact.low is None or fact.high is None:
            return Estimate(fact.value, -inf, inf)
        return Estimate(fact.value, fact.low, fact.high)

    def unit(self, facts: Measured) -> str:
        """The unit its value is written in."""
        fact = self.fact(facts) or facts[self.id]
        return "count" if self.detail else fact.unit

    def words(self, facts: Measured) -> str:
        """What it is called on a page."""
        label = f"“{facts[self.id].label or self.id}”"
        label += f", {self.case}" if self.case else ""
        label += ", best head" if self.best and "best" in facts[self.id].details else ""
        label += f", {self.called}" if self.detail else ""
        return label


@dataclass(frozen=True)
class Paired:
    """The difference or the ratio of two facts of one population, with an interval of its own."""

    left: Read
    right: Read
    ratio: bool = False

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The facts it reads."""
        return (*self.left.rests_on, *self.right.rests_on)

    def fact(self, facts: Measured) -> Fact | None:
        """The first of the two, whose population is that of both."""
        return self.left.fact(facts)

    def estimate(self, facts: Measured) -> Estimate | Missing:
        """Paired item by item: a sequence that is drawn again is drawn for both."""
        ends = self.left.estimate(facts), self.right.estimate(facts)
        first, second = self.left.fact(facts), self.right.fact(facts)
        for end in ends:
            if isinstance(end, Missing):
                return end
        assert first is not None
        assert second is not None
        same_population(first, second)
        left, right = (end for end in ends if isinstance(end, Estimate))
        if self.ratio and not right.value:
            return Missing(f"{self.right.words(facts)} is none, and nothing can be divided by it")
        value = left.value / right.value if self.ratio else left.value - right.value
        if left.exact and right.exact:
            return Estimate(value, value, value)
        low, high = _paired(first, second, self.ratio) or _apart(left, right, self.ratio)
        return Estimate(value, low, high)

    def unit(self, facts: Measured) -> str:
        """Two rates differ by points."""
        unit = self.left.unit(facts)
        return "ratio" if self.ratio else "points" if unit in ("percent", "of") else unit

    def words(self, facts: Measured) -> str:
        """What it is called on a page."""
        between = "divided by" if self.ratio else "less"
        return f"{self.left.words(facts)} {between} {self.right.words(facts)}"


Term = Read | Paired


def same_population(first: Fact, second: Fact) -> None:
    """Refuse to set two facts against each other that were measured on different items."""
    if first.population != second.population:
        raise ClaimError(
            f"facts of different populations cannot be compared: {first.id!r} is of "
            f"{first.population}, {second.id!r} of {second.population}"
        )


def _paired(first: Fact, second: Fact, ratio: bool) -> tuple[float, float] | None:
    """The interval from the sums over each sequence; None where a fact has none, as when it was
    stored, and where there are too few sequences for a bootstrap.
    """
    if not first.sums or not second.sums or len(first.sums) != len(second.sums):
        return None
    (one, items), (two, others) = (
        np.frombuffer(fact.sums, np.float32).reshape(-1, 2).T for fact in (first, second)
    )
    for fact, total in ((first, one), (second, two)):
        if abs(total.sum() / items.sum() - (fact.value or 0)) > NEARLY:
            raise ClaimError(
                f"fact {fact.id!r} was changed after it was averaged; its sums are of another"
                " quantity"
            )
    if not np.array_equal(items, others):
        raise ClaimError(
            f"facts of different populations cannot be compared: {first.id!r} and {second.id!r} "
            "have other numbers of items in some sequence"
        )
    if np.count_nonzero(items) < FEWEST:
        return None
    drawn = np.stack([one, two] if ratio else [one - two, items], 1).astype(np.float32)
    return interval_of(drawn.tobytes(), len(drawn))


def _apart(left: Estimate, right: Estimate, ratio: bool) -> tuple[float, float]:
    """Wider than a paired interval, and never too narrow."""
    if not ratio:
        return left.low - right.high, left.high - right.low
    if right.low <= 0:
        return -inf, inf
    ends = [a / b for a in (left.low, left.high) for b in (right.low, right.high)]
    return min(ends), max(ends)
