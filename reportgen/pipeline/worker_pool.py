"""The processes of a build: each takes one task after another; one that dies or is late costs its
own task alone.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Any, ParamSpec, TypeVar

from reportgen import children
from reportgen.pipeline import worker
from reportgen.pipeline.worker_process import ERROR, PROGRESS, Order
from reportgen.project import PACKAGE
from reportgen.surroundings import OWN_FOLDERS, environment

HERE = PACKAGE  # where processes begin: no file of the user's lies there that a library would read
COMMAND = [
    sys.executable,
    "-P",
    "-c",
    "from reportgen.pipeline.worker_process import serve; serve()",
]
Told = Callable[[str, int, int], None]  # (task, done, total)
Given = ParamSpec("Given")
Result = TypeVar("Result")


class WorkerPool(Executor):
    """Fresh processes of one thread each: for tiny models and small pictures more threads only get
    in each other's way.

    What is submitted runs in the next free process. The future fails with Died where that process
    ended first, and with Late where it took longer than `timeout` seconds; its process is then
    ended, and another takes its place. What they need for themselves they write into `folder`.
    """

    def __init__(self, jobs: int, told: Told, folder: Path, timeout: float | None = None) -> None:
        self.told, self.folder, self.timeout = told, folder, timeout
        self.threads = ThreadPoolExecutor(jobs)
        self.lock = Lock()
        self.idle: list[_Worker] = []
        self.all: set[_Worker] = set()
        self.closed = False

    def submit(
        self, fn: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Result]:
        """Run a function in a process."""
        return self.threads.submit(self._run, (fn, args, kwargs))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes: when their tasks are done, or now (`wait=False`)."""
        if wait:
            self.threads.shutdown(cancel_futures=cancel_futures)
        with self.lock:
            self.closed = True
            for process in tuple(self.all):
                process.end()
        self.threads.shutdown(cancel_futures=cancel_futures)

    def _run(self, order: Order[Result]) -> Result:
        with self.lock:
            if self.closed:
                raise worker.Died
            process = self.idle.pop() if self.idle else _Worker(self.folder)
            self.all.add(process)
        try:
            kind, value = process.do(order, self.told, self.timeout)
        except BaseException:
            process.end()
            self.all.discard(process)
            raise
        if process.late:  # by no more than a moment: the process is gone, what it made counts
            self.all.discard(process)
        else:
            self.idle.append(process)
        if kind == ERROR:
            raise value
        result: Result = value
        return result


class _Worker:
    """One process, seen from the build."""

    def __init__(self, folder: Path) -> None:
        for name in OWN_FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=HERE,
            env=environment(folder),
            **children.apart(),
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.orders, self.answers = self.process.stdin, self.process.stdout
        self.lock = Lock()  # two threads may want to end it
        self.ready = self.late = self.ended = False

    def do(self, order: Order[Result], told: Told, timeout: float | None) -> tuple[str, Any]:
        """Have something done; Died and Late as the pool says."""
        content = pickle.dumps(pickle.dumps(order))  # whole or not, whatever is wrong within
        try:
            if not self.ready:  # starting up counts for no task
                pickle.load(self.answers)
                self.ready = True
            self.orders.write(content)
            self.orders.flush()
            with self._timed(timeout):
                while True:
                    kind, *value = pickle.load(self.answers)
                    if kind != PROGRESS:
                        return kind, value[0]
                    told(*value)
        except (EOFError, ConnectionError, pickle.UnpicklingError) as error:
            raise (worker.Late if self.late else worker.Died) from error

    def end(self) -> None:
        """End the process and all that it has started."""
        with self.lock:
            if not self.ended:
                self.ended = True
                children.end(self.process)
                self.answers.close()
                with suppress(OSError):  # what was not sent yet nobody reads any more
                    self.orders.close()

    @contextmanager
    def _timed(self, timeout: float | None) -> Iterator[None]:
        """End the process where the block takes longer than so many seconds."""
        if timeout is None:
            yield
            return
        clock = Timer(timeout, self._expire)
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
            clock.join()

    def _expire(self) -> None:
        self.late = True
        self.end()
