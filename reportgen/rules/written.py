"""A file of rules as it is written: its content with that of its helpers, read once, so that what
is tried is what runs.
"""

import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from reportgen.errors import RuleError

MOST_BYTES = 1 << 20  # of a file of rules


@dataclass(frozen=True, eq=False)
class Written:
    """A file of rules and the helpers that it names: files beside it whose names begin with `_`."""

    path: Path
    contents: Mapping[Path, bytes]  # the file itself first

    @cached_property
    def digest(self) -> str:
        """A hash of where the file lies and of everything in it and in its helpers."""
        parts = [[str(p), sha256(c).hexdigest()] for p, c in sorted(self.contents.items())]
        return sha256(json.dumps([str(self.path), *parts]).encode()).hexdigest()

    @cached_property
    def helpers(self) -> dict[str, Path]:
        """What the file and its helpers may import from beside it: name -> file."""
        return {path.stem: path for path in self.contents if path != self.path}

    def helper(self, name: str) -> "Written":
        """A helper of the file, with its own helpers."""
        return _whole(self.helpers[name], self.helpers, self.contents.__getitem__)

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all its files, as tracebacks write them."""
        return tuple(map(str, self.contents))


def read(path: Path) -> Written:
    """A file of rules as it is now; RuleError where it cannot be read."""
    path = path.absolute()
    beside = {p.stem: p for p in sorted(path.parent.glob("_*.py")) if p.stem[1:2] != "_"}
    return _whole(path, beside, _content)


def way_on(path: Path) -> str:
    """How to go on where a file of rules cannot be used."""
    return f"mend the file or move it out of {path.parent}"


def _whole(path: Path, beside: Mapping[str, Path], content: Callable[[Path], bytes]) -> Written:
    """A file with all that it names of what lies beside it, and with what that names."""
    contents, todo = {path: content(path)}, [path]
    while todo:
        words = re.findall(r"\b_\w+", contents[todo.pop()].decode("utf-8", "replace"))
        for helper in sorted({beside[word] for word in words if word in beside} - contents.keys()):
            contents[helper] = content(helper)
            todo.append(helper)
    return Written(path, contents)


def _content(path: Path) -> bytes:
    """The bytes of a regular file: whatever else has the name of a rule is not waited for."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise RuleError(f"{path}: {_kind(about.st_mode)}, not a file; {way_on(path)}")
        if about.st_size > MOST_BYTES:
            raise RuleError(
                f"{path}: {about.st_size:,} bytes, allowed: at most {MOST_BYTES:,}; keep data in "
                f"files of their own; {way_on(path)}"
            )
        return path.read_bytes()
    except OSError as error:
        missing = path.is_symlink() and not path.exists()
        why = f"a link to {os.readlink(path)}, which is not there" if missing else error.strerror
        raise RuleError(f"{path}: cannot be read: {why}; {way_on(path)}") from error


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((words for is_kind, words in kinds if is_kind(mode)), "a device")
