"""What tests of builds look at: what a build told, and whether its processes live."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.pipeline.task import Outcome, Task


@dataclass
class Listener:
    """A watch that remembers."""

    began: list[str] = field(default_factory=list)
    got: list[tuple[str, int, int]] = field(default_factory=list)
    ended: list[Outcome] = field(default_factory=list)

    def started(self, task: Task) -> None:
        self.began.append(task.name)

    def progressed(self, task: str, done: int, total: int) -> None:
        self.got.append((task, done, total))

    def finished(self, outcome: Outcome) -> None:
        self.ended.append(outcome)


def alive(process: int) -> bool:
    """Is a process running; one that only waits to be collected is not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    assert condition()
