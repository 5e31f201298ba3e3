"""What a claim is: a statement, the criteria by which facts make it true, and what is said where
they do not decide.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from enum import Enum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from traceback import extract_tb
from types import ModuleType
from typing import Any

from reportgen.core.config.needs import listed
from reportgen.errors import ClaimError
from reportgen.measure.criteria import Criterion
from reportgen.measure.fact import Fact, Facts
from reportgen.measure.finding import Finding, Reading
from reportgen.measure.logic import check_criterion
from reportgen.system import System


class Verdict(Enum):
    """What the facts say of a claim; "fails" means that the opposite was shown, never that nothing
    was.
    """

    HOLDS, PARTLY, UNDECIDED, FAILS = "holds", "partly", "undecided", "fails"
    NOT_ASKED = "not asked"  # something it rests on is not there to be measured


EVALUATED = (Verdict.HOLDS, Verdict.PARTLY, Verdict.UNDECIDED, Verdict.FAILS)


@dataclass(frozen=True)
class Decision:
    """A verdict with what it came from."""

    verdict: Verdict
    reason: str = ""  # why it was not asked
    crossed: tuple[Reading, ...] = ()  # the intervals that left it undecided
    decisive: tuple[Reading, ...] = ()  # of facts with many cases, those that decided it
    shown: bool = False  # is the outer line of the middle band passed all the same
    ruled_out: bool = False  # is it only open whether it holds in part
    between: tuple[Verdict, ...] = ()  # of an undecided one, the verdicts that are still possible


@dataclass(frozen=True)
class ByFunction:
    """For the few claims that no criterion can say: a function of facts, with its thresholds in
    words.
    """

    decide: Callable[[Facts], "Verdict | Decision"]
    holds_if: str
    partly_if: str  # empty where the claim has no middle band


@dataclass(frozen=True)
class Claim:
    """A statement that facts make true, true in part, or false, or about which they do not decide.

    `partly` is the outer line of a middle band: what satisfies it and contradicts `holds` is in the
    band. Thresholds stand in the criteria alone, and their words are made from them.
    """

    statement: str  # the claim as a sentence
    _: KW_ONLY
    holds: Criterion | None = None
    partly: Criterion | None = None
    function: ByFunction | None = None  # instead of criteria
    also: Sequence[
        str
    ] = ()  # ids of facts that belong to its evidence, beside those its criteria read
    reason: str  # why the threshold lies where it does
    figure: str  # slug of the figure that shows it
    seeds: bool = True  # does a badge over random seeds make sense
    needs: Sequence[str] = ()  # keys of `config.needs.NEEDS`, beside those of its facts
    unless: Callable[[Facts], str] = lambda facts: ""  # why these facts leave nothing to ask
    # filled in by the registry
    id: str = ""
    module: str = ""

    def __post_init__(self) -> None:
        """Refuse a claim that nothing decides, or two things, or anything but a criterion."""
        for name, given in (("holds", self.holds), ("partly", self.partly)):
            if given is not None:
                check_criterion(f"claim {self.statement!r}: {name}", given)
        if (self.holds is None) == (self.function is None):
            raise ClaimError(f"claim {self.statement!r} needs either criteria or a function")
        object.__setattr__(self, "also", tuple(self.also))
        object.__setattr__(self, "needs", listed(self.needs))

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Ids of facts; the first is the evidence its footnote leads with."""
        read = [name for c in (self.holds, self.partly) if c is not None for name in c.rests_on]
        return tuple(dict.fromkeys([*read, *self.also]))

    @property
    def decided_by(self) -> tuple[str, ...]:
        """Ids of the facts that decide: those that a criterion reads, all of them for a
        function.
        """
        read = [name for c in (self.holds, self.partly) if c is not None for name in c.rests_on]
        return self.rests_on if self.function else tuple(dict.fromkeys(read))

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Those it can have; only a claim with a middle band can hold in part."""
        band = self.function.partly_if if self.function else self.partly is not None
        return tuple(v for v in EVALUATED if band or v is not Verdict.PARTLY)

    def decide(self, facts: Mapping[str, Fact]) -> Decision:
        """What these facts say of it."""
        if self.function:
            first = facts[self.rests_on[0]]
            if first.value is None and not first.n:
                return Decision(Verdict.NOT_ASKED, first.words)
            found = self.function.decide(Facts(facts))
            return found if isinstance(found, Decision) else Decision(found)
        assert self.holds is not None
        weak = None if self.partly is None else self.partly.evaluate(facts)
        return decided(self.holds.evaluate(facts), weak)

    def verdict(self, facts: Mapping[str, Fact]) -> Verdict:
        """The verdict alone."""
        return self.decide(facts).verdict

    def thresholds(self, facts: Mapping[str, Fact]) -> tuple[str, str]:
        """When it holds and when in part, in words; the second is empty where it has no middle
        band.
        """
        if self.function:
            return self.function.holds_if, self.function.partly_if
        assert self.holds is not None
        band = "" if self.partly is None else self.partly.words(facts)
        return self.holds.words(facts), band


def decided(strong: Finding, weak: Finding | None = None) -> Decision:
    """The verdict of two findings: of what a claim asks, and of the outer line of its middle
    band.
    """
    weak = weak or Finding(False)
    if strong.truth:
        return Decision(Verdict.HOLDS, decisive=strong.decisive)
    if strong.truth is False and weak.truth is not None:
        cases = tuple(dict.fromkeys([*strong.decisive, *weak.decisive]))
        return Decision(Verdict.PARTLY if weak.truth else Verdict.FAILS, decisive=cases)
    missing = strong.missing or weak.missing
    crossed = tuple(dict.fromkeys([*strong.crossed, *weak.crossed]))
    verdict = Verdict.NOT_ASKED if missing else Verdict.UNDECIDED
    crossed = () if missing else crossed
    shown, ruled_out = weak.truth is True, strong.truth is False
    possible = (
        (Verdict.HOLDS, not ruled_out),
        (Verdict.PARTLY, weak.truth is not False),
        (Verdict.FAILS, not shown),
    )
    between = () if missing else tuple(each for each, still in possible if still)
    return Decision(verdict, missing, crossed, shown=shown, ruled_out=ruled_out, between=between)


def apart(first: Fact, second: Fact, *, times: float = 1) -> Fact:
    """How much larger one is than so many times another of another population: each has its own
    interval, and both widen it.
    """
    if first.value is None or second.value is None:
        return Fact(None, first.unit, 0, first.of, words=first.words or second.words)
    exhaustive = first.exhaustive and second.exhaustive
    ends = [_ends(each) for each in (first, second)]
    low = high = None
    if not exhaustive and all(end is not None for end in ends):
        (a, b), (c, d) = (end for end in ends if end is not None)
        low, high = a - times * d, b - times * c
    value = first.value - times * second.value
    return Fact(value, first.unit, first.n, first.of, low, high, exhaustive=exhaustive)


def _ends(fact: Fact) -> tuple[float, float] | None:
    if fact.exhaustive and fact.value is not None:
        return fact.value, fact.value
    return None if fact.low is None or fact.high is None else (fact.low, fact.high)


def by_criteria(
    facts: Mapping[str, Fact], holds: Criterion | bool, partly: Criterion | bool = False
) -> Decision:
    """For a function: what becomes of a claim by criteria whose lines only the facts can tell."""
    found = [Finding(c) if isinstance(c, bool) else c.evaluate(facts) for c in (holds, partly)]
    return decided(*found)


def claim(
    statement: str,
    *,
    rests_on: Sequence[str],
    holds_if: str,
    partly_if: str = "",
    **more: Any,
) -> Callable[[Callable[[Facts], Verdict | Decision]], Claim]:
    """A claim that a function of facts decides; its words stand beside it, since nothing can make
    them.
    """

    def register(function: Callable[[Facts], Verdict | Decision]) -> Claim:
        by = ByFunction(function, holds_if, partly_if)
        return Claim(statement, function=by, also=tuple(rests_on), **more)

    return register


def claims_of(system: System) -> Mapping[str, Claim]:
    """Every claim of a system by the name it has in its module, found by listing the folder
    `claims`.
    """
    return _claims_of(f"{system.package}.claims")


@cache
def _claims_of(package: str) -> Mapping[str, Claim]:
    found: dict[str, Claim] = {}
    for file in iter_modules(import_module(package).__path__, f"{package}."):
        for name, made in vars(_imported(file.name)).items():
            if isinstance(made, Claim):
                if name in found:
                    raise ClaimError(
                        f"claim {name!r} stands twice: {found[name].module} and {file.name}"
                    )
                found[name] = replace(made, id=name, module=file.name)
    return found


def _imported(module: str) -> ModuleType:
    """A module of claims; of a claim that is refused, the error names its file and line."""
    try:
        return import_module(module)
    except ClaimError as error:
        *_, place = (frame for frame in extract_tb(error.__traceback__) if frame.name == "<module>")
        raise ClaimError(f"{place.filename}:{place.lineno}: {error}") from error
