"""The process that a file of rules is tried in, with a folder of its own.

It reads FOLDER/job and writes FOLDER/answer. Where it cannot answer any more, Python leaves the
place it was at in FOLDER/stuck, and the line that was followed last stands in FOLDER/line.
"""

import faulthandler
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from reportgen.errors import RuleError
from reportgen.memory import limit_memory
from reportgen.rules.base import all_rules
from reportgen.rules.places import Placed, place_of, words_of
from reportgen.rules.surroundings import Meddled, Surroundings
from reportgen.rules.trial import FOUND
from reportgen.rules.written import read

GIGABYTE = 10**9
LEAVE, SEEK, NOTE = os._exit, os.lseek, os.write  # as they are before a rule runs


class _Closed(io.TextIOBase):
    """A stream that a rule has no business with."""

    def __init__(self, words: str) -> None:
        self.words = words

    def write(self, text: str) -> NoReturn:
        raise RuleError(self.words)

    def read(self, size: int | None = -1) -> NoReturn:
        raise RuleError(self.words)

    def readline(self, size: int | None = -1) -> NoReturn:
        raise RuleError(self.words)


def main(place: str) -> None:
    """Do the job that lies in a folder, and answer for it there."""
    folder = Path(place)
    job = json.loads((folder / "job").read_text(encoding="utf-8"))
    module, _, function = job["does"].partition(":")
    work: Callable[..., object] = getattr(import_module(module), function)
    all_rules()  # their names are taken, and their time is not the file's
    sys.stdin = _Closed("reads the keyboard, where a rule only answers; take the line away")
    sys.stdout = _Closed(
        "prints, where a rule only answers; take the line away, or print to sys.stderr"
    )
    answer = _answer(job, folder, lambda: work(read(Path(job["path"])), **job["arguments"]))
    beside = folder / "answer.part"
    beside.write_text(json.dumps(answer), encoding="utf-8")
    beside.rename(folder / "answer")
    LEAVE(0)


def _answer(job: Mapping[str, Any], folder: Path, work: Callable[[], object]) -> dict[str, object]:
    seconds, gigabytes = job["limits"]
    most = limit_memory(int(gigabytes * GIGABYTE))
    stuck = (folder / "stuck").open("w")
    faulthandler.enable(stuck)
    faulthandler.dump_traceback_later(seconds, exit=True, file=stuck)
    before = Surroundings()
    if (kind := job["follow"]) is not None:
        changed = before.checks[kind] if kind else lambda: ""
        sys.settrace(_Follower(job["files"], folder / "line", changed).called)
    try:
        gives = work()
        before.unchanged()
        return dict(gives=json.loads(json.dumps(gives)))
    except BaseException as error:
        sys.settrace(None)
        before.restore()
        limit_memory(most)
        return _told(error, job["files"], gigabytes)
    finally:
        sys.settrace(None)
        faulthandler.cancel_dump_traceback_later()


def _told(error: BaseException, files: Sequence[str], gigabytes: float) -> dict[str, object]:
    """What went wrong, and what would have to change for it to go well."""
    full = isinstance(error, MemoryError)
    words = error.words if isinstance(error, Placed) else words_of(error)
    if full:
        words += f": needs more than {gigabytes:g} GB (REPORTGEN_RULE_GIGABYTES=8 gives it more)"
    return dict(
        broken=words,
        place=error.place if isinstance(error, Placed) else place_of(error, files),
        lost=error.kind if isinstance(error, Meddled) else None,
        full=full,
        missing=str(error.name or "") if isinstance(error, ImportError) else "",
        lasts=not isinstance(error, OSError),
    )


Follow = Callable[[FrameType, str, object], "Follow | None"]  # as `sys.settrace` takes it


class _Follower:
    """Writes down each line of a rule's files before it runs, until it changes what is not its
    own.
    """

    def __init__(self, files: Sequence[str], line: Path, changed: Callable[[], str]) -> None:
        self.numbers = {file: i for i, file in enumerate(files)}
        self.line = os.open(line, os.O_WRONLY | os.O_CREAT)
        self.changed = changed

    def called(self, frame: FrameType, event: str, argument: object) -> "Follow | None":
        """Follow the functions of these files, and no others."""
        return self.followed if frame.f_code.co_filename in self.numbers else None

    def followed(self, frame: FrameType, event: str, argument: object) -> "Follow":
        """Note the line; what was noted last stays, once something has changed."""
        if event in ("line", "return") and self.changed():
            LEAVE(FOUND)
        if event == "line":
            text = f"{self.numbers[frame.f_code.co_filename]} {frame.f_lineno}"
            SEEK(self.line, 0, os.SEEK_SET)
            NOTE(self.line, text.ljust(24).encode())
        return self.followed
