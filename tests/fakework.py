"""Work for builds under test: at the top of a module, so that other processes find it."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

from reportgen.errors import RunError
from reportgen.pipeline.worker import Job


def say(job: Job) -> None:
    """Write a word and everything it was made of; keep count of the runs."""
    log(job)
    read = "".join(
        path.read_text() for folder in job.inputs.values() for path in sorted(folder.glob("*.txt"))
    )
    (job.folder / "out.txt").write_text(
        f"{job.arguments['word']}{job.arguments.get('text', '')}({read})"
    )
    job.progress(1, 1)


def refuse() -> None:
    """What reading an order comes to where it names what is not there."""
    raise RunError("it is not there any more")


class Unreadable:
    """Something in an order that no process can read."""

    def __reduce__(self) -> Any:
        return refuse, ()


def constant(job: Job) -> None:
    """Always the same product, whatever it was made of."""
    log(job)
    (job.folder / "out.txt").write_text("same")


def mistake(job: Job) -> None:
    """Write half of the products, then fail with a message of ours."""
    log(job)
    (job.folder / "half.txt").write_text("half")
    raise RunError("the loss became nan at step 3 (seed 1, training.lr 9.0)")


def bug(job: Job) -> None:
    """Fail as a programming error does."""
    log(job)
    raise ZeroDivisionError("division by zero")


def library(job: Job) -> None:
    """A bug that a library notices, in a file that is not there."""
    np.random.default_rng(0).integers(0, size=1)


def dies(job: Job) -> None:
    """Kill its own process half way."""
    log(job)
    (job.folder / "half.txt").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)


def slow(job: Job) -> None:
    """Be busy long enough to be running when another dies."""
    log(job)
    time.sleep(0.5)
    (job.folder / "out.txt").write_text("slow")


def where(job: Job) -> None:
    """Say which process has this one do it, and be busy long enough for that to be killed."""
    log(job, f"{job.arguments['word']}@{os.getppid()}")
    time.sleep(0.5)
    (job.folder / "out.txt").write_text("somewhere")


def kills(job: Job) -> None:
    """Kill the process that has this one do it."""
    log(job)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(120)


def full(job: Job) -> None:
    """Write more than there is room for."""
    log(job)
    with open("/dev/full", "w") as file:
        file.write("half")


def sleeps(job: Job) -> None:
    """Start another process, say which, and wait for longer than any test."""
    child = subprocess.Popen(["sleep", "120"])
    Path(job.arguments["log"]).write_text(f"{os.getpid()} {child.pid}")
    child.wait()


def patient(job: Job) -> None:
    """Say which process this is, write half of the products, and wait for longer than any test."""
    (job.folder / "half.txt").write_text("half")
    Path(job.arguments["log"]).write_text(str(os.getpid()))
    time.sleep(120)


def log(job: Job, line: str = "") -> None:
    with (Path(job.arguments["log"])).open("a") as file:
        file.write((line or job.arguments["word"]) + "\n")


def encodes(job: Job) -> None:
    """Have a real encoder wait for frames, say which processes these are, and wait for longer than
    any test.
    """
    from reportgen.drawing.encoders import mp4

    with mp4(job.folder / "film.mp4", alone=True):
        told = Path("/proc/self/task")
        children = [
            child for task in told.iterdir() for child in (task / "children").read_text().split()
        ]
        log = Path(job.arguments["log"])
        beside = log.with_name(f".{log.name}.{os.getpid()}")
        beside.write_text(" ".join([str(os.getpid()), *children]))
        beside.replace(log)
        time.sleep(120)
