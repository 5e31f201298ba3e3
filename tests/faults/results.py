"""What was tried, and what became of it: the file from which the page is made."""

import json
import os
import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

LATEST = Path(__file__).parent / "results.json"


@dataclass
class Row:
    """A line of the table: one fault, in as many places or at as many moments as it was tried."""

    kind: str
    what: str
    tried: int = 0
    survived: int = 0
    lost: list[str] = field(default_factory=list)  # where, and what was wrong
    not_tried: list[str] = field(default_factory=list)  # where, and why


@dataclass(frozen=True)
class Results:
    """All rows, and when, where and from which seed they come."""

    when: str
    system: str
    cores: int
    seed: int
    minutes: float
    known: int  # faults that there are: a sample tries fewer
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, rows: Iterable[Row], seed: int, seconds: float, known: int) -> "Results":
        """Results of here and now."""
        return cls(
            f"{datetime.now(UTC):%Y-%m-%d}",
            f"{platform.system()}, Python {'.'.join(platform.python_version_tuple()[:2])}",
            os.cpu_count() or 1,
            seed,
            round(seconds / 60, 1),
            known,
            tuple(rows),
        )

    @property
    def tried(self) -> int:
        return sum(row.tried for row in self.rows)

    @property
    def survived(self) -> int:
        return sum(row.survived for row in self.rows)


def save(results: Results, path: Path = LATEST) -> None:
    """Write JSON."""
    path.write_text(
        json.dumps(asdict(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def load(path: Path = LATEST) -> Results:
    """What `save` wrote."""
    told = json.loads(path.read_text(encoding="utf-8"))
    return Results(**told | dict(rows=tuple(Row(**row) for row in told["rows"])))
