"""What the two sides of a comparison are called on the command line, and where they lie."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from reportgen import names
from reportgen.diff.accepted import Shelf, is_kept, kept_in
from reportgen.diff.built import Build, at, one_of
from reportgen.diff.revisions import accepted_at
from reportgen.diff.seeds import of_seed
from reportgen.errors import DamageError, UsageError
from reportgen.files import read_json
from reportgen.pages.stored import FACTS
from reportgen.pipeline.artefact import FORMAT, Versioned
from reportgen.pipeline.store import MARKER as STORE_MARKER
from reportgen.project import DOCS, MARKER, REPORTS, SITE, STEPS, TAKEN, Project

ACCEPTED, GIT = "accepted", "git"
ALLOWED = (
    "a report's name, NAME@STEP, NAME#SEED, the folder of a built report or of a project, accepted,"
    " accepted:NAME, git:REVISION or git:REVISION:NAME"
)
_AT = re.compile(r"(?P<base>.+?)(@(?P<step>\d+))?(#(?P<seed>\d+))?")


@dataclass(frozen=True)
class Sources:
    """Where the sides of a comparison are looked for."""

    find: Callable[[], Project]  # the project, only asked for where it is needed
    open_: ExitStack  # what has to be there until the comparison is done

    def builds(self, word: str) -> list[Build]:
        """Every build that a word of the command line means; at least one.

        Errors: UsageError where it means none; DamageError where what it means cannot be read.
        """
        kind, _, rest = word.partition(":")
        if kind == ACCEPTED and not Path(word).exists():
            return self._kept(Shelf.of(self.find()), rest, word)
        if kind == GIT and rest:
            revision, _, name = rest.partition(":")
            return self._kept(accepted_at(self.find(), revision, self.open_), name, word)
        found = _AT.fullmatch(word)
        whole = Path(word).exists() or not found
        base = word if whole or not found else found["base"]
        step, seed = (None, None) if whole or not found else (found["step"], found["seed"])
        builds = self._built(base, None if step is None else int(step), word)
        return builds if seed is None else [of_seed(each, int(seed)) for each in builds]

    def _kept(self, shelf: Shelf, name: str, word: str) -> list[Build]:
        """What was accepted of one report, or of all."""
        if name:
            return [shelf.build(names.check(name, "report", taken=TAKEN))]
        found = [shelf.build(each) for each in shelf.names()]
        if not found:
            raise UsageError(f"{word}: {shelf.label} is nothing; `reportgen accept` keeps builds")
        return found

    def _built(self, base: str, step: int | None, word: str) -> list[Build]:
        """The builds in a folder, or a build by its name."""
        folder = Path(base)
        within = folder if step is None else folder / STEPS / str(step)
        if _is_build(within):
            return [_at(within, word)]
        if folder.is_dir() and step is None:
            for home in _homes(folder):
                if reports := sorted(path.parent for path in home.glob(f"*/{FACTS}")):
                    return [_at(path, f"{path.name} in {word}") for path in reports]
        named = not names.problem(base, taken=TAKEN)
        if (folder / MARKER).is_file():
            raise UsageError(
                f"{word}: nothing is built there; `reportgen --project {base} build --own` builds"
                " its reports"
            )
        if named:
            return [built(self.find(), base, step)]
        if folder.is_dir():
            raise UsageError(
                f"{word}: neither a built report (with a {FACTS}) nor a project lies there;"
                f" allowed: {ALLOWED}"
            )
        raise UsageError(f"{word}: there is no such build; allowed: {ALLOWED}")

    def pair(self, old: str, new: str) -> tuple[list[Build], list[Build]]:
        """Both sides; where one is a single report, the other is the same one among its many."""
        first, second = self.builds(old), self.builds(new)
        if len(first) == 1 < len(second):
            return first, [one_of(second, first[0].name, new)]
        if len(second) == 1 < len(first):
            return [one_of(first, second[0].name, old)], second
        return first, second


def built(project: Project, name: str, step: int | None = None) -> Build:
    """The pages of a report, or of a checkpoint of it, as they were last built."""
    folder = project.report(name, step)
    of, way = ("", "") if step is None else (f" at step {step}", f" --step {step}")
    if not _is_build(folder):
        project.config(name)
        raise UsageError(f"{name} is not built{of}; `reportgen build --rule {name}{way}` builds it")
    marker = project.store / STORE_MARKER
    if marker.is_file() and (found := _format(marker)) != FORMAT:
        raise UsageError(
            f"{project.store} is of another version (format {found}, this one has {FORMAT});"
            f" `reportgen build --rule {name}{way}` builds {name} again"
        )
    return at(folder, f"{name}{'' if step is None else f'@{step}'} as built")


def _format(marker: Path) -> int:
    try:
        return read_json(marker, Versioned)["format"]
    except DamageError:
        return FORMAT  # a damaged mark says nothing of what lies in docs/


def _at(folder: Path, label: str) -> Build:
    """The build in a folder, or what was accepted of one."""
    return kept_in(folder, label) if is_kept(folder) else at(folder, label)


def _is_build(folder: Path) -> bool:
    return (folder / FACTS).is_file()


def _homes(folder: Path) -> tuple[Path, ...]:
    """Where the reports of a folder may lie: of a project, of a site, or of what is either's."""
    return (folder / DOCS / REPORTS, folder / REPORTS, folder / SITE / REPORTS, folder)
