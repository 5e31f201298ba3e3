"""What a claim needs of its facts, by one rule of evidence: true when the whole interval satisfies
it, false when the whole interval contradicts it, otherwise open.
"""

import abc
import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Literal, NoReturn

from reportgen.errors import ClaimError
from reportgen.measure.bounds import Bound, check_line, limit
from reportgen.measure.finding import Finding, Reading, both, either, why_open
from reportgen.measure.numbers import interval_written, written
from reportgen.measure.population import TOO_FEW
from reportgen.measure.terms import Estimate, Measured, Missing, Paired, Read, Term

Sign = Literal[">", ">=", "<", "<="]
SAID: dict[Sign, str] = {">": "above", ">=": "at least", "<": "under", "<=": "at most"}
LIES: dict[Sign, str] = SAID | {">=": "at or above", "<=": "at or under"}


class Criterion(abc.ABC):
    """What a claim needs of its facts."""

    @abc.abstractmethod
    def evaluate(self, facts: Measured) -> Finding:
        """Do the facts satisfy it."""

    @abc.abstractmethod
    def words(self, facts: Measured) -> str:
        """The same for a reader: "the whole interval of “Attention on the answer” lies above
        0.5".
        """

    @abc.abstractmethod
    def leaves(self) -> "Iterator[Comparison]":
        """The comparisons it is made of."""

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The facts it reads, each once, in the order in which they stand."""
        return tuple(dict.fromkeys(name for leaf in self.leaves() for name in leaf.names))

    def __and__(self, other: "Criterion") -> "Joined":
        """Both of them."""
        return Joined(self, other, every=True)

    def __or__(self, other: "Criterion") -> "Joined":
        """At least one of them."""
        return Joined(self, other, every=False)

    def __bool__(self) -> NoReturn:
        """None: `and`, `or` and `a < b < c` would drop one side without a word."""
        raise ClaimError("a criterion is neither true nor false by itself: join two with & or |")


@dataclass(frozen=True)
class Comparison(Criterion):
    """One quantity on one side of a line."""

    term: Term
    sign: Sign
    line: float | Bound

    def __post_init__(self) -> None:
        """Refuse what is no line, and a bound that another fact brought along."""
        check_line(self.term.rests_on[0], self.line)
        if isinstance(self.line, Bound) and self.line.id != self.term.rests_on[0]:
            raise ClaimError(
                f"{self.term.rests_on[0]!r} is compared with the {self.line.kind} of"
                f" {self.line.id!r}, which is of another population; compare it with its own"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The facts it reads."""
        return self.term.rests_on

    def leaves(self) -> "Iterator[Comparison]":
        """Itself."""
        yield self

    def evaluate(self, facts: Measured) -> Finding:
        """True or false where the whole interval lies on one side; touching the line is falling
        short of it.
        """
        found, line = self.term.estimate(facts), self._line(facts)
        if isinstance(found, Missing):
            return Finding(None, found.reason)
        if line is None:
            return Finding(None, f"there is nothing to compare {self.term.words(facts)} with")
        satisfied = tuple(_beyond(end, self.sign, line) for end in (found.low, found.high))
        if satisfied[0] == satisfied[1]:
            return Finding(satisfied[0])
        return Finding(None, crossed=(self.reading(facts, found),))

    def words(self, facts: Measured) -> str:
        """The line in words."""
        found, unit = self.term.estimate(facts), self.term.unit(facts)
        fact = self.term.fact(facts) or facts[self.names[0]]
        exact = isinstance(found, Estimate) and found.exact
        if isinstance(self.term, Paired) and self.line == 0 and not self.term.ratio:
            one, other = self.term.left.words(facts), self.term.right.words(facts)
            where = f"{one} is {SAID[self.sign]} {other}"
            return where if exact else f"{where}, by the whole interval of their difference"
        line = (
            self.line.words(fact, unit) if isinstance(self.line, Bound) else limit(self.line, unit)
        )
        if exact:
            these = isinstance(self.term, Read) and self.term.these
            among = "among just those that were measured, " if these else ""
            return f"{among}{self.term.words(facts)} is {SAID[self.sign]} {line}"
        return f"the whole interval of {self.term.words(facts)} lies {LIES[self.sign]} {line}"

    def _line(self, facts: Measured) -> float | None:
        if not isinstance(self.line, Bound):
            return self.line
        fact, whole = self.term.fact(facts), facts[self.names[0]]
        own = None if fact is None else self.line.value(fact)
        return self.line.value(whole) if own is None else own

    def margin(self, facts: Measured, *, satisfied: bool) -> float | None:
        """How far on the right side of the line the end of the interval lies that shows whether it
        is satisfied; None where nothing was measured.
        """
        found, line, up = self.term.estimate(facts), self._line(facts), self.sign in (">", ">=")
        if isinstance(found, Missing) or line is None:
            return None
        end = found.low if up is satisfied else found.high
        return end - line if up else line - end

    def reading(self, facts: Measured, found: Estimate) -> Reading:
        """What it reads of the facts."""
        fact, unit = self.term.fact(facts), self.term.unit(facts)
        assert fact is not None
        own = fact.interval if isinstance(self.term, Read) else ""
        ends = TOO_FEW if fact.too_few else "no interval"
        if isfinite(found.low) and isfinite(found.high):
            ends = "" if found.exact else interval_written(found.low, found.high, unit)
        text = fact.text if isinstance(self.term, Read) else written(found.value, unit)
        words = self.term.words(facts)
        return Reading(self.names[0], words, text, own or ends, fact.n, fact.of)


