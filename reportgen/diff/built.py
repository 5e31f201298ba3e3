"""A build of a report as it lies in a folder: facts, pages, pictures and films; nothing is measured
or drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from reportgen.diff.measured import Claim, Measured
from reportgen.diff.sentences import Sentence, sentences, wordings
from reportgen.errors import DamageError, UsageError, nearest
from reportgen.files import read, read_json
from reportgen.pages.stored import FACTS
from reportgen.project import CASES, CLAIMS, FIGURES, FILMS, LEDGER, PLAYGROUND, STEPS

RESTATED = {Path(page).stem for page in (LEDGER, CLAIMS, CASES, PLAYGROUND)}  # facts and claims
NOT_ASKED = "not asked"


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


def one_of(builds: list[Build], name: str, where: str) -> Build:
    """The build of a report among several; UsageError where there is none."""
    found = {each.name: each for each in builds}
    if name not in found:
        raise UsageError(
            f"{where}: it holds no report {name!r}{nearest(name, found)}; it holds:"
            f" {', '.join(found) or 'none'}"
        )
    return found[name]
