"""What was built, by the hash of what it was built from. An artefact is a folder of files with a manifest that says their digests.

Products are written into a scratch folder and moved into place in one step, manifest included: what lies in the store is whole.
A failure leaves nothing. What does not match its manifest is not there.
"""

import errno
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from reportgen.errors import ProjectError

MANIFEST, RECORD = "manifest.json", "last.json"
FORMAT = 1
FULL, CLOSED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}, {errno.EACCES, errno.EPERM, errno.EROFS}


def digest_of(content: bytes) -> str:
    """The hash of some bytes, as all manifests write it."""
    return sha256(content).hexdigest()


def key_of(inputs: Mapping[str, str]) -> str:
    """The key of a task from the digests or values of everything that shapes its products."""
    return digest_of(json.dumps([FORMAT, dict(inputs)], sort_keys=True).encode())[:32]


@dataclass(frozen=True)
class Artefact:
    """The products of one task."""

    folder: Path
    files: Mapping[str, str]  # name -> digest
    seconds: float  # how long it took to make

    @cached_property
    def digest(self) -> str:
        """A hash of all products: what depends on them need not know how they came about."""
        return digest_of(json.dumps(dict(self.files), sort_keys=True).encode())[:32]

    def read(self) -> dict[str, bytes]:
        """The content of all files."""
        return {name: (self.folder / name).read_bytes() for name in self.files}


@dataclass(frozen=True)
class Store:
    """All artefacts of a project: `ROOT/REPORT/TASK/KEY/`, with `ROOT/REPORT/TASK/last.json` for the last build's inputs."""

    root: Path

    def folder(self, task: str) -> Path:
        """Where the artefacts of a task lie; `task` is REPORT/NAME."""
        return self.root / task

    def partial(self, task: str, key: str) -> Path:
        """Where a task may keep a state to go on from after a kill."""
        return self.folder(task) / f"{key}.partial"

    def find(self, task: str, key: str) -> Artefact | None:
        """The artefact with this key, every byte checked against its manifest; None if it is not there or damaged."""
        return self.examine(task, key)[0]

    def examine(self, task: str, key: str) -> tuple[Artefact | None, str]:
        """The artefact with this key, or what is wrong with it; neither where there is none."""
        folder = self.folder(task) / key
        if not folder.is_dir():
            return None, ""
        where = MANIFEST
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if manifest["format"] != FORMAT:
                return (
                    None,
                    f"{folder / MANIFEST} has format {manifest['format']}, this version reads {FORMAT}",
                )
            if manifest["key"] != key:
                return None, f"{folder / MANIFEST} belongs to {manifest['key']}"
            for where, digest in manifest["files"].items():
                if digest_of((folder / where).read_bytes()) != digest:
                    return (
                        None,
                        f"{folder / where} is not what was stored: its digest differs from the one in {MANIFEST}",
                    )
            return Artefact(folder, manifest["files"], float(manifest["seconds"])), ""
        except FileNotFoundError:
            return None, f"{folder / where} is gone"
        except OSError as error:
            return None, f"{folder / where} cannot be read: {error.strerror}"
        except (ValueError, KeyError, TypeError, AttributeError):
            return None, f"{folder / MANIFEST} is no manifest"

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder to write products into, removed afterwards unless `keep` moved it."""
        above = self.root / "_scratch"
        above.mkdir(parents=True, exist_ok=True)
        folder = Path(mkdtemp(dir=above))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def keep(self, scratch: Path, task: str, key: str, seconds: float) -> Artefact:
        """Move finished products into the store, replacing an artefact of the same key."""
        files = {
            str(p.relative_to(scratch)): digest_of(p.read_bytes())
            for p in sorted(scratch.rglob("*"))
            if p.is_file()
        }
        write(
            scratch / MANIFEST,
            json.dumps(
                dict(format=FORMAT, key=key, seconds=round(seconds, 3), files=files), indent=1
            ),
        )
        place = self.folder(task) / key
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            with self.scratch() as old:
                os.replace(place, old / key)
        os.replace(scratch, place)
        return Artefact(place, files, seconds)

    def record(self, task: str) -> dict[str, Any]:
        """Key, inputs, seconds and time of the last build of a task; empty if there was none, or it cannot be read."""
        try:
            found = json.loads((self.folder(task) / RECORD).read_text(encoding="utf-8"))
            return dict(
                key=str(found["key"]),
                inputs=dict(found["inputs"]),
                seconds=float(found["seconds"]),
                built=float(found["built"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def remember(self, task: str, key: str, inputs: Mapping[str, str], artefact: Artefact) -> None:
        """Keep what the last build of a task was made from, so that the next one can say what changed."""
        if self.record(task).get("key") != key:
            write(
                self.folder(task) / RECORD,
                json.dumps(
                    dict(key=key, inputs=dict(inputs), seconds=artefact.seconds, built=time.time()),
                    indent=1,
                ),
            )

    def last(self, task: str) -> Artefact | None:
        """The artefact of the last build of a task."""
        key = self.record(task).get("key")
        return self.find(task, key) if isinstance(key, str) else None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One build at a time in a project; ProjectError names the process that holds it."""
        import fcntl

        path = self.root / "lock"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise ProjectError(
                no_room(error, self.root)
                or f"{self.root}: cannot be made: {error.strerror}; move what is in the way, or name another project"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            holder = path.read_text(encoding="utf-8").strip() or "unknown"
            raise ProjectError(
                f"{self.root.parent}: another build is running here (process {holder}); wait for it, or stop it and build again"
            ) from error
        try:
            with suppress(
                OSError
            ):  # on a full disk the lock holds all the same, and a build with nothing to do needs no room
                os.truncate(file, 0)
                os.write(file, str(os.getpid()).encode())
            self._sweep()
            yield
        finally:
            os.close(file)

    def _sweep(self) -> None:
        """Remove what a killed build left: half-written files, and states of tasks that are finished."""
        shutil.rmtree(self.root / "_scratch", ignore_errors=True)
        finished = (
            path for path in self.root.glob("*/*/*.partial") if path.with_suffix("").is_dir()
        )
        for path in (*self.root.glob("*/*/.*.*"), *finished):
            path.unlink(missing_ok=True)


def no_room(error: OSError, place: Path) -> str:
    """What to tell of a file that cannot be written because the disk is full or the folder closed to us; nothing for other errors."""
    where = error.filename2 or error.filename or place
    if error.errno in FULL:
        return f"{where}: {error.strerror}; nothing that was finished is lost: free some room (`reportgen clean NAME` removes what was built of a rule) and build again"
    if error.errno in CLOSED:
        return f"{where}: {error.strerror}; nothing that was finished is lost: make the folder writable, or copy the project to one that is (--project FOLDER), and build again"
    return ""


def write(path: Path, text: str) -> None:
    """Write a file beside its place and move it there: no reader ever meets half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