@dataclass(frozen=True)
class Each(Criterion):
    """The same comparison of the cases of a fact: all of them, or so many at least."""

    id: str
    pattern: str  # of the names of the cases that are meant
    noun: str  # what a page calls one of them
    sign: Sign
    line: float | Bound
    least: int  # how many have to satisfy it; 0 for all of them

    def leaves(self) -> Iterator[Comparison]:
        """The comparison as it would stand for the fact itself."""
        yield Comparison(Read(self.id), self.sign, self.line)

    def evaluate(self, facts: Measured) -> Finding:
        """Kleene's "for all" or "for so many"; a case that says why it has no value is left out."""
        whole = facts[self.id]
        cases = [
            Comparison(Read(self.id, name), self.sign, self.line)
            for name, part in whole.parts
            if re.fullmatch(self.pattern, name) and (part.value is not None or not part.words)
        ]
        found = [case.evaluate(facts) for case in cases]
        if not found:
            return Finding(None, whole.words or f"“{whole.label}” has no cases here")
        least = self.least or len(found)
        true, false = (sum(each.truth is kind for each in found) for kind in (True, False))
        if true >= least or len(found) - false < least:
            return Finding(true >= least, decisive=self._decisive(facts, cases, true >= least))
        return Finding(None, *why_open(found))

    def words(self, facts: Measured) -> str:
        """The comparison in words, for how many cases."""
        inner = next(self.leaves()).words(facts)
        many = f"every {self.noun}"
        if self.least:
            many = (
                f"at least {'one' if self.least == 1 else self.least}"
                f" {self.noun}{'s' * (self.least > 1)}"
            )
        return f"for {many}, {inner}"

    def _decisive(
        self, facts: Measured, cases: list[Comparison], satisfied: bool
    ) -> tuple[Reading, ...]:
        """The case that decides: of all, the worst; of so many that have to be there, the last of
        the best ones.
        """
        margins = {case: case.margin(facts, satisfied=satisfied) for case in cases}
        known = {case: margin for case, margin in margins.items() if margin is not None}
        best = sorted(known, key=known.__getitem__, reverse=True)[: self.least or None]
        if len(best) < self.least or not best:
            return ()
        found = best[-1].term.estimate(facts)
        return (best[-1].reading(facts, found),) if isinstance(found, Estimate) else ()


@dataclass(frozen=True)
class Joined(Criterion):
    """Two criteria, of which both or at least one has to be satisfied."""

    first: Criterion
    second: Criterion
    every: bool

    def __post_init__(self) -> None:
        """Refuse to join anything else."""
        for side in (self.first, self.second):
            check_criterion("what & or | joins", side)

    def leaves(self) -> Iterator[Comparison]:
        """Those of the first, then those of the second."""
        yield from self.first.leaves()
        yield from self.second.leaves()

    def evaluate(self, facts: Measured) -> Finding:
        """Kleene: one false decides "and", one true decides "or"."""
        found = [side.evaluate(facts) for side in (self.first, self.second)]
        return both(*found) if self.every else either(*found)

    def words(self, facts: Measured) -> str:
        """Both in words."""
        joined = ", and " if self.every else ", or "
        return f"{self.first.words(facts)}{joined}{self.second.words(facts)}"


def check_criterion(what: str, given: object) -> None:
    """Refuse what is no criterion."""
    if not isinstance(given, Criterion):
        raise ClaimError(f'{what}: got {given!r}, allowed: a criterion such as fact("NAME") > 0.5')


def _beyond(end: float, sign: Sign, line: float) -> bool:
    """Is one end of an interval on the right side of a line."""
    if sign == ">":
        return end > line
    if sign == ">=":
        return end >= line
    return end < line if sign == "<" else end <= line
