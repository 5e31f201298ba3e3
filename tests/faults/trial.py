"""One try of a fault: a project of its own, the commands that run in it, and what is asked of it
afterwards.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from faults.compare import ARTEFACT, Contents, contents, differences
from faults.moment import Moment

TESTS = Path(__file__).parents[1]
MARK = "REPORTGEN_FAULTS_TRIAL"  # in the environment of every process of a trial
RAN = r"^\S+ (\S+/\S+): (?:ran |failed|\d)"  # what a build says of a task that was not reused
LONG = 120.0  # seconds after which a build is thought to hang
ENDED = 5.0  # seconds that processes of a dead build have to end
# root may read and write everything, so that no closed folder would be one
ORDINARY = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if os.geteuid() == 0 and shutil.which("setpriv")
    else ()
)


class Lost(Exception):
    """The fault was not survived; the text says what is wrong."""


class NotTried(Exception):
    """This machine cannot have the fault; the text says why."""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    said: str

    @property
    def ran(self) -> set[str]:
        """Tasks that ran or failed."""
        return set(re.findall(RAN, self.said, re.MULTILINE))

    @property
    def tail(self) -> str:
        """The last lines, for a message."""
        return " / ".join(line.strip() for line in self.said.splitlines()[-6:] if line.strip())[
            -600:
        ]


@dataclass
class Trial:
    """A copy of a project, in which something goes wrong."""

    root: Path
    home: Path  # shared by all trials: caches of libraries
    clean: Contents  # what it has to hold in the end
    mark: str = field(default_factory=lambda: uuid4().hex)

    @property
    def beside(self) -> Path:
        """A folder outside the project, for what the trial itself writes."""
        folder = self.root.with_name(f"{self.root.name}-beside")
        folder.mkdir(exist_ok=True)
        return folder

    def environment(self, moment: Moment | None = None) -> dict[str, str]:
        """The surroundings of a command: plain ones, and the moment of the fault."""
        temporary = self.beside / "tmp"
        temporary.mkdir(exist_ok=True)
        told = moment.environment(self.root, self.beside / "tally") if moment else {}
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "TMPDIR": str(temporary),
            "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]),
            MARK: self.mark,
            **told,
        }

    def command(self, *arguments: str) -> list[str]:
        """The small command line in this project."""
        named = [] if arguments[:1] == ("rebuild",) else ["--project", str(self.root)]
        return [*ORDINARY, sys.executable, "-m", "faults.small", *named, *arguments]

    def start(
        self,
        *arguments: str,
        moment: Moment | None = None,
        limits: Sequence[str] = (),
    ) -> "Running":
        """Begin a command."""
        process = subprocess.Popen(
            [*limits, *self.command(*arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment(moment),
            start_new_session=True,
        )
        return Running(process)

    def run(self, *arguments: str, **more: object) -> Done:
        """A command from its beginning to its end."""
        return self.start(*arguments, **more).done()  # type: ignore[arg-type]

    def build(self, *reports: str, jobs: int = 2, **more: object) -> Done:
        """A build of some reports or of all, which ends by itself and without a traceback."""
        done = self.run(*building(*reports, jobs=jobs), **more)
        if "Traceback" in done.said:
            raise Lost(f"a traceback: {done.tail}")
        return done

    def heals(self, done: Done | None = None) -> None:
        """A plain build makes the project what a clean one is, nothing less and nothing more, and
        the next has nothing to do.

        `done` is the build that met the fault: if it said that all is well, all has to be well. If
        it failed, the store may also hold what was built without the products that it failed to
        make.
        """
        failed = done is not None and done.code > 0
        if done is None or done.code:
            done = self.build()
        if done.code:
            raise Lost(f"the next build ends with {done.code}: {done.tail}")
        self.is_clean(more=failed)
        if ran := self.build().ran:
            raise Lost(f"a build with nothing to do runs {', '.join(sorted(ran))}")

    def is_clean(self, *, more: bool = False) -> None:
        """The project is what a clean build makes of it, and no process is left; with `more` there
        may be more artefacts.
        """
        found = contents(self.root)
        if more:
            found = {n: d for n, d in found.items() if n in self.clean or not ARTEFACT.match(n)}
        if differ := differences(found, self.clean):
            raise Lost(differ)
        end = time.monotonic() + ENDED
        while left := self.processes():
            if time.monotonic() > end:
                raise Lost(f"processes are left: {', '.join(left.values())}")
            time.sleep(0.05)

    def processes(self) -> dict[int, str]:
        """Living processes of this trial, with their command lines."""
        found = {}
        for folder in Path("/proc").iterdir():
            try:
                if f"{MARK}={self.mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
            except (OSError, ValueError):  # no process, not ours, or gone since
                continue
        return found

    def sweep(self) -> None:
        """End what is left of the trial, and remove it."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        for folder in (self.root, self.beside):
            subprocess.run(["chmod", "-R", "u+rwX", str(folder)], capture_output=True, check=False)
            subprocess.run(["rm", "-rf", str(folder)], check=False)


@dataclass(frozen=True)
class Running:
    """A command under way."""

    process: subprocess.Popen[bytes]

    def done(self) -> Done:
        """Wait for its end."""
        try:
            said, _ = self.process.communicate(timeout=LONG)
        except subprocess.TimeoutExpired as error:
            self.process.kill()
            raise Lost("it hangs") from error
        return Done(self.process.returncode, said.decode(errors="replace"))


def building(*reports: str, jobs: int = 2) -> list[str]:
    """The arguments of a build."""
    named = [word for name in reports for word in ("--rule", name)]
    return ["build", "--jobs", str(jobs), "--explain", *(named or ["--all"])]
