"""Digests of files that are not read again while the file system says that nobody wrote to them.

As git does it: size, inode and both times have to be those of when the file was read, and a file
that was written to shortly before that is read again, as a clock may be too coarse to tell.
"""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from stat import S_ISREG

from reportgen.errors import DamageError
from reportgen.files import digest_at, discard, read_json, write_json

FILE = "digests.json"  # in the store
TICK = 1_000_000_000  # ns: how coarse the clock of a file system may be


@dataclass(frozen=True)
class Known:
    """A digest, what the file system said of the file, and when it was read, in ns."""

    about: str
    written: int
    read: int
    digest: str

    @property
    def settled(self) -> bool:
        """Was it read so long after it was written to that a later writing has another time."""
        return self.written + TICK < self.read

    def told(self) -> str:
        """In one line, as it is stored."""
        return f"{self.about}|{self.written}|{self.read}|{self.digest}"

    @classmethod
    def of(cls, line: str) -> "Known":
        """What was stored; ValueError where it is damaged."""
        about, written, read, digest = line.split("|")
        return cls(about, int(written), int(read), digest)


class Digests:
    """The digests of files outside and inside of a store, by path, kept in a file of the store."""

    def __init__(self, store: Path) -> None:
        self.file = store / FILE
        self.stored: dict[str, str] = {}  # by path, as `Known.told` has it
        self.asked: dict[str, Known] = {}
        with suppress(DamageError):
            self.stored = read_json(self.file, dict[str, str])

    def at(self, path: Path) -> str:
        """The digest of a regular file; DamageError where it cannot be read."""
        name, (about, written) = os.fspath(path), _about(path)
        known = self.asked.get(name) or self._stored(name)
        if known is None or known.about != about or not known.settled:
            known = Known(about, written, time.time_ns(), digest_at(path))
        if about and _about(path)[0] == about:
            self.asked[name] = known
        return known.digest

    def _stored(self, name: str) -> Known | None:
        with suppress(KeyError, ValueError):
            return Known.of(self.stored[name])
        return None

    def save(self) -> None:
        """Keep what was asked for, and what was known of others that are still there."""
        kept = {name: line for name, line in self.stored.items() if os.path.exists(name)}
        kept |= {name: known.told() for name, known in self.asked.items()}
        if kept != self.stored:
            with suppress(OSError):  # without it all is read again, and nothing is lost
                discard(self.file, folders_only=True)
                write_json(self.file, kept)
                self.stored = kept


@cache
def digests_of(store: Path) -> Digests:
    """What is known in this process of the files of a project."""
    return Digests(store)


def _about(path: Path) -> tuple[str, int]:
    """What the file system tells of a regular file, and when it was last written to or changed;
    nothing of anything else.
    """
    with suppress(OSError):
        told = path.lstat()
        if S_ISREG(told.st_mode):
            about = f"{told.st_size} {told.st_ino} {told.st_mtime_ns} {told.st_ctime_ns}"
            return about, max(told.st_mtime_ns, told.st_ctime_ns)
    return "", 0
