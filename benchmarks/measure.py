"""What a measurement is, and how it is taken: every run is a process of its own, so that time and
memory are its own too.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ONE_THREAD = dict(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
MIB = 1024  # ru_maxrss is in KiB on Linux


@dataclass(frozen=True)
class Sample:
    """One run."""

    seconds: float  # by the clock on the wall
    cpu: float  # seconds of processor time, user and system, of everything it started
    memory: float  # MiB of the largest of its processes, libraries included


@dataclass(frozen=True)
class Variant:
    """A way of doing some work, run several times; `scale` times what was run is the whole work."""

    name: str
    samples: tuple[Sample, ...]
    scale: float = 1.0

    @property
    def seconds(self) -> float:
        """Median for the whole work."""
        return self.scale * statistics.median(s.seconds for s in self.samples)

    @property
    def cpu(self) -> float:
        """Median for the whole work."""
        return self.scale * statistics.median(s.cpu for s in self.samples)

    @property
    def memory(self) -> float:
        """The most of any run."""
        return max(s.memory for s in self.samples)


@dataclass(frozen=True)
class Line:
    """One line of the table: our way beside the plain way, and what it is meant to reach."""

    slug: str
    work: str
    ours: Variant
    plain: Variant | None = None
    most_seconds: float | None = None
    least_ratio: float | None = None  # plain / ours
    most_memory: float | None = None  # MiB
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times longer the plain way takes."""
        return None if self.plain is None else self.plain.seconds / self.ours.seconds

    @property
    def targets(self) -> list[tuple[str, bool]]:
        """Each target in words, and whether it is met."""
        out = []
        if self.most_seconds is not None:
            out.append((f"at most {self.most_seconds:g} s", self.ours.seconds <= self.most_seconds))
        if self.least_ratio is not None and self.ratio is not None:
            out.append(
                (
                    (
                        f"at least {self.least_ratio:g} times as fast"
                        if self.least_ratio != 1
                        else "no slower than plain"
                    ),
                    self.ratio >= self.least_ratio,
                )
            )
        if self.most_memory is not None:
            out.append(
                (
                    f"at most {self.most_memory:,.0f} MiB a process",
                    self.ours.memory <= self.most_memory,
                )
            )
        return out


@dataclass(frozen=True)
class Size:
    """How much is run."""

    runs: int = 5  # of each side, in turn
    cold_runs: int = 1  # of the cold build, which takes longest
    steps: int = 2_000  # of a training by the package
    plain_steps: int = 1_000
    frames: int = (
        201  # all of them: what is done once for a film is not counted for every few frames
    )
    plain_frames: int = 8
    length: int = 8  # of the contexts that are all checked
    plain_contexts: int = 20_000
    changes: Mapping[str, Mapping[str, object]] | None = None  # of the configuration that is built
    only: str | None = None  # the one figure that is built


TINY_REPORT = dict(
    data=dict(sequences=200, holdout=100), training=dict(steps=40, seeds=2, checkpoint_every=10)
)
FULL = Size()
QUICK = Size(
    runs=2,
    steps=400,
    plain_steps=200,
    frames=9,
    plain_frames=2,
    length=7,
    plain_contexts=5_000,
    changes=TINY_REPORT,
)
TINY = Size(
    runs=1,
    steps=20,
    plain_steps=20,
    frames=2,
    plain_frames=1,
    length=4,
    plain_contexts=200,
    changes=TINY_REPORT | dict(model=dict(n_ctx=6)),
    only="token-embeddings",
)


def inside(module: str, function: str, **arguments: object) -> Sample:
    """A run of `benchmarks.MODULE.FUNCTION(**arguments)()` in a fresh process; what comes before
    the second call is not timed.
    """
    command = [sys.executable, "-m", "benchmarks.child", module, function, json.dumps(arguments)]
    whole, said = command_sample(command, folder=ROOT, environment=ONE_THREAD)
    return Sample(**json.loads(said.splitlines()[-1]), memory=whole.memory)


def command_sample(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str] | None = None
) -> tuple[Sample, str]:
    """A run of a whole command, and what it printed; CalledProcessError where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | dict(environment or {}),
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(
        process.pid, 0
    )  # unlike `wait`, this tells what it and its children used
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    process.stdout.close()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), said)
    return Sample(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / MIB), said


def in_turn(runs: int, *sides: Callable[[], Sample]) -> list[tuple[Sample, ...]]:
    """Every side `runs` times, one after the other, so that what else the machine does meets all of
    them.
    """
    rounds = [[side() for side in sides] for _ in range(runs)]
    return [tuple(samples) for samples in zip(*rounds)]
