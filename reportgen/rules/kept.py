"""Token ids kept in a project's store: checked whenever they are read, made again when damaged."""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from reportgen.errors import RuleError
from reportgen.placed import set_aside
from reportgen.project import Project

BLOCK = 1 << 20  # bytes that are checked at a time
LOCK = "lock"
log = logging.getLogger(__name__)

Make = Callable[[IO[bytes]], "Numbered"]  # writes ids into a file and says what they are


@dataclass(frozen=True)
class Numbered:
    """What is known of a text as ids, beside the ids themselves."""

    tokens: tuple[str, ...]
    counts: tuple[int, ...]
    different: int
    ids: str  # digest of the ids

    @staticmethod
    def dtype_of(size: int) -> str:
        """How ids are written for a vocabulary of this size."""
        return "<u2" if size < 1 << 16 else "<u4"

    @property
    def dtype(self) -> str:
        """How its ids are written."""
        return self.dtype_of(len(self.tokens))

    @property
    def length(self) -> int:
        """Tokens in the text."""
        return sum(self.counts)

    @cached_property
    def digest(self) -> str:
        """A hash of all that training can see of the text."""
        return sha256(self.to_bytes()).hexdigest()

    def to_bytes(self) -> bytes:
        """All of it as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def of_bytes(cls, content: bytes) -> "Numbered":
        """What `to_bytes` made."""
        told = json.loads(content)
        return cls(**{f.name: _fixed(told[f.name]) for f in fields(cls)})


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class _Damaged(Exception):
    """A file is there and is not what was stored."""


@dataclass(frozen=True)
class Kept:
    """One text's ids in a folder that many processes share: KEY.ids, and KEY.json with their
    digest.

    Each file is moved into place when it is whole, KEY.json last. Its first line is the digest of
    the rest, so that nothing of it is believed before it was checked.
    """

    folder: Path
    key: str

    @property
    def about(self) -> Path:
        """What the ids mean."""
        return self.folder / f"{self.key}.json"

    @property
    def ids(self) -> Path:
        """The ids themselves."""
        return self.folder / f"{self.key}.ids"

    def taken(self, make: Make) -> tuple[Numbered, IO[bytes]]:
        """What is kept, made first where it is not there or is damaged, which is said; RuleError
        where it cannot be.
        """
        if (found := self._found(tell=True)) is not None:
            return found
        try:
            self._clear_the_way()
            from filelock import FileLock

            with FileLock(self.folder / LOCK):  # others wait, rather than do the same work
                if (found := self._found(tell=False)) is None:
                    self._write(make)
                    found = self._found(tell=True)
        except OSError as error:
            raise RuleError(
                f"{error.filename2 or error.filename or self.folder}: the text cannot be kept "
                f"there as ids: {error.strerror}; make room, or make the folder writable, and "
                "build again"
            ) from error
        if found is None:
            raise RuleError(f"{self.folder}: what is written there does not stay as it was written")
        return found

    def _found(self, *, tell: bool) -> tuple[Numbered, IO[bytes]] | None:
        """What is kept, if it is there and whole."""
        if not os.path.lexists(self.about):
            return None
        try:
            return self._checked()
        except _Damaged as damage:
            words = str(damage)
        except OSError as error:
            words = f"{error.filename}: cannot be read: {error.strerror}"
        if tell:
            log.warning("%s; it is made again from the text", words)
        return None

    def _checked(self) -> tuple[Numbered, IO[bytes]]:
        for path in (self.about, self.ids):
            if not path.is_file():
                raise _Damaged(f"{path}: is {'no file' if os.path.lexists(path) else 'gone'}")
        first, _, rest = self.about.read_bytes().partition(b"\n")
        if first.decode("ascii", "replace") != sha256(rest).hexdigest():
            raise _Damaged(f"{self.about}: is not what was stored")
        told, seen, file = Numbered.of_bytes(rest), sha256(), self.ids.open("rb")
        while block := file.read(BLOCK):
            seen.update(block)
        if seen.hexdigest() != told.ids:
            file.close()
            raise _Damaged(f"{self.ids}: is not what was stored")
        return told, file

    def _clear_the_way(self) -> None:
        """Make the folder; what is no file in the place of one goes, somebody's folder out of the
        way.
        """
        if os.path.lexists(self.folder) and not self.folder.is_dir():
            self.folder.unlink()
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in (self.folder / LOCK, self.ids, self.about):
            if path.is_dir() and not path.is_symlink():
                set_aside(path, Project(self.folder.parent.parent), log.warning)
            elif os.path.lexists(path) and not path.is_file():
                path.unlink()

    def _write(self, make: Make) -> None:
        """Make the ids beside their place and move them there; what a killed process left goes."""
        for left in self.folder.glob(".*.partial"):
            left.unlink()
        own = {path: path.with_name(f".{path.name}.partial") for path in (self.ids, self.about)}
        try:
            with own[self.ids].open("wb") as file:
                said = make(file).to_bytes()
            own[self.about].write_bytes(sha256(said).hexdigest().encode() + b"\n" + said)
            for place, partial in own.items():
                os.replace(partial, place)
        finally:
            for partial in own.values():
                partial.unlink(missing_ok=True)
