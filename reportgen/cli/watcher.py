"""Watches what generated pages are made of, and rebuilds them, one rebuild at a time, each in a
fresh process.
"""

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from rich.markup import escape

from reportgen.children import apart, end
from reportgen.cli.notices import Notices
from reportgen.cli.rebuild import Answer
from reportgen.cli.terminal import console
from reportgen.project import ALLOW_OUTSIDE, PACKAGE, Project
from reportgen.surroundings import environment

LOOK = 0.3  # seconds between two looks at the files
BUSY = 2.0  # seconds until a build that another one kept from beginning is tried again
GRACE = 5.0  # seconds that a rebuild has to end when it is told to
Seen = Mapping[Path, tuple[int, ...]]


def built(project: Project, names: Sequence[str]) -> list[str]:
    """Which of the reports asked for have pages; of all reports, if none is asked for."""
    return [
        name
        for name in dict.fromkeys(names or project.configs())
        if (project.report(name) / "index.md").is_file()
    ]


def watched(project: Project, also: Iterable[str] = ()) -> Seen:
    """What the file system tells of each file that generated pages are made of, `also` of texts.

    docs/ is not among them, so that no build sets off another. Times of change and places on the
    disk count too, since a copy can bring size and time of writing along; a build looks at
    contents.
    """
    files = [
        *project.configs().values(),
        *project.rules.glob("*.py"),
        *PACKAGE.rglob("*.py"),
        *(path for folder in project.template_folders for path in folder.rglob("*")),
        *map(Path, also),
    ]
    found: dict[Path, tuple[int, ...]] = {}
    for path in files:
        if path.name.startswith(".") or path.name.endswith("~"):  # what editors lay beside a file
            continue
        try:
            told = path.stat()
        except OSError:  # gone since it was listed
            continue
        if stat.S_ISREG(told.st_mode):
            place = told.st_dev, told.st_ino
            found[path] = *place, told.st_size, told.st_mtime_ns, told.st_ctime_ns
    return found


class Watcher(Thread):
    """Rebuilds, one at a time, whenever what pages are made of has changed and come to rest."""

    def __init__(self, project: Project, names: Sequence[str], host: str, port: int) -> None:
        super().__init__(name="reportgen-watcher")
        self.project, self.names, self.address = project, names, (host, port)
        self.over = Event()
        self.notices = Notices(project)
        self.files: Sequence[str] = ()  # texts that the reports read
        self.told = ""  # of a build that is in the way

    def end(self) -> None:
        """Stop watching, end a rebuild that runs, and take errors off the pages."""
        self.over.set()
        self.join()
        self.notices.withdraw()

    def run(self) -> None:
        """Begin once the site is served: mkdocs does not see what changes before."""
        while not self._served():
            if self.over.wait(LOOK):
                return
        done: Seen | None = None
        last: Seen | None = None
        while not self.over.wait(LOOK):
            now = watched(self.project, self.files)
            if now != done and now == last:
                self._say_why(done, now)
                if self._rebuild():
                    done = now
                else:
                    self.over.wait(BUSY)
            last = now

    def _served(self) -> bool:
        try:
            socket.create_connection(self.address, timeout=LOOK).close()
        except OSError:
            return False
        return True

    def _say_why(self, before: Seen | None, now: Seen) -> None:
        if before is None or self.told:
            return
        begun = {Path(path) for path in self.files} - before.keys()  # to be watched
        changed = sorted(p for p in {*before, *now} - begun if before.get(p) != now.get(p))
        if not changed:
            return
        _print(
            self._short(
                ", ".join(map(str, changed[:3]))
                + (f" and {len(changed) - 3} more" if changed[3:] else "")
                + (" have changed" if changed[1:] else " has changed")
            )
        )

    def _rebuild(self) -> bool:
        """Rebuild in a process of its own, and show what came of it; False where another build is
        in the way, or when all is over.
        """
        names = built(self.project, self.names)
        if not names:
            return True
        answer = self._answer(names)
        if answer is None:
            return False
        self.files = answer.files
        if busy := answer.busy:
            if busy != self.told:
                _print(self._short(busy))
            self.told = busy
            return False
        self.told = ""
        for line in answer.failed:
            _print(f"failed {self._short(line)}", style="red")
        self.notices.show({report: self._short(message) for report, message in answer.held.items()})
        said = (
            ["rebuilt " + ", ".join(f"{stage} {count}" for stage, count in answer.ran.items())]
            if answer.ran
            else []
        )
        said += [f"the pages of {', '.join(answer.held)} show the error"] if answer.held else []
        _print(f"{'; '.join(said) or 'nothing to rebuild'} ({answer.seconds:.1f} s)")
        return True

    def _answer(self, names: Sequence[str]) -> Answer | None:
        """What a rebuild says; one that dies without a word is answered for with what it left on
        stderr.
        """
        with TemporaryDirectory(prefix="reportgen-serve-") as folder:
            answer, said = Path(folder) / "answer.json", Path(folder) / "stderr"
            command = [
                sys.executable,
                "-P",
                "-m",
                "reportgen.cli.rebuild",
                *([ALLOW_OUTSIDE] if self.project.outside_files else []),
                str(self.project.root),
                str(answer),
                *names,
            ]
            with said.open("wb") as stderr:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stderr=stderr,
                    env=environment(self.project.store),
                    **apart(),
                )
                while process.poll() is None:
                    if self.over.wait(0.05):
                        _end(process)
                        return None
            if answer.is_file():
                return Answer(**json.loads(answer.read_text(encoding="utf-8")))
            words = (
                said.read_text(encoding="utf-8", errors="replace").strip()
                or f"the rebuild ended with {process.returncode}"
            )
            held = dict.fromkeys(names, words)
            return Answer(failed=[words], held=held, files=[*self.files])

    def _short(self, text: str) -> str:
        return text.replace(f"{self.project.root}{os.sep}", "")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a rebuild, with which the processes it began end too."""
    process.terminate()
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        end(process)


def _print(line: str, *, style: str | None = None) -> None:
    console().print(escape(line), style=style, soft_wrap=True)
