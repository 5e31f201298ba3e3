"""Measured facts and judged claims of a report, read-only."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeVar

from reportgen.api.plain import PlainClaim, PlainFact, PlainReference
from reportgen.api.tables import table
from reportgen.errors import UsageError, nearest
from reportgen.measure.numbers import written

Told = TypeVar("Told")


@dataclass(frozen=True)
class Reference:
    """A number to compare a fact with."""

    label: str
    value: float


@dataclass(frozen=True)
class Fact:
    """A measured number with everything needed to tell what it is worth."""

    name: str
    label: str
    meaning: str
    value: float | None  # None where it is not defined; `text` then says so
    unit: str
    text: str  # the value as pages write it
    interval: tuple[float, float] | None  # of 95 %; None with `exhaustive`, or from too few
    exhaustive: bool  # every case there is: nothing is sampled
    n: int  # how many items it was measured on
    of: str  # what these items are
    baseline: Reference | None
    floor: Reference | None
    parts: "Mapping[str, Fact]"  # the same quantity for cases
    details: Mapping[str, object] = field(repr=False)  # further plain values
    lacking: str  # what is not there to be measured
    interval_text: str  # the interval as pages write it

    @property
    def population(self) -> str:
        """What it was measured on: how many of what."""
        return f"{written(self.n, 'count')} {self.of}"

    def __str__(self) -> str:
        sure = "exhaustive" if self.exhaustive else self.interval_text
        of = f"n {self.population}" if self.n else ""
        told = ", ".join(filter(None, (sure, of)))
        return f"{self.label}: {self.text or self.lacking}{f' ({told})' if told else ''}"

    def _repr_html_(self) -> str:
        one = [
            ("value", self.text),
            ("95 % interval", self.interval_text),
            ("exhaustive", "yes" if self.exhaustive else "no"),
            ("of", self.population),
            ("lacking", self.lacking),
            ("meaning", self.meaning),
        ]
        one += [(r.label, f"{r.value:.4g}") for r in (self.baseline, self.floor) if r]
        one += [(name, part.text) for name, part in self.parts.items()]
        return table(("", ""), [row for row in one if row[1]], f"{self.name}: {self.label}")


@dataclass(frozen=True)
class Claim:
    """A statement about the network, and what the facts say of it."""

    name: str
    statement: str
    verdict: str  # "holds", "partly", "undecided", "fails" or "not asked"
    why: str  # of one that was not asked, the reason
    holds_if: str  # its threshold
    partly_if: str
    reason: str  # why the threshold lies there
    rests_on: tuple[str, ...]  # names of facts
    figure: str  # the slug of the figure that shows it
    _counted: "Callable[[], Mapping[str, tuple[int, ...]] | None]" = field(
        repr=False, compare=False
    )

    @property
    def over_seeds(self) -> Mapping[str, tuple[int, ...]] | None:
        """The seeds by verdict; None where they are not counted. Where nothing is stored, all seeds
        are measured when this is first asked for.
        """
        return self._counted()

    def __str__(self) -> str:
        return f"{self.verdict}: {self.statement}{f' ({self.why})' if self.why else ''}"

    def _repr_html_(self) -> str:
        rows = [
            ("verdict", self.verdict),
            ("why", self.why),
            ("holds if", self.holds_if),
            ("partly if", self.partly_if),
            ("why there", self.reason),
            ("rests on", ", ".join(self.rests_on)),
            ("figure", self.figure),
        ]
        return table(("", ""), [row for row in rows if row[1]], self.statement)


class Named(Mapping[str, Told], Generic[Told]):
    """Read-only things by name, each made when it is first asked for."""

    _kind = "thing"

    def __init__(self, names: tuple[str, ...], make: Callable[[str], Told]) -> None:
        self._names, self._make, self._made = names, make, dict[str, Told]()

    def __getitem__(self, name: str) -> Told:
        """The one of this name; UsageError with the nearest names otherwise."""
        if name not in self._names:
            raise UsageError(
                f"no {self._kind} is called {name!r}{nearest(str(name), self._names)}; known:"
                f" {', '.join(self._names)}"
            )
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<{len(self)} {self._kind}s: {', '.join(self._names)}>"


class Facts(Named[Fact]):
    """The facts of a report by name."""

    _kind = "fact"

    def _repr_html_(self) -> str:
        rows = [
            (name, f.text, "exhaustive" if f.exhaustive else f.interval_text, f.population)
            for name, f in self.items()
        ]
        return table(("fact", "value", "95 % interval", "of"), rows)


class Claims(Named[Claim]):
    """The claims of a report by name, those that were not asked among them."""

    _kind = "claim"

    def _repr_html_(self) -> str:
        rows = [(name, c.verdict, c.statement, c.why) for name, c in self.items()]
        return table(("claim", "verdict", "statement", "why not asked"), rows)


def fact_of(name: str, plain: PlainFact) -> Fact:
    """A fact from what facts.json holds of it."""
    low, high = plain["low"], plain["high"]
    return Fact(
        name=name,
        label=plain["label"],
        meaning=plain["meaning"],
        value=plain["value"],
        unit=plain["unit"],
        text=plain["text"],
        interval=None if low is None or high is None else (low, high),
        exhaustive=plain["exhaustive"],
        n=plain["n"],
        of=plain["of"],
        baseline=_reference(plain["baseline"]),
        floor=_reference(plain["floor"]),
        parts=MappingProxyType({part: fact_of(part, told) for part, told in plain["parts"]}),
        details=MappingProxyType(dict(plain["details"])),
        lacking=plain["lacking"],
        interval_text=plain["interval"],
    )


def _reference(plain: PlainReference | None) -> Reference | None:
    return None if plain is None else Reference(plain["label"], plain["value"])


def claim_of(
    name: str,
    plain: PlainClaim,
    counted: Callable[[], Mapping[str, tuple[int, ...]] | None],
) -> Claim:
    """A claim from what facts.json holds of it; one that was not asked has a reason and no more."""
    verdict = plain.get("verdict", "")
    return Claim(
        name=name,
        statement=plain["statement"],
        verdict=verdict or "not asked",
        why=plain.get("why", "") if verdict else plain["reason"],
        holds_if=plain.get("holds_if", ""),
        partly_if=plain.get("partly_if", ""),
        reason=plain["reason"] if verdict else "",
        rests_on=tuple(plain.get("rests_on", ())),
        figure=plain.get("figure", ""),
        _counted=counted,
    )


def by_verdict(plain: Mapping[str, list[int]] | None) -> Mapping[str, tuple[int, ...]] | None:
    """Seeds by verdict, read-only."""
    if plain is None:
        return None
    return MappingProxyType({verdict: tuple(seeds) for verdict, seeds in plain.items()})
