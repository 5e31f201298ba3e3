"""What builds put into the project, outside the store, by their own record.

A record is written before the first file is placed, so that a kill leaves none without one. What
is in no record was not built: it is never removed, and if it is in the way it is set aside.
"""

import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypedDict

from reportgen import names
from reportgen.digests import digests_of
from reportgen.errors import DamageError
from reportgen.files import as_json, digests_in, discard, prune, read, read_json, write
from reportgen.project import ASSETS, SHARED, SHEETS, STEPS, Project

PLACED = "placed.json"  # in a task's folder of the store: the files it has placed
WRITTEN = "written.json"  # among a task's products: the files it placed then, with their digests
RECORD = "last.json"  # in a task's folder of the store: what its last build was made of
INDEX_TASK, SITE_TASK = f"{SHARED}/index", f"{SHARED}/site"
IN_THE_WAY = "in-the-way"  # a folder of the project: what stood where a build writes
EDITED = "as it is not what a build wrote there: somebody has changed it"
BESIDE = re.compile(r"\.(.+)\.\d+")  # a file that `files.write` had not moved to its place yet
Content = bytes | Path  # what a file holds, or the file it is a copy of


def pages_task(name: str, step: int | None) -> str:
    """What the task is called that writes the pages of a report, or of one checkpoint of it."""
    return f"{name}/pages" if step is None else f"{name}/pages@{step}"


def untold(*about: object) -> None:
    """A remark, or progress, that nobody wants to know."""


class Placed(TypedDict):
    """All files that a task has placed, relative to the project."""

    files: list[str]


class Last(TypedDict):
    """What is read here of a task's last build."""

    key: str


