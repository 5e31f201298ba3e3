"""What was tried and what came of it: the file from which the page is made."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

LATEST = Path(__file__).parent / "results.json"


@dataclass
class Row:
    """A perturbation of one run: how many reports were made, how many verdicts these give and of
    how many of these a law says something, which claims have another verdict than without it, and
    what claims are found to be that are not asked without it.
    """

    run: str
    system: str
    perturbation: str
    reports: int = 0
    verdicts: int = 0
    ruled: int = 0
    turned: list[str] = field(default_factory=list)  # a claim as often as it has another verdict
    asked: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Results:
    """All rows, in the order of runs and perturbations."""

    rows: tuple[Row, ...]

    @property
    def reports(self) -> int:
        return sum(row.reports for row in self.rows)

    @property
    def problems(self) -> list[str]:
        return [words for row in self.rows for words in row.problems]

    @property
    def perturbations(self) -> list[str]:
        """Their names, each once."""
        return list(dict.fromkeys(row.perturbation for row in self.rows))

    @property
    def systems(self) -> list[str]:
        """Their names, each once."""
        return sorted({row.system for row in self.rows})

    def turned(self) -> dict[tuple[str, str], set[str]]:
        """For each system and claim the perturbations that turned it; one that is not asked of a
        whole network is turned where two perturbations differ, and one of them decides it.
        """
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        asked: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for row in self.rows:
            for name in row.turned:
                found[row.system, name].add(row.perturbation)
            for name, verdict in row.asked.items():
                asked[row.system, name][row.perturbation] = verdict
        for key, verdicts in asked.items():
            said = set(verdicts.values())
            if len(said) > 1 and said & {"holds", "fails"}:
                found[key] |= set(verdicts)
        return found

    def never_turned(self, claims: Mapping[str, Iterable[str]]) -> list[str]:
        """Of these claims by system, those that nothing turned."""
        turned = self.turned()
        return [
            f"{system}: {name}"
            for system, names in claims.items()
            for name in names
            if not turned.get((system, name))
        ]

    def updated(self, rows: Iterable[Row]) -> "Results":
        """With these rows in the place of those of the same run and perturbation."""
        rows = list(rows)
        anew = {(row.run, row.perturbation) for row in rows}
        old = [row for row in self.rows if (row.run, row.perturbation) not in anew]
        return Results((*old, *rows))

    def of(self, pairs: Iterable[tuple[str, str]]) -> "Results":
        """The rows of these runs and perturbations, in this order."""
        by = {(row.run, row.perturbation): row for row in self.rows}
        return Results(tuple(by[pair] for pair in pairs if pair in by))


def save(results: Results, path: Path = LATEST) -> None:
    """Write JSON."""
    told = [asdict(row) for row in sorted(results.rows, key=lambda row: row.run)]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in told)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def load(path: Path = LATEST) -> Results:
    """What `save` wrote; nothing where there is no such file."""
    told = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return Results(tuple(Row(**row) for row in told))
