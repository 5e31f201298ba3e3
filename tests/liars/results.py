"""What was tried and what came of it: the file from which the page is made."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

LATEST = Path(__file__).parent / "results.json"


@dataclass
class Row:
    """A perturbation of one system: how many reports were made, how many verdicts they give, and
    how many of these are other ones than without it.
    """

    perturbation: str
    system: str
    reports: int = 0
    verdicts: int = 0
    turned: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """All rows, and how many perturbations turned each claim, by system."""

    minutes: float
    rows: tuple[Row, ...]
    claims: dict[str, dict[str, int]]

    @property
    def reports(self) -> int:
        return sum(row.reports for row in self.rows)

    @property
    def never_turned(self) -> list[str]:
        return [
            f"{system}: {name}"
            for system, claims in self.claims.items()
            for name, count in claims.items()
            if not count
        ]

    @property
    def problems(self) -> list[str]:
        return [words for row in self.rows for words in row.problems]


def joined(parts: Iterable[Row]) -> tuple[Row, ...]:
    """Rows of the same perturbation and system added up."""
    rows: dict[tuple[str, str], Row] = {}
    for part in parts:
        row = rows.setdefault((part.perturbation, part.system), Row(part.perturbation, part.system))
        row.reports += part.reports
        row.verdicts += part.verdicts
        row.turned += part.turned
        row.problems += part.problems
    return tuple(rows.values())


def save(results: Results, path: Path = LATEST) -> None:
    """Write JSON."""
    path.write_text(
        json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def load(path: Path = LATEST) -> Results:
    """What `save` wrote."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return Results(**told | dict(rows=tuple(Row(**row) for row in told["rows"])))
