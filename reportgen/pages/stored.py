"""What the pages of all reports read of each, with suspicion: damage in one stops no other."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

from reportgen import names
from reportgen.errors import DamageError
from reportgen.files import digest_of, parse_json, read
from reportgen.placed import Record, pages_task, untold
from reportgen.project import CLAIMS, LEDGER, STEPS, TAKEN, Project

FACTS = "facts.json"  # what the pages of a report were written from
PANELS = "comparison.npz"  # what a report adds to the pictures of all reports


class Told(TypedDict):
    """What a report says of its rule."""

    title: str
    called: NotRequired[str]  # the same where it has to tell the report from others of its rule
    summary: str
    system: NotRequired[str]
    compared: NotRequired[bool]  # does it stand on the page that sets reports side by side
    family: NotRequired[str]  # what version 0.1 wrote instead of both


def compared(rule: Told) -> bool:
    """Does a report stand on the page that sets reports side by side."""
    return rule.get("compared", rule.get("family", "windows") == "windows")


class Picture(TypedDict):
    """The picture that stands for a report."""

    file: str
    title: str
    width: int
    height: int


class Part(TypedDict):
    """What these pages read of a fact's value for one case."""

    value: float | None
    text: str
    interval: str
    exhaustive: bool
    n: int
    of: str


class Fact(Part):
    """What these pages read of a fact."""

    unit: str
    parts: list[tuple[str, Part]]
    details: NotRequired[dict[str, object]]
    lacking: NotRequired[str]


class Claim(TypedDict):
    """What these pages read of a claim."""

    id: str
    statement: str
    verdict: str
    rests_on: NotRequired[list[str]]
    why: NotRequired[str]  # it was not asked


class Unasked(TypedDict):
    """A claim that was not asked, and why."""

    statement: str
    reason: str


class About(TypedDict):
    """A report's facts.json, as far as these pages read it."""

    name: str
    rule: Told
    facts: dict[str, Fact]
    claims: dict[str, Claim]
    unasked: NotRequired[dict[str, Unasked]]
    config: NotRequired[dict[str, object]]
    picture: NotRequired[Picture | None]
    chapters: NotRequired[list[tuple[str, str]]]  # title and page


class Checkpoint(TypedDict):
    """A checkpoint that has pages."""

    step: int
    page: str


class Shown(TypedDict):
    """What is shown of a report: its facts.json, and where its pages lie."""

    name: str
    rule: Told
    facts: dict[str, Fact]
    claims: dict[str, Claim]
    unasked: dict[str, Unasked]
    config: dict[str, object]
    picture: Picture | None
    chapters: list[tuple[str, str]]
    page: str | None  # None where only checkpoints have pages
    home: str
    ledger: str
    claims_page: str
    checkpoints: list[Checkpoint]


@dataclass(frozen=True)
class Shelf:
    """The reports that lie in a project."""

    project: Project
    say: Callable[[str], None] = untold  # told what cannot be shown, and why

    def reports(self) -> list[Shown]:
        """What is shown of every report, in the order of their names."""
        found = []
        for name in self.names():
            try:
                found += [about] if (about := self._about(name)) else []
            except DamageError as error:
                self.say(left_out(name, error))
        return found

    def names(self) -> list[str]:
        """Folders that are called like reports."""
        return sorted(
            path.name
            for path in self.project.reports.glob("*")
            if not names.problem(path.name, taken=TAKEN) and path.is_dir()
        )

    def files(self) -> Iterator[Path]:
        """Every facts.json there is, sound or not."""
        for name in self.names():
            home = self.project.report(name)
            at = (home / FACTS, *(path / FACTS for path in self._steps(home)))
            yield from (path for path in at if os.path.lexists(path))

    def panels(self) -> dict[str, Path]:
        """What finished reports add to the pictures of all, by name, sound or not."""
        found = {name: self.project.report(name) / PANELS for name in self.names()}
        return {name: path for name, path in found.items() if os.path.lexists(path)}

    def content(self, path: Path) -> bytes:
        """A file of a report as the last build wrote it; DamageError where it is not."""
        content = read(path)
        digest = Record(self.project, self._task(path)).last(path)
        if digest not in (None, digest_of(content)):
            raise DamageError(f"{path} is not what was written")
        return content

    def _task(self, path: Path) -> str:
        """The task that writes the pages a file lies among."""
        name, *inner = path.relative_to(self.project.reports).parts
        return pages_task(name, names.step_of(inner[1]) if inner[0] == STEPS else None)

    def _steps(self, home: Path) -> list[Path]:
        """Folders of checkpoints that have pages, in their order."""
        found = [
            (step, path) for path in home.glob(f"{STEPS}/*") if (step := _step(path)) is not None
        ]
        return [path for _, path in sorted(found) if os.path.lexists(path / FACTS)]

    def _about(self, name: str) -> Shown | None:
        """What is shown of one report; None for a folder that holds none."""
        home = self.project.report(name)
        steps = self._steps(home)
        whole = os.path.lexists(home / FACTS)
        if not whole and not steps:
            return None
        stored = home if whole else steps[0]
        there = stored.relative_to(self.project.reports).as_posix()
        path = stored / FACTS
        about = parse_json(self.content(path), About, str(path))
        shown: Shown = {
            "picture": None,
            "config": {},
            "unasked": {},
            "chapters": [],
            **about,
            "page": f"{there}/index.md" if whole else None,
            "home": there,
            "ledger": f"{there}/{LEDGER}",
            # version 0.2 had all claims in the ledger
            "claims_page": f"{there}/{CLAIMS if (stored / CLAIMS).is_file() else LEDGER}",
            "checkpoints": [
                Checkpoint(step=int(at.name), page=f"{name}/{STEPS}/{at.name}/index.md")
                for at in steps
            ],
        }
        _try(shown, path)
        return shown


def left_out(name: str, error: DamageError) -> str:
    """What is said of a report that the pages of all cannot show."""
    return (
        f"{error}; {name} is left out of the pages of all reports until "
        f"`reportgen build --rule {name}` has made it again"
    )


def _step(path: Path) -> int | None:
    return names.step_of(path.name) if path.is_dir() else None


def _try(about: Shown, path: Path) -> None:
    """DamageError where these pages could not be written of one report alone."""
    from reportgen.pages import reports as shelf  # planning, which lists files, needs neither
    from reportgen.pages import series

    try:
        shelf.row(about, None)
        shelf.groups([about])
        shelf.groups([], [about])
        shelf.differences([about])
        for kind in shelf.ABLATIONS:
            shelf.needing([about], kind)
        series.told(about)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        said = f"{type(error).__name__}: {error}"
        raise DamageError(f"{path} is of another version, or damaged ({said})") from error
