"""A build of a report as it lies in a folder: facts, pages, pictures and films; nothing is measured
or drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NotRequired, TypedDict

from reportgen.diff.sentences import Sentence, sentences, wordings
from reportgen.errors import DamageError, UsageError, nearest
from reportgen.files import read, read_json
from reportgen.pages.stored import FACTS
from reportgen.project import CASES, CLAIMS, FIGURES, FILMS, LEDGER, PLAYGROUND, STEPS

RESTATED = {Path(page).stem for page in (LEDGER, CLAIMS, CASES, PLAYGROUND)}  # facts and claims
NOT_ASKED = "not asked"


class Reference(TypedDict):
    """A number to compare a fact with."""

    label: str
    value: float


class Part(TypedDict):
    """A measured number, or the same for one case."""

    value: float | None
    text: str
    interval: str
    low: float | None
    high: float | None
    exhaustive: bool
    n: int
    of: str
    unit: str


class Stated(Part):
    """A fact without its cases."""

    label: str
    meaning: str
    tolerance: float
    baseline: Reference | None
    floor: Reference | None


class Fact(Stated):
    """A fact, as far as it is compared."""

    parts: list[tuple[str, Part]]
    details: NotRequired[dict[str, object]]  # not among what is accepted


class Claim(TypedDict):
    """A claim, as far as it is compared."""

    statement: str
    verdict: str
    holds_if: str
    partly_if: str
    reason: str
    why: NotRequired[str]  # it was not asked
    seeds: NotRequired[dict[str, list[int]] | None]
    wording: NotRequired[str]  # what the pages say of it, where they are not kept


class Unasked(TypedDict):
    """A claim that was not asked, and why."""

    statement: str
    reason: str


class Measured(TypedDict):
    """All that was measured of a report, as far as it is compared."""

    name: str
    step: int
    run: str
    facts: dict[str, Fact]
    claims: dict[str, Claim]
    unasked: NotRequired[dict[str, Unasked]]
    ranking: NotRequired[list[dict[str, object]]]
    rule: NotRequired[dict[str, object]]
    config: NotRequired[dict[str, object]]


Files = Mapping[str, Path]


@dataclass(frozen=True)
class Build:
    """One side of a comparison; what is None was not looked for or is not there."""

    label: str  # what the reader calls it
    measured: Measured
    pages: Files | None = None  # by their place, without what repeats facts and claims
    html: bool = False  # are they pages of a site
    figures: Files | None = None
    films: Files | None = None
    kept: bool = False  # is it what was accepted: pictures in few colours, films as strips
    told: tuple[str, ...] = field(default=())  # what a reader of the comparison has to know

    @property
    def name(self) -> str:
        """The report that it is of."""
        return self.measured["name"]

    @property
    def system(self) -> object:
        """What the report's network and data are, where the build says so."""
        return self.measured.get("rule", {}).get("system")

    @cached_property
    def sentences(self) -> dict[str, list[Sentence]]:
        """What each page says."""
        return {place: self.said(place) for place in self.pages or {}}

    def said(self, place: str) -> list[Sentence]:
        """What one page says."""
        path = (self.pages or {})[place]
        return sentences(read(path).decode(errors="replace"), html=self.html)

    def wordings(self) -> dict[str, str]:
        """What the pages say of each claim, or what was kept of that."""
        if self.pages is not None:
            return wordings(self.sentences)
        return {name: claim.get("wording", "") for name, claim in self.measured["claims"].items()}

    def claims(self) -> dict[str, Claim]:
        """Every claim with its verdict; of one that this report does not ask, why."""
        unasked = {
            name: Claim(
                statement=said["statement"],
                verdict=NOT_ASKED,
                holds_if="",
                partly_if="",
                reason="",
                why=said["reason"],
            )
            for name, said in self.measured.get("unasked", {}).items()
        }
        return unasked | self.measured["claims"]


def at(folder: Path, label: str) -> Build:
    """The build in a folder that has a facts.json; DamageError where that is not what a build of
    this version writes.
    """
    measured = facts_at(folder / FACTS)
    markdown = _pages(folder, ".md")
    html = not markdown
    return Build(
        label,
        measured,
        pages=(_pages(folder, ".html") if html else markdown) or None,
        html=html,
        figures=_files(folder / FIGURES, ".png"),
        films=_files(folder / FILMS, ".mp4"),
    )


def facts_at(path: Path) -> Measured:
    """What a facts.json says; DamageError with the way on where it says something else."""
    try:
        return read_json(path, Measured)
    except DamageError as error:
        raise DamageError(
            f"{error}; if another version built it, `reportgen build` there writes it again"
        ) from error


def _pages(folder: Path, ending: str) -> dict[str, Path]:
    found = sorted(folder.rglob(f"*{ending}"))
    within = ((path, path.relative_to(folder)) for path in found)
    return {
        place.as_posix(): path
        for path, place in within
        if place.parts[0] != STEPS and Path(place.parts[0]).stem not in RESTATED and path.is_file()
    }


def _files(folder: Path, ending: str) -> dict[str, Path] | None:
    if not folder.is_dir():
        return None
    return {path.stem: path for path in sorted(folder.glob(f"*{ending}")) if path.is_file()}


def of_seed(build: Build, seed: int) -> Build:
    """What a build knows of one seed: its verdicts of the claims that are counted over seeds, and
    its line among all seeds.
    """
    ranking = build.measured.get("ranking", [])
    line = next((each for each in ranking if each.get("seed") == seed), None)
    if line is None:
        seeds = ", ".join(str(each.get("seed")) for each in ranking)
        raise UsageError(
            f"{build.label}: there is no seed {seed}; {build.name} has the seeds {seeds or 'none'}"
        )
    facts = {
        key: _single(key, value, line.get(f"{key}_text"), build.measured["facts"].get(key))
        for key, value in line.items()
        if isinstance(value, float) and f"{key}_text" in line
    }
    claims: dict[str, Claim] = {}
    for name, claim in build.measured["claims"].items():
        for verdict, held in (claim.get("seeds") or {}).items():
            if seed in held:
                claims[name] = {**claim, "verdict": verdict, "seeds": None}
    measured: Measured = {**build.measured, "facts": facts, "claims": claims, "unasked": {}}
    told = (
        "of one seed a build knows the verdicts of claims that are counted over seeds, and what its"
        " line in the ranking says; facts, pages and pictures are of the displayed seed"
    )
    return replace(build, measured=measured, pages=None, figures=None, films=None, told=(told,))


def _single(key: str, value: float, text: object, fact: Fact | None) -> Fact:
    """A number of one seed, as a fact without an interval."""
    return Fact(
        value=value,
        text=str(text),
        interval="",
        low=None,
        high=None,
        exhaustive=False,
        n=1,
        of="one seed",
        unit="share",
        label=fact["label"] if fact else key.replace("_", " "),
        meaning="",
        tolerance=fact["tolerance"] if fact else 0.0,
        baseline=None,
        floor=None,
        parts=[],
    )


def one_of(builds: list[Build], name: str, where: str) -> Build:
    """The build of a report among several; UsageError where there is none."""
    found = {each.name: each for each in builds}
    if name not in found:
        raise UsageError(
            f"{where}: it holds no report {name!r}{nearest(name, found)}; it holds:"
            f" {', '.join(found) or 'none'}"
        )
    return found[name]