@dataclass(frozen=True)
class Record:
    """The files that one task has placed."""

    project: Project
    task: str  # REPORT/pages, REPORT/pages@STEP, or one of all reports
    say: Callable[[str], None] = untold  # told what was in the way, and what is left alone

    @property
    def folder(self) -> Path:
        """Where the task's products lie."""
        return self.project.store / self.task

    def names(self) -> set[str]:
        """All that was placed, relative to the project; from the products where it is lost."""
        try:
            found: Iterable[str] = read_json(self.folder / PLACED, Placed)["files"]
        except DamageError:
            found = self._from_products()
        return {name for name in found if self.owns(name)}

    @property
    def home(self) -> Path:
        """The folder that the task places files in."""
        if self.task in (SITE_TASK, INDEX_TASK):
            return self.project.site if self.task == SITE_TASK else self.project.reports
        report, _, step = self.task.partition("/")[0], *self.task.partition("@")[1:]
        home = self.project.reports / report
        return home / STEPS / step if step else home

    def owns(self, name: str) -> bool:
        """Does a recorded name lead to where this task places files, and nowhere else."""
        if not names.relative(name) or not name.startswith(self._above):
            return False
        inside = name.removeprefix(self._above)
        if self.task == INDEX_TASK:
            return inside.startswith((f"{SHEETS}/", f"{ASSETS}/")) or "/" not in inside
        return "@" in self.task or self.task == SITE_TASK or not inside.startswith(f"{STEPS}/")

    @cached_property
    def _above(self) -> str:  # what the names of all files in the task's folder begin with
        return f"{self.home.relative_to(self.project.root).as_posix()}/"

    def _from_products(self) -> Iterator[str]:
        for path in sorted(self.folder.glob(f"*/{WRITTEN}")):
            try:
                yield from read_json(path, dict[str, str])
            except DamageError as error:
                self.say(f"{error}; what it names is left alone")

    def differences(self, key: str) -> list[str]:
        """What differs from what the products with this key say was placed, file by file."""
        path = self.folder / PLACED
        try:
            written = read_json(self.folder / key / WRITTEN, dict[str, str])
            placed = read_json(path, Placed)["files"]
            if not {*written} <= {*placed} or read(path) != _told(placed):
                raise DamageError(f"{path} is not what was written")
        except DamageError as error:
            return [str(error)]
        found = (self._difference(name, digest) for name, digest in sorted(written.items()))
        return [said for said in found if said]

    def _difference(self, name: str, digest: str) -> str:
        path = self.project.root / name
        if not self.owns(name):
            return f"{self.folder} names {names.shown(name)}, which is no file of it"
        if path.is_symlink():
            return f"{path} is a link, not the file that was written"
        try:
            same = digests_of(self.project.store).at(path) == digest
        except DamageError as error:
            return str(error)
        return "" if same else f"{path} is not what was written"

    def last(self, path: Path) -> str | None:
        """The digest with which the last build placed a file; None where nobody knows."""
        with suppress(DamageError):
            key = read_json(self.folder / RECORD, Last)["key"]
            if names.part(key):
                written = read_json(self.folder / key / WRITTEN, dict[str, str])
                return written.get(path.relative_to(self.project.root).as_posix())
        return None

    def place(self, files: Mapping[Path, Content], kept: Collection[Path] = ()) -> None:
        """Make these files hold their content, and remove what was placed before and is not here;
        `kept` are known to be as they were placed.
        """
        root, before = self.project.root, self.names()
        first = not os.path.lexists(self.folder / PLACED)
        now = {path.relative_to(root).as_posix() for path in (*files, *kept)}
        self._keep(before | now)
        for path, content in files.items():
            _place(path, content, self.project, self.say)
        self._sweep(before | now)
        self._keep(now | {name for name in sorted(before - now) if not self._remove(name)})
        if first and not before:
            self._tell_strangers(now)

    def _tell_strangers(self, now: set[str]) -> None:
        """Name what lay there before the first build that kept a record, and may be out of date."""
        found = (path for path in sorted(self.home.rglob("*")) if not path.is_dir())
        told = (path.relative_to(self.project.root).as_posix() for path in found)
        if files := [name for name in told if self.owns(name) and name not in now]:
            said = "was there before, and stays, as no record says that a build wrote it"
            self.say(f"{names.some(files)}: {said}")

    def _keep(self, placed: set[str]) -> None:
        path, told = self.folder / PLACED, _told(placed)
        if not _holds(path, told):
            self.folder.mkdir(parents=True, exist_ok=True)
            discard(path, folders_only=True)
            write(path, told)

    def _remove(self, name: str) -> bool:
        """Remove a file that was placed, and folders that are empty then; False where it stays."""
        path = self.project.root / name
        if not os.path.lexists(path):
            return True
        if (link := names.link_on(path, self.project.root)) is not None:
            self.say(behind(link, self.project))
            return False
        if path.is_dir():
            self.say(f"{name}: left alone, since it is a folder now")
            return False
        known = self._digests.get(name)
        with suppress(DamageError):
            known = None if known and digests_of(self.project.store).at(path) in known else known
        if known:
            self.say(f"{name}: left alone, {EDITED}")
            return False
        path.unlink()
        prune(path.parent, (self.project.docs, self.project.root))
        return True

    @cached_property
    def _digests(self) -> dict[str, set[str]]:
        """All contents that a build has noted of each file; one that was killed noted nothing."""
        return digests_in(self.folder.glob(f"*/{WRITTEN}"))

    def _sweep(self, placed: set[str]) -> None:
        """Remove what a kill left of files that were being written."""
        for folder in {(self.project.root / name).parent for name in placed}:
            for path in folder.glob(".*.*") if folder.is_dir() else ():
                found = BESIDE.fullmatch(path.name)
                meant = folder / found[1] if found else None
                if meant and meant.relative_to(self.project.root).as_posix() in placed:
                    path.unlink()


def _told(placed: Iterable[str]) -> bytes:
    return as_json(Placed(files=sorted(placed))).encode()


def _holds(path: Path, content: bytes) -> bool:
    """Is this a file with this content; not where there is none, or something else."""
    try:
        return not path.is_symlink() and read(path) == content
    except DamageError:
        return False


def behind(link: Path, project: Project) -> str:
    """What is said of a link that would have to be followed to remove something."""
    where = link.relative_to(project.root).as_posix()
    return f"{where} is a link to {os.readlink(link)}: what lies there is left alone"


def set_aside(path: Path, project: Project, say: Callable[[str], None]) -> None:
    """Move what is in the way out of it, and delete nothing: it may be somebody's work."""
    if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
        path.rmdir()
        return
    below, number = path.relative_to(project.root), 1
    aside = project.root / IN_THE_WAY / below
    while os.path.lexists(aside):
        number += 1
        aside = project.root / IN_THE_WAY / str(number) / below
    aside.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, aside)
    say(f"{path} was in the way of what a build writes; it was moved to {aside}")


def _place(path: Path, content: Content, project: Project, say: Callable[[str], None]) -> None:
    fresh = content if isinstance(content, bytes) else content.read_bytes()
    if _holds(path, fresh):
        return
    for above in reversed(path.relative_to(project.root).parents):
        folder = project.root / above
        zones = {project.reports, project.site} & {*folder.parents}
        if zones and os.path.lexists(folder) and not folder.is_dir():
            set_aside(folder, project, say)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        set_aside(path, project, say)
    write(path, fresh)
