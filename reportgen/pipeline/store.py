"""What was built, by the hash of what it was built from: a folder of files with their digests.

Products are written into a scratch folder and moved into place in one step, manifest included:
what lies in the store is whole. A failure leaves nothing. What does not match its manifest is not
there.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import TypedDict

from reportgen import names
from reportgen.digests import digests_of
from reportgen.errors import DamageError, ProjectError
from reportgen.files import (
    as_json,
    digest_at,
    digest_of,
    discard,
    read,
    read_json,
    write,
    write_json,
)
from reportgen.pipeline.artefact import (
    FORMAT,
    MANIFEST,
    Artefact,
    Manifest,
    Versioned,
    check,
    manifest_of,
)
from reportgen.pipeline.disks import no_room
from reportgen.pipeline.lock import locked
from reportgen.placed import BESIDE, RECORD, set_aside, untold
from reportgen.project import LOCK, SCRATCH, Project

MARKER = "store.json"


class Last(TypedDict):
    """What the last build of a task was made from, and when."""

    key: str
    inputs: dict[str, str]
    seconds: float
    built: float


def key_of(inputs: Mapping[str, str]) -> str:
    """The key of a task from the digests or values of everything that shapes its products."""
    return digest_of(json.dumps([FORMAT, dict(inputs)], sort_keys=True).encode())[:32]


@dataclass(frozen=True)
class Store:
    """All artefacts of a project: `ROOT/REPORT/TASK/KEY/`, with `last.json` beside them."""

    root: Path

    def folder(self, task: str) -> Path:
        """Where the artefacts of a task lie; `task` is REPORT/NAME."""
        return self.root / task

    def partial(self, task: str, key: str) -> Path:
        """Where a task may keep a state to go on from after a kill."""
        return self.folder(task) / f"{key}.partial"

    def find(self, task: str, key: str) -> Artefact | None:
        """The artefact with this key, every file checked; None if it is not there or damaged."""
        return self.examine(task, key)[0]

    def examine(self, task: str, key: str) -> tuple[Artefact | None, str]:
        """The artefact with this key, or what is wrong with it; neither where there is none."""
        folder = self.folder(task) / key
        if not os.path.lexists(folder):
            return None, ""
        try:
            manifest = manifest_of(folder)
            if manifest["key"] != key:
                raise DamageError(f"{folder / MANIFEST} belongs to {manifest['key']}")
            for name, digest in manifest["files"].items():
                check(folder, name, digest, digests_of(self.root))
        except DamageError as error:
            return None, str(error)
        return Artefact(folder, manifest["files"], manifest["seconds"]), ""

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder to write products into, removed afterwards unless `keep` moved it."""
        above = self.root / SCRATCH
        above.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(dir=above))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, scratch: Path, task: str, key: str, seconds: float) -> Artefact:
        """Move finished products into the store, replacing an artefact of the same key."""
        files = {
            path.relative_to(scratch).as_posix(): digest_at(path)
            for path in sorted(scratch.rglob("*"))
            if path.is_file()
        }
        about = Manifest(format=FORMAT, key=key, seconds=round(seconds, 3), files=files)
        write_json(scratch / MANIFEST, about)
        place = self.folder(task) / key
        self._make(place.parent)
        if os.path.lexists(place):
            with self.scratch() as old:
                os.replace(place, old / key)
        os.replace(scratch, place)
        return Artefact(place, files, seconds)

    def record(self, task: str) -> Last | None:
        """What the last build of a task was made of; None if there was none, or it is damaged."""
        try:
            return read_json(self.folder(task) / RECORD, Last)
        except DamageError:
            return None

    def remember(self, task: str, key: str, inputs: Mapping[str, str], artefact: Artefact) -> str:
        """Keep what the last build of a task was made from; what was wrong with a record of
        that.
        """
        path, wrong = self.folder(task) / RECORD, ""
        try:
            before = read_json(path, Last)
            if before["key"] == key:
                if before["inputs"] == dict(inputs) and {*before} == {*Last.__annotations__}:
                    return ""
                wrong = f"{path} is not what was written"
        except DamageError as error:
            wrong = str(error) if os.path.lexists(path) else ""
        self._make(path.parent)
        discard(path, folders_only=True)
        seconds = artefact.seconds
        write_json(path, Last(key=key, inputs=dict(inputs), seconds=seconds, built=time.time()))
        return wrong

    def last(self, task: str) -> Artefact | None:
        """The artefact of the last build of a task."""
        record = self.record(task)
        return self.find(task, record["key"]) if record and names.part(record["key"]) else None

    def _make(self, folder: Path) -> None:
        """Make a folder of the store; what stands in its place no build wrote, and is moved."""
        for at in (*reversed(folder.relative_to(self.root).parents), folder):
            if os.path.lexists(self.root / at) and not (self.root / at).is_dir():
                set_aside(self.root / at, Project(self.root.parent), untold)
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One build or clean at a time in a project; ProjectError names the process that has it."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectError(
                no_room(error, self.root)
                or f"{self.root}: cannot be made: {error.strerror}; move what is in the way, or"
                " name another project"
            ) from error
        with locked(self.root / LOCK):
            self._sweep()
            try:
                yield
            finally:
                self._sweep()  # what a process left that died on the way

    def claim(self) -> str:
        """Mark the folder as a store of this version; what is to be told of it as it was."""
        path, fresh, said = self.root / MARKER, as_json(Versioned(format=FORMAT)), ""
        try:
            if read(path) == fresh.encode() and not path.is_symlink():
                return ""
            found = read_json(path, Versioned)["format"]
            said = f"{path} is not what was written; it is made again"
            if found != FORMAT:
                said = (
                    f"{self.root} is of another version (format {found}, this one has {FORMAT}): "
                    "what it holds is made again"
                )
        except DamageError as error:
            said = f"{error}; it is made again" if os.path.lexists(path) else ""
        try:
            discard(path, folders_only=True)
            write(path, fresh)
        except OSError as error:
            raise ProjectError(no_room(error, self.root) or f"{path}: {error.strerror}") from error
        return said

    def _sweep(self) -> None:
        """Remove what a killed build left: half of files, and states of tasks that are finished."""
        scratch = self.root / SCRATCH
        if scratch.is_symlink() or not scratch.is_dir():
            discard(scratch)
        shutil.rmtree(scratch, ignore_errors=True)
        finished = (
            path for path in self.root.glob("*/*/*.partial") if path.with_suffix("").is_dir()
        )
        half = (*self.root.glob(".*.*"), *self.root.glob("*/*/.*.*"))
        for path in (*(path for path in half if BESIDE.fullmatch(path.name)), *finished):
            if path.is_symlink() or not path.is_dir():
                path.unlink(missing_ok=True)
