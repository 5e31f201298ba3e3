"""What a fact is, and the registry that listing a system's folder fills."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeVar, cast

from reportgen.core.config.needs import lacks, listed
from reportgen.core.study import Study
from reportgen.errors import ClaimError, nearest
from reportgen.measure.numbers import (
    NotFinite,
    interval_written,
    not_finite,
    rule_of_three,
    scale_of,
    written,
)
from reportgen.measure.population import TOO_FEW, Population
from reportgen.system import System


@dataclass(frozen=True)
class Reference:
    """A number to compare with: a chance baseline, or a floor that nothing can go below."""

    label: str
    value: float
    n: int = 0  # items it was measured on, those of its fact; 0 for what needs none


@dataclass(frozen=True)
class Fact:
    """A measured number with everything needed to tell what it is worth.

    `value` None means that the thing never happens or is not defined here; `words` then says so.
    `parts` are the same quantity for cases ("answer 4", "3 steps back"), `details` further plain
    values that a template may name.
    """

    value: float | None
    unit: str  # a key of `DIGITS`: how `text` writes the value
    n: int  # how many items it was measured on
    of: str  # what these items are: "positions in 2,000 sequences"
    low: float | None = None  # 95 % interval; None with `exhaustive`
    high: float | None = None
    clusters: int = 0  # independent sequences (or seeds) they come from; 0 with `exhaustive`
    counted: bool = False  # a share of items, each of which does or does not
    exhaustive: bool = False  # every case there is, or read off the weights: nothing is sampled
    words: str = ""  # instead of a number where value is None
    lacking: str = ""  # what of the configuration or of the rule is not there to be measured
    baseline: Reference | None = None
    floor: Reference | None = None
    parts: tuple[tuple[str, "Fact"], ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    # filled in by the registry
    id: str = ""
    label: str = ""
    meaning: str = ""
    function: str = ""
    better: str = ""  # "low", "high" or "" : which way is good
    tolerance: float = 0.0  # how far a new measurement may stray from a stored one
    sums: bytes = field(default=b"", repr=False, compare=False)  # total and count by sequence

    @property
    def population(self) -> Population:
        """What it was measured on."""
        return Population(self.of, self.n, self.clusters, self.exhaustive)

    @property
    def text(self) -> str:
        """The value as a reader meets it; none or all of them as a count, "0 of 8 076"."""
        if self.value is None:
            return self.words
        if self.unit == "of" or (self.unit == "percent" and self.counted and self.value in (0, 1)):
            return f"{written(self.value * self.n, 'count')} of {written(self.n, 'count')}"
        return written(self.value, self.unit)

    @property
    def interval(self) -> str:
        """The interval as a reader meets it, or why there is none; empty for exhaustive facts."""
        if self.exhaustive or self.low is None or self.high is None:
            return TOO_FEW if self.too_few else ""
        if self.counted and self.value in (0, 1):
            return rule_of_three(self.value, self.low, self.high, self.unit, self.clusters)
        return interval_written(self.low, self.high, self.unit)

    @property
    def too_few(self) -> bool:
        """Has it no interval because it comes from too few independent sequences."""
        return self.population.too_few and self.low is None and self.value is not None

    @property
    def scale(self) -> tuple[float, float]:
        """Where a scale that shows the value begins and ends: 0 to 1 for shares, from -1 for
        differences of shares that fall below 0, else a little beyond everything the fact knows.
        """
        compared = (each.value for each in (self.baseline, self.floor) if each)
        known = [v for v in (self.value, self.low, self.high, *compared) if v is not None]
        return scale_of(known, self.unit)

    def part(self, name: str) -> "Fact":
        """The same quantity for one case; ClaimError for a case there is not."""
        parts = dict(self.parts)
        if name not in parts:
            raise ClaimError(
                f"fact {self.id!r} has no part {name!r}{nearest(name, parts)}; it has:"
                f" {', '.join(parts) or 'none'}"
            )
        return parts[name]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, text and interval included."""
        plain = {k: v for k, v in asdict(self).items() if k != "sums"}
        plain |= {"parts": [[n, p.to_dict()] for n, p in self.parts], "details": dict(self.details)}
        for reference in filter(None, (plain["baseline"], plain["floor"])):
            if not reference["n"]:
                del reference["n"]
        return plain | {"text": self.text, "interval": self.interval, "scale": list(self.scale)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Fact":
        """The fact that `to_dict` wrote."""
        values = {k: v for k, v in plain.items() if k not in ("text", "interval", "scale")}
        references = ((name, plain[name]) for name in ("baseline", "floor"))
        values |= {name: None if r is None else Reference(**r) for name, r in references}
        values |= dict(parts=tuple((name, cls.from_dict(part)) for name, part in plain["parts"]))
        return cls(**values)


def absent(lacking: str) -> Fact:
    """What cannot be measured because the configuration or the rule has no such thing; `lacking`
    says why.
    """
    return Fact(None, "count", 0, "", words="not measured here", lacking=lacking)


class Facts(Mapping[str, Fact]):
    """Facts by id that remember which were read; ClaimError for an unknown one."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self._facts, self.read = dict(facts), dict[str, None]()

    def __getitem__(self, name: str) -> Fact:
        if name not in self._facts:
            raise ClaimError(
                f"no fact is called {name!r}{nearest(name, self._facts)}; known:"
                f" {', '.join(sorted(self._facts))}"
            )
        self.read[name] = None
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


@dataclass(frozen=True)
class FactFunction:
    """A registered fact: how it is computed and what it is called."""

    id: str
    compute: Callable[[Study], Fact]  # of its system's view of a study
    label: str
    meaning: str
    function: str
    better: str
    tolerance: float
    over: str  # "seeds" or "training" for what only a finished training can tell, else ""
    needs: tuple[str, ...] = ()  # keys of `config.needs.NEEDS`

    def __call__(self, study: Study) -> Fact:
        """Measure it; what the configuration does not offer, or what gives no finite number, has no
        value and a reason.
        """
        lacking = lacks(study.config, self.needs)
        try:
            fact = absent(lacking) if lacking else self.compute(study)
            where = not_finite(fact)
        except NotFinite as error:
            where = str(error)
        if where:
            fact = absent(f"of this network it cannot be computed ({where})")
        if not isinstance(fact, Fact):
            raise ClaimError(
                f"{self.function} returned {type(fact).__name__}, wanted a Fact: a number without n"
                " and interval reaches no page"
            )
        return replace(
            fact,
            id=self.id,
            label=self.label,
            meaning=self.meaning,
            function=self.function,
            better=self.better,
            tolerance=self.tolerance,
        )


# what a fact over seeds or over the training needs besides
OVER = {"seeds": ("seeds",), "training": ("checkpoints",)}
View = TypeVar("View", bound=Study)
FACTS: dict[str, dict[str, FactFunction]] = defaultdict(dict)  # by package, then by id


def fact(
    label: str, *, better: str = "", tolerance: float, over: str = "", needs: Sequence[str] = ()
) -> Callable[[Callable[[View], Fact]], FactFunction]:
    """Register a function of a study as a fact; its docstring's first paragraph says what it means,
    `needs` what a configuration has to have for it.
    """

    def register(function: Callable[[View], Fact]) -> FactFunction:
        name, known = function.__name__, FACTS[function.__module__.rpartition(".")[0]]
        if name in known:
            raise ClaimError(
                f"fact {name!r} stands twice: {known[name].function} and {function.__module__}"
            )
        meaning = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
        if not meaning:
            of = f"fact {name!r} in {function.__module__}"
            raise ClaimError(f"{of} has no docstring: say what it means")
        known[name] = FactFunction(
            name,
            cast("Callable[[Study], Fact]", function),
            label,
            meaning,
            f"{function.__module__}.{name}",
            better,
            tolerance,
            over,
            (*listed(needs), *OVER.get(over, ())),
        )
        return known[name]

    return register


def facts_of(system: System) -> Mapping[str, FactFunction]:
    """Every fact of a system, by id, found by listing its folder."""
    package = f"{system.package}.facts"
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        if not module.ispkg:
            import_module(module.name)
    return FACTS[package]
