"""Kills: SIGKILL for every process of a build, at moments drawn over all of it; then it is built
again.
"""

import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from random import Random

from faults.lab import Fault, Lab
from faults.moment import BOTH_DIE, BUILD_DIES, DIES, Moment
from faults.trial import Lost, NotTried, Trial, building

KIND = "Kills"
BY_CHANGE = {
    DIES: "the process that is about to change a file",
    BUILD_DIES: "the build itself, before one of its processes changes a file",
    BOTH_DIE: "both at once",
}
TOOLS = {"ffmpeg": "ffmpeg", "mkdocs": "mkdocs build"}
TOOL_LIVES = 0.6  # seconds within which a tool is killed after it began


def faults() -> Iterator[Fault]:
    """Moments are drawn when the fault is tried: the i-th of n lies in the i-th of n equal parts of
    the build.
    """
    yield Fault(KIND, "nothing: a second clean build makes the same", "once", nothing)
    for does, words in BY_CHANGE.items():
        for i in range(10):
            yield Fault(KIND, words, f"in part {i + 1} of 10", partial(at_a_change, does, i, 10))
    for i in range(10):
        yield Fault(
            KIND,
            "the build itself, after some time",
            f"in part {i + 1} of 10",
            partial(by_the_clock, i, 10),
        )
    for i in range(6):
        yield Fault(KIND, "the build, several times in a row", f"series {i + 1}", several)
    for name in TOOLS:
        for i in range(4):
            yield Fault(
                KIND, f"a running {name}", f"in part {i + 1} of 4", partial(tool, name, i, 4)
            )


def nothing(lab: Lab, rng: Random) -> None:
    """Two clean builds are the same, or no comparison would say anything."""
    with lab.trial(built=False) as trial:
        trial.heals()


def at_a_change(does: str, part: int, parts: int, lab: Lab, rng: Random) -> None:
    """Kill just before the n-th change."""
    with lab.trial(built=False) as trial:
        at = 1 + int((part + rng.random()) / parts * lab.changes)
        trial.heals(trial.run(*building(), moment=Moment(at, does)))


def by_the_clock(part: int, parts: int, lab: Lab, rng: Random) -> None:
    """Kill at a time, which may lie in the middle of writing a file."""
    with lab.trial(built=False) as trial:
        running = trial.start(*building())
        time.sleep((part + rng.random()) / parts * lab.seconds)
        running.process.kill()
        trial.heals(running.done())


def several(lab: Lab, rng: Random) -> None:
    """Kill builds that go on where the one before was killed."""
    with lab.trial(built=False) as trial:
        for _ in range(rng.randint(2, 4)):
            does = rng.choice([DIES, BUILD_DIES, BOTH_DIE])
            trial.run(*building(), moment=Moment(rng.randint(1, lab.changes // 2), does))
        trial.heals()


def tool(name: str, part: int, parts: int, lab: Lab, rng: Random) -> None:
    """Kill a program that the build has started."""
    with lab.trial(built=False) as trial:
        running = trial.start(*building())
        met = False
        while running.process.poll() is None and not met:
            if pid := _running(trial, name):
                time.sleep((part + rng.random()) / parts * TOOL_LIVES)
                met = _killed(pid)
            time.sleep(0.01)
        done = running.done()
        if "Traceback" in done.said or done.code not in (0, 1):
            raise Lost(f"ends with {done.code}: {done.tail}")
        if not met:
            raise NotTried(f"{name} had ended each time")
        trial.heals(done)


def _running(trial: Trial, name: str) -> int:
    found = (pid for pid, line in trial.processes().items() if TOOLS[name] in line)
    return next(found, 0)


def _killed(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
