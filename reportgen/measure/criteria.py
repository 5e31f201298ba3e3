"""How a claim names what it asks: `fact("attention_on_answer") > 0.5`, `fact("a") >
fact("a").baseline`, `fact("a") - fact("b") > 0`.
"""

import abc
from dataclasses import dataclass, replace
from typing import NoReturn

from reportgen.errors import ClaimError
from reportgen.measure.bounds import Bound
from reportgen.measure.logic import Comparison, Criterion, Each, Sign
from reportgen.measure.terms import Paired, Read, Term

__all__ = ["Criterion", "fact"]


class Comparable(abc.ABC):
    """What stands on the left of a comparison."""

    @abc.abstractmethod
    def _than(self, sign: Sign, line: "float | Bound | Named") -> Criterion:
        """The criterion that this comparison is."""

    def __gt__(self, line: "float | Bound | Named") -> Criterion:
        """Above a line."""
        return self._than(">", line)

    def __ge__(self, line: "float | Bound | Named") -> Criterion:
        """On a line or above it."""
        return self._than(">=", line)

    def __lt__(self, line: "float | Bound | Named") -> Criterion:
        """Under a line."""
        return self._than("<", line)

    def __le__(self, line: "float | Bound | Named") -> Criterion:
        """On a line or under it."""
        return self._than("<=", line)

    def __eq__(self, other: object) -> NoReturn:
        """None: no measured value is exactly a number, and `!=` would be true of all of them."""
        raise ClaimError("== and != are no criteria: compare with >, >=, < or <=, or use within()")

    __hash__ = None  # type: ignore[assignment]

    def within(self, line: Bound, distance: float) -> Criterion:
        """Nearer to a line than a distance, on either side."""
        return (self < line + distance) & (self > line - distance)


@dataclass(frozen=True, eq=False)
class Named(Comparable):
    """A fact or a case of it, or the difference or ratio of two."""

    term: Term

    def _than(self, sign: Sign, line: "float | Bound | Named") -> Criterion:
        if isinstance(line, Named):  # two facts are compared by their difference, paired
            return Comparison((self - line).term, sign, 0)
        return Comparison(self.term, sign, line)

    def __sub__(self, other: "Named") -> "Named":
        """How much more it is than another fact of the same population, paired item by item."""
        return Named(Paired(self.read, _other(other)))

    def __truediv__(self, other: "Named") -> "Named":
        """How many times another fact of the same population it is, paired item by item."""
        return Named(Paired(self.read, _other(other), ratio=True))

    def part(self, name: str) -> "Named":
        """One case of it."""
        return Named(replace(self.read, case=name))

    @property
    def best(self) -> "Named":
        """The head that has most of it; where there is one head, the fact itself."""
        return Named(replace(self.read, best=True))

    @property
    def of_these(self) -> "Named":
        """Of exactly those that were measured: the count is known, and stands for no others."""
        return Named(replace(self.read, these=True))

    def detail(self, name: str, called: str) -> "Named":
        """A further value of the fact, which is exact, and what a page calls it."""
        return Named(replace(self.read, detail=name, called=called))

    def every(self, pattern: str = ".*", noun: str = "case") -> "Cases":
        """All its cases whose name has this pattern."""
        return Cases(self.read.id, pattern, noun, 0)

    def some(self, pattern: str = ".*", noun: str = "case", *, least: int = 1) -> "Cases":
        """At least so many of them."""
        return Cases(self.read.id, pattern, noun, least)

    @property
    def baseline(self) -> Bound:
        """What chance or a simpler reader reaches on the same population."""
        return Bound(self.read.id, "baseline")

    @property
    def floor(self) -> Bound:
        """What nobody can go below, or above, on the same population."""
        return Bound(self.read.id, "floor")

    @property
    def midway(self) -> Bound:
        """The middle between baseline and floor."""
        return Bound(self.read.id, "midway")

    @property
    def number(self) -> Bound:
        """How many items it was measured on, for a fact that counts some of them."""
        return Bound(self.read.id, "all")

    def own(self, detail: str, called: str) -> Bound:
        """A further value of the fact, as a line for the fact, and what a page calls it."""
        return Bound(self.read.id, "detail", detail, called=called)

    @property
    def read(self) -> Read:
        """The one fact it reads; ClaimError for a difference or ratio, which has no cases."""
        if isinstance(self.term, Read):
            return self.term
        raise ClaimError("a difference or ratio of facts can only be compared with a number")


@dataclass(frozen=True, eq=False)
class Cases(Comparable):
    """Cases of a fact of which all, or so many, have to satisfy a comparison."""

    id: str
    pattern: str
    noun: str
    least: int

    def _than(self, sign: Sign, line: "float | Bound | Named") -> Criterion:
        if isinstance(line, Named):
            raise ClaimError("cases are compared with numbers, not with another fact")
        Comparison(Read(self.id), sign, line)  # refuses what the fact cannot be compared with
        return Each(self.id, self.pattern, self.noun, sign, line, self.least)


def fact(name: str) -> Named:
    """The fact of this id, in a criterion."""
    return Named(Read(name))


def _other(given: object) -> Read:
    """The fact that is set against another one."""
    if not isinstance(given, Named):
        raise ClaimError(
            f"got a fact and {given!r}, allowed: two facts; a number belongs on the right of >, >=,"
            " < or <="
        )
    return given.read
