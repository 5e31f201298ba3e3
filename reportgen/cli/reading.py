"""What `list` and `show` tell: read from the store, measured by nobody."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NotRequired, TypedDict, TypeVar

from reportgen import names
from reportgen.core import document
from reportgen.errors import ConfigError, UsageError, nearest
from reportgen.files import read_json
from reportgen.measure.numbers import grouped
from reportgen.measure.population import of_so_many
from reportgen.pages.measured import Reading, Reference
from reportgen.pages.open_seeds import in_seeds
from reportgen.pipeline.store import Store
from reportgen.project import STEPS, TAKEN, Project

Row = tuple[str, ...]
Known = TypeVar("Known")


class Part(TypedDict):
    """A fact for one case, as `show` tells it."""

    text: str
    n: int


class Fact(Part):
    """A fact, as `show` tells it."""

    interval: str
    exhaustive: bool
    of: str
    meaning: str
    function: str
    baseline: Reference | None
    floor: Reference | None
    parts: list[tuple[str, Part]]
    details: dict[str, Any]


class Claim(TypedDict):
    """A claim, as `show` tells it."""

    statement: str
    verdict: str
    holds_if: str
    partly_if: str
    reason: str
    rests_on: list[str]
    decisive: NotRequired[list[Reading]]  # reports of an earlier version have none
    seeds: dict[str, list[int]] | None  # by verdict
    seeds_between: NotRequired[dict[str, list[int]]]  # nor these: undecided ones, by what is open


class Measured(TypedDict):
    """What `show` reads of facts.json."""

    facts: dict[str, Fact]
    claims: dict[str, Claim]


def built(project: Project, name: str, path: Path) -> tuple[Row, ConfigError | None]:
    """A configuration, and what keeps its file from being read.

    The row is its name, its rule, when its pages were written, its checkpoints with pages, and the
    comment its file begins with.
    """
    record = Store(project.store).record(f"{name}/pages")
    there = (project.report(name) / "index.md").is_file()
    when = _when(record["built"]) if record and there else "not built"
    found = (names.step_of(at.name) for at in (project.report(name) / STEPS).glob("*"))
    steps = sorted(step for step in found if step is not None)
    rule, first, wrong = _said(path)
    return (name, rule, when, " ".join(map(str, steps)), first), wrong


def _when(built: float) -> str:
    """A time as a record keeps it, to the minute."""
    try:
        return f"{datetime.fromtimestamp(built):%Y-%m-%d %H:%M}"
    except (OverflowError, ValueError, OSError):
        return "at a time that is not known"


def _said(path: Path) -> tuple[str, str, ConfigError | None]:
    """The rule that a configuration names, the comment that it begins with, and what is wrong with
    its file.
    """
    try:
        found = document.read(path)
    except ConfigError as error:
        return "cannot be read", "", error
    first = found.text.partition("\n")[0]
    comment = first.removeprefix("#").strip() if first.startswith("#") else ""
    rule = found.values.get("rule") if isinstance(found.values, dict) else None
    name = str(rule.get("name", "none")) if isinstance(rule, dict) else "none"
    lines = [problem.told(path) for problem in found.problems]
    return name, comment, ConfigError(lines) if lines else None


def measured(project: Project, name: str, step: int | None) -> Measured:
    """What was measured of a rule in the last build; UsageError where there is nothing yet."""
    names.check(name, "report", taken=TAKEN)
    at = "" if step is None else f" --step {step}"
    artefact = Store(project.store).last(f"{name}/facts" + ("" if step is None else f"@{step}"))
    if artefact is None:
        project.config(name)
        raise UsageError(
            f"nothing was measured of {name}{at.replace(' --', ' at ')} yet; `reportgen build"
            f" --rule {name}{at}` does"
        )
    return read_json(artefact.folder / "facts.json", Measured)


def all_facts(measured: Measured) -> list[Row]:
    """A line a fact."""
    return [
        (
            name,
            fact["text"],
            "exhaustive" if fact["exhaustive"] else fact["interval"],
            grouped(fact["n"]),
            of_so_many(fact["of"], fact["n"]),
        )
        for name, fact in measured["facts"].items()
    ]


def one_fact(measured: Measured, name: str) -> list[Row]:
    """Everything known of a fact, a line each."""
    fact = _named(measured["facts"], name, "fact")
    rows = [
        ("what it means", fact["meaning"]),
        ("value", fact["text"]),
        ("95 % interval", "exhaustive" if fact["exhaustive"] else fact["interval"]),
        ("measured on", f"{grouped(fact['n'])} {fact['of']}"),
        ("computed by", fact["function"]),
    ]
    rows += [
        (kind, f"{to['value']:.4g} ({to['label']})")
        for kind, to in (("baseline", fact["baseline"]), ("floor", fact["floor"]))
        if to
    ]
    return [
        *rows,
        *((part, f"{other['text']} (n {grouped(other['n'])})") for part, other in fact["parts"]),
    ]


def all_claims(measured: Measured) -> list[Row]:
    """A line a claim."""
    return [
        (name, claim["verdict"], _over_seeds(claim), ", ".join(claim["rests_on"]))
        for name, claim in measured["claims"].items()
    ]


def one_claim(measured: Measured, name: str) -> list[Row]:
    """A claim, its verdict, what it holds by, and the facts it rests on."""
    claim = _named(measured["claims"], name, "claim")
    rows: list[Row] = [
        ("claim", claim["statement"]),
        ("verdict", claim["verdict"]),
        ("holds if", claim["holds_if"]),
        *([("partly if", claim["partly_if"])] if claim["partly_if"] else []),
        ("why there", claim["reason"]),
        ("over seeds", _over_seeds(claim)),
        *(("decided by", f"{each['what']}: {_read(each)}") for each in claim.get("decisive", [])),
    ]
    return rows + [(fact, _told(measured["facts"][fact])) for fact in claim["rests_on"]]


def _over_seeds(claim: Claim) -> str:
    seeds = claim["seeds"]
    if not seeds:
        return ""
    held = f"{len(seeds['holds'])} of {sum(map(len, seeds.values()))}"
    left = in_seeds(seeds, claim.get("seeds_between", {}))
    return f"{held}; {left}" if left else held


def _told(fact: Fact) -> str:
    return (
        f"{fact['text']} ({'exhaustive' if fact['exhaustive'] else fact['interval']}, n"
        f" {grouped(fact['n'])})"
    )


def _read(found: Reading) -> str:
    return f"{found['text']} ({found['interval'] or 'exhaustive'}, n {grouped(found['n'])})"


def _named(known: Mapping[str, Known], name: str, kind: str) -> Known:
    if name not in known:
        raise UsageError(
            f"no {kind} is called {name!r}{nearest(name, known)}; known: {', '.join(sorted(known))}"
        )
    return known[name]
