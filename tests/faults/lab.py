"""The projects that faults are tried in: one that was never built and one that was, both copied for
each trial.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from faults.compare import Contents, contents
from faults.moment import CHANGED, Moment
from faults.trial import Lost, Trial, building

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, and how a build is tried with it."""

    kind: str  # a heading of the page
    what: str  # a line of the page; many faults share it
    where: str  # what tells this one from the others of its line
    attempt: Callable[["Lab", Random], None]  # raises Lost, or NotTried


@dataclass
class Lab:
    """A clean build, how long it took and how many changes it made, and one trial after another in
    a copy of it.
    """

    folder: Path
    seconds: float = 0.0
    changes: int = 0  # of the project's files in a clean build
    uses: int = 0  # the same with every opening of one
    clean: Contents = field(default_factory=dict)
    changed: dict[str, Contents] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> "Lab":
        """Build cleanly, and count what the build does."""
        lab = cls(folder)
        (folder / "home").mkdir()
        write_project(folder / "bare")
        with lab.trial(built=False) as trial:
            begun, seen = time.monotonic(), 0
            running = trial.start(*building(), moment=Moment(0, reads=True))
            while running.process.poll() is None:
                seen = max(seen, len(trial.processes()))
                time.sleep(0.1)
            lab.seconds, done = time.monotonic() - begun, running.done()
            if done.code:
                raise Lost(f"a clean build ends with {done.code}: {done.said}")
            counted = (trial.beside / "tally").read_bytes()
            lab.changes, lab.uses = counted.upper().count(CHANGED.upper()), len(counted)
            if seen < 2 or CHANGED.upper() not in counted:
                raise Lost(
                    "the processes of a build are not seen, so nothing could be said of them"
                )
            lab.clean = contents(trial.root)
            copy(trial.root, folder / "built")
        return lab

    @contextmanager
    def trial(self, *, built: bool = True) -> Iterator[Trial]:
        """A copy of the project, built or not, where the copies before it were; afterwards nothing
        is left of it.
        """
        trial = Trial(self.folder / "project", self.folder / "home", self.clean)
        copy(self.folder / ("built" if built else "bare"), trial.root)
        try:
            yield trial
        finally:
            trial.sweep()

    def cleanly(self, called: str, change: Callable[[Path], None], *reports: str) -> Contents:
        """What a clean build makes of a changed project; built once for each name."""
        if called not in self.changed:
            with self.trial(built=False) as trial:
                change(trial.root)
                done = trial.build(*reports)
                if done.code:
                    raise Lost(f"a clean build ends with {done.code}: {done.tail}")
                self.changed[called] = contents(trial.root)
        return self.changed[called]


def write_project(root: Path) -> None:
    """The small project: its own files, and what pages look like."""
    shutil.copytree(HERE / "project", root)
    shutil.copy(ROOT / "mkdocs.yml", root)
    shutil.copytree(
        ROOT / "docs" / "assets",
        root / "docs" / "assets",
        ignore=shutil.ignore_patterns("*.png", "*.svg"),
    )
    (root / "docs" / "index.md").write_text(
        "# Home\n\n[Reports](rules/index.md)\n", encoding="utf-8"
    )


def copy(source: Path, target: Path) -> None:
    """A copy with the times of the files."""
    shutil.copytree(source, target, symlinks=True)
