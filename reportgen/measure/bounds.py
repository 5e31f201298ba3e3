"""Lines to compare with that a fact brings along, so that they are of the same population by their
type.
"""

from dataclasses import dataclass, replace
from typing import Literal

from reportgen.errors import ClaimError
from reportgen.measure.fact import Fact
from reportgen.measure.numbers import UNITS, grouped, written

TIMES = {0.5: "half of ", 2.0: "twice ", 1.0: ""}


@dataclass(frozen=True)
class Bound:
    """A number that a fact brings along to be compared with, so that it is of the same population
    by its type.
    """

    id: str
    kind: Literal["baseline", "floor", "midway", "all", "detail"]
    detail: str = ""
    times: float = 1.0
    plus: float = 0.0
    called: str = ""  # what a page calls a detail

    def __mul__(self, by: float) -> "Bound":
        """So many times it."""
        return replace(self, times=self.times * by, plus=self.plus * by)

    __rmul__ = __mul__

    def __truediv__(self, by: float) -> "Bound":
        """A part of it."""
        return self * (1 / by)

    def __add__(self, more: float) -> "Bound":
        """So much above it."""
        return replace(self, plus=self.plus + more)

    def __sub__(self, less: float) -> "Bound":
        """So much below it."""
        return self + -less

    def value(self, fact: Fact) -> float | None:
        """The number; None where this fact brings none along."""
        start = self._named(fact)[1]
        return None if start is None else self.times * start + self.plus

    def words(self, fact: Fact, unit: str) -> str:
        """What it is, and the number."""
        value, name = self.value(fact), self._named(fact)[0]
        said = f"{TIMES.get(self.times, f'{self.times:g} times ')}{name}"
        if self.plus:
            said += (
                f" {'plus' if self.plus > 0 else 'less'}"
                f" {limit(abs(self.plus), 'points' if unit == 'percent' else unit)}"
            )
        return said if value is None else f"{said} ({written(value, unit)})"

    def _named(self, fact: Fact) -> tuple[str, float | None]:
        """What it is called, and its number before it is multiplied."""
        base, floor = fact.baseline, fact.floor
        if self.kind == "midway":
            both = None if base is None or floor is None else (base.value + floor.value) / 2
            names = [f"“{r.label}”" for r in (floor, base) if r]
            return f"the middle between {' and '.join(names)}", both
        if self.kind == "all":
            return "their number", float(fact.n)
        if self.kind == "detail":
            found = fact.details.get(self.detail)
            return self.called, None if found is None else float(found)
        reference = base if self.kind == "baseline" else floor
        if reference is None:
            return f"“{self.kind}”", None
        return f"“{reference.label}”", reference.value


def check_line(of: str, line: object) -> None:
    """Refuse what no value of a fact can lie above or under."""
    number = isinstance(line, int | float) and not isinstance(line, bool) and line == line
    if not number and not isinstance(line, Bound):
        raise ClaimError(
            f"{of!r} is compared with {line!r}, allowed: a number, another fact, or a bound such as"
            f' fact("{of}").baseline'
        )


def limit(value: float, unit: str) -> str:
    """A typed threshold as a reader meets it: "5 %", "0.05 nats", "0.5"."""
    times = 100 if unit in ("percent", "points", "of") else 1
    number = grouped(round(value * times, 9), ".4g").replace("-", "−")
    if unit in ("percent", "of"):
        return f"{number} %"
    called = UNITS[unit] if unit in UNITS and value else ""
    return f"{number} {called.removesuffix('s') if number == '1' else called}".rstrip()
