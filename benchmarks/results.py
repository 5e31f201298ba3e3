"""What was measured, when, and on what: the file from which page and pictures are made."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.growth import AXES, Curve
from benchmarks.measure import Line, Sample, Variant

LATEST = Path(__file__).parent / "results" / "latest.json"
LIBRARIES = ("torch", "numpy", "matplotlib", "mkdocs-material")


@dataclass(frozen=True)
class Session:
    """The circumstances of some measurements."""

    when: str
    cores: int
    # mean number of running processes over a minute, before and after; over the cores means that
    # others ran too
    load: tuple[float, float]
    versions: Mapping[str, str]


@dataclass(frozen=True)
class Results:
    """The table, and how cost grows; each with its own session, as they may be measured apart, and
    growth with one for all curves measured together.
    """

    targets: tuple[Session, tuple[Line, ...]] | None = None
    growth: tuple[tuple[Session, tuple[Curve, ...]], ...] = ()

    @property
    def curves(self) -> tuple[Curve, ...]:
        """Those of all sessions, in the order of the axes."""
        slugs = list(AXES)
        return tuple(
            sorted(
                (curve for _, curves in self.growth for curve in curves),
                key=lambda curve: slugs.index(curve.slug),
            )
        )

    def renewed(self, at: Session, curves: Sequence[Curve]) -> "Results":
        """With these curves in the place of older ones over the same axes."""
        new = {curve.slug for curve in curves}
        left = (
            (session, tuple(curve for curve in old if curve.slug not in new))
            for session, old in self.growth
        )
        return replace(
            self, growth=(*((session, old) for session, old in left if old), (at, tuple(curves)))
        )


def session(load_before: float) -> Session:
    """Now and here."""
    versions = dict(python=platform.python_version()) | {name: version(name) for name in LIBRARIES}
    return Session(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        os.cpu_count() or 1,
        (round(load_before, 2), round(os.getloadavg()[0], 2)),
        versions,
    )


def save(results: Results, path: Path = LATEST) -> None:
    """Write JSON."""
    path.parent.mkdir(exist_ok=True)
    told = {
        "targets": _told(*results.targets, "lines") if results.targets else None,
        "growth": [_told(session, curves, "curves") for session, curves in results.growth],
    }
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def load(path: Path = LATEST) -> Results:
    """What `save` wrote, or nothing yet."""
    if not path.is_file():
        return Results()
    told = json.loads(path.read_text(encoding="utf-8"))
    targets = told["targets"]
    return Results(
        (
            (
                _session(targets),
                tuple(
                    Line(
                        **line
                        | dict(
                            ours=_way(line["ours"]),
                            plain=_way(line["plain"]) if line["plain"] else None,
                        )
                    )
                    for line in targets["lines"]
                ),
            )
            if targets
            else None
        ),
        tuple(
            (
                _session(part),
                tuple(
                    Curve(
                        **curve | dict(at=tuple(curve["at"]), ways=tuple(map(_way, curve["ways"])))
                    )
                    for curve in part["curves"]
                ),
            )
            for part in told["growth"]
        ),
    )


def _told(session: Session, items: Sequence[Line | Curve], name: str) -> dict[str, Any]:
    return asdict(session) | {name: [_rounded(asdict(item)) for item in items]}


def _session(told: Mapping[str, Any]) -> Session:
    return Session(told["when"], told["cores"], tuple(told["load"]), told["versions"])


def _way(told: Mapping[str, Any]) -> Variant:
    return Variant(
        told["name"], tuple(Sample(**sample) for sample in told["samples"]), told["scale"]
    )


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value
