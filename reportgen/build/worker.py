"""What a build's process does: one task after another, each into a scratch folder that is moved into the store when it is whole."""

import os
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.queues import Queue
from pathlib import Path
from threading import Thread
from typing import Any

from reportgen.build.store import Artefact, Store
from reportgen.errors import ReportError

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
Progress = Callable[[int, int], None]
_channels: list["Queue[tuple[str, int, int]]"] = []  # of this process: one after `_connect`, none elsewhere; a queue cannot travel with a task


@dataclass(frozen=True)
class Job:
    """What a task's function gets."""

    folder: Path  # write products here
    arguments: Mapping[str, Any]
    inputs: Mapping[str, Path]  # task -> folder with its products; wanted tasks that have none are left out
    progress: Progress  # (done, total)


@dataclass(frozen=True)
class Made:
    """What came of a job."""

    artefact: Artefact | None
    seconds: float
    message: str = ""
    details: str = ""


def perform(work: Callable[[Job], None], task: str, key: str, arguments: Mapping[str, Any], inputs: Mapping[str, Path], store: Store) -> Made:
    """Run one task and store its products; whatever goes wrong is told, and nothing is stored."""
    start = time.perf_counter()
    tell = _channels[-1].put if _channels else lambda message: None
    try:
        with store.scratch() as scratch:
            products = scratch / "products"
            products.mkdir()
            work(Job(products, arguments, inputs, lambda done, total: tell((task, done, total))))
            seconds = time.perf_counter() - start
            return Made(store.keep(products, task, key, seconds), seconds)
    except ReportError as error:
        return Made(None, time.perf_counter() - start, str(error), traceback.format_exc())
    except Exception as error:
        said = f"{type(error).__name__}: {error}".strip(": ")
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Made(None, time.perf_counter() - start, f"{said} ({Path(place.filename).name}:{place.lineno}; --debug shows all of it)", traceback.format_exc())


def processes(jobs: int, channel: "Queue[tuple[str, int, int]]") -> Executor:
    """Fresh processes of one thread each: for tiny models and small pictures more threads only get in each other's way."""
    for name in THREADS:
        os.environ.setdefault(name, "1")
    return ProcessPoolExecutor(jobs, get_context("spawn"), _connect, (channel,))


def queue() -> "Queue[tuple[str, int, int]]":
    """A queue through which processes tell (task, done, total)."""
    return get_context("spawn").Queue()


def _connect(channel: "Queue[tuple[str, int, int]]") -> None:
    _channels[:] = [channel]
    Thread(target=_end_with_the_build, daemon=True).start()


def _end_with_the_build() -> None:
    """A build that is killed takes its processes with it, which would otherwise wait for tasks for ever."""
    if (build := parent_process()) is not None:
        build.join()
        os._exit(1)
