"""A moment of a build, counted in what its processes do to the files of the project, and what
happens then.
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# names that begin so are handed on to the processes of a build
GIVEN, BUILD = "REPORTGEN_FAULTS_MOMENT", "REPORTGEN_FAULTS_BUILD"
DIES, BUILD_DIES, BOTH_DIE = "it dies", "the build dies", "both die"
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree"}
CHANGED, READ = b"c", b"r"  # in capitals where a process of the build does it, and not itself
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Moment:
    """Just before the `at`-th change of the project's files, whichever process makes it; with
    `reads`, the `at`-th time one is opened or changed.
    """

    at: int  # from 1; 0 is never, so that the changes are only counted
    # DIES, BUILD_DIES, BOTH_DIE: SIGKILL for the process that makes the change, or for the main one
    does: str = ""
    runs: tuple[str, ...] = ()  # or a command, which the build waits for
    reads: bool = False

    def environment(self, root: Path, tally: Path) -> dict[str, str]:
        """What a build has to be given for it."""
        return {GIVEN: json.dumps(asdict(self) | dict(root=str(root), tally=str(tally)))}


def listen() -> None:
    """Wait for the moment that this process was given, if it was."""
    if GIVEN not in os.environ:
        return
    import sys

    given = json.loads(os.environ[GIVEN])
    root = given["root"] + os.sep
    tally = os.open(given["tally"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    acting = False

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal acting
        used = not acting and _uses(event, arguments, root)
        if not used or not (given["reads"] or used == CHANGED):
            return
        its_own = os.environ.get(BUILD) == str(os.getpid())
        os.write(
            tally, used if its_own else used.upper()
        )  # one file for all processes: its length is the count
        if os.lseek(tally, 0, os.SEEK_CUR) == given["at"]:
            acting = True
            _act(given["does"], given["runs"])
            acting = False

    sys.addaudithook(hear)


def _uses(event: str, arguments: tuple[Any, ...], root: str) -> bytes:
    """Whether a file of the project is changed or only read; nothing for all else."""
    if event == "open":
        path, _, flags = arguments
        return (CHANGED if flags & WRITING else READ) if _under(path, root) else b""
    if event not in CHANGES:
        return b""
    by_folder = event in ("os.remove", "os.rmdir") and arguments[1] != -1
    return CHANGED if by_folder or any(_under(each, root) for each in arguments) else b""


def _under(path: Any, root: str) -> bool:
    return isinstance(path, (str, bytes, os.PathLike)) and os.fsdecode(path).startswith(root)


def _act(does: str, runs: list[str]) -> None:
    if runs:
        plain = {name: value for name, value in os.environ.items() if name not in (GIVEN, BUILD)}
        subprocess.run(runs, env=plain, stdin=subprocess.DEVNULL, check=False)
    kill: Callable[[int], None] = lambda pid: os.kill(pid, signal.SIGKILL)
    if does in (BUILD_DIES, BOTH_DIE):
        kill(int(os.environ[BUILD]))
    if does in (DIES, BOTH_DIE):
        kill(os.getpid())
