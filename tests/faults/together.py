"""Together: builds, cleaning and a server's rebuild that meet in one project."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from random import Random

from faults.compare import LOCK
from faults.disks import unbuild
from faults.lab import Fault, Lab
from faults.moment import Moment
from faults.trial import Done, Lost, NotTried, Trial, building

KIND = "Together"
BUSY = "another build is running here"
Command = Callable[[Trial], list[str]]
COMMANDS: Mapping[str, Command] = {
    "a build": lambda trial: building(),
    "a rebuild of serve": lambda trial: [
        "rebuild",
        str(trial.root),
        str(trial.beside / "answer"),
        "one",
        "two",
    ],
    "clean": lambda trial: ["clean"],
    "clean of one report": lambda trial: ["clean", "one"],
}
MEETINGS = [
    (first, second)
    for first in ("a build", "a rebuild of serve")
    for second in COMMANDS
    if (first, second) != ("a rebuild of serve", "a rebuild of serve")
]
MOMENTS = 4


def faults() -> Iterator[Fault]:
    for first, second in MEETINGS:
        for i in range(MOMENTS):
            where = f"in part {i + 1} of {MOMENTS}"
            yield Fault(KIND, f"{second} during {first}", where, partial(meets, first, second, i))
    for i in range(4):
        yield Fault(KIND, "two builds begun at once", f"pair {i + 1}", at_once)


def meets(first: str, second: str, part: int, lab: Lab, rng: Random) -> None:
    """The second command waits for nobody: it is told who is there, and disturbs nothing."""
    with lab.trial() as trial:
        for place in (".reportgen", "docs/rules"):
            unbuild(trial, place, rng)
        said = trial.beside / "second"
        inner = shlex.join(trial.command(*COMMANDS[second](trial)))
        held = f"! flock -n {trial.root / LOCK} true"  # before that they do not meet
        script = f"{held} && {{ {inner} > {said} 2>&1; echo code $? >> {said}; }}"
        at = 2 + int((part + rng.random()) / MOMENTS * 100)
        done = trial.run(*COMMANDS[first](trial), moment=Moment(at, runs=("sh", "-c", script)))
        if done.code or "Traceback" in done.said:
            raise Lost(f"the first ends with {done.code}: {done.tail}")
        trial.heals()
        if not said.exists():
            raise NotTried("the first did not hold the lock at this moment")
        polite(Done(int(said.read_text().split()[-1]), said.read_text()), trial, second)


def polite(done: Done, trial: Trial, second: str) -> None:
    """A command that met another one says so; a rebuild says it in its answer."""
    answer = trial.beside / "answer"
    words = done.said + (answer.read_text() if answer.exists() and "rebuild" in second else "")
    if "Traceback" in words or BUSY not in words:
        raise Lost(f"the second ends with {done.code} and does not see the first: {done.tail}")


def at_once(lab: Lab, rng: Random) -> None:
    """One of them builds; the other is told so, or comes later and has nothing to do."""
    with lab.trial() as trial:
        for place in (".reportgen", "docs/rules"):
            unbuild(trial, place, rng)
        both = [trial.start(*building()) for _ in range(2)]
        ended = [running.done() for running in both]
        if any("Traceback" in done.said for done in ended):
            raise Lost(f"a traceback: {ended[0].tail} {ended[1].tail}")
        if not any(done.code == 0 for done in ended):
            raise Lost(f"neither builds: {ended[0].tail} {ended[1].tail}")
        if not all(done.code == 0 or BUSY in done.said for done in ended):
            raise Lost(f"one fails: {ended[0].tail} {ended[1].tail}")
        trial.is_clean()
        trial.heals()
