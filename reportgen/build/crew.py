"""The processes of a build: each takes one task after another; one that dies or is late costs its own task alone."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from threading import Lock, Thread
from typing import Any

from reportgen.build import worker
from reportgen.memory import hand_back

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
READY, PROGRESS, RESULT, ERROR = "ready", "progress", "result", "error"
Told = Callable[[str, int, int], None]  # (task, done, total)


class Crew(Executor):
    """Fresh processes of one thread each: for tiny models and small pictures more threads only get in each other's way.

    What is submitted runs in the next free process. The future fails with Died where that process ended first, and with Late where it
    took longer than `timeout` seconds; its process is then ended, and another takes its place.
    """

    def __init__(self, jobs: int, told: Told, timeout: float | None = None) -> None:
        for name in THREADS:
            os.environ.setdefault(name, "1")
        self.told, self.timeout = told, timeout
        self.threads = ThreadPoolExecutor(jobs)
        self.lock = Lock()
        self.idle: list[_Hand] = []
        self.all: set[_Hand] = set()
        self.closed = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run a function in a process."""
        return self.threads.submit(self._run, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes: when their tasks are done, or now (`wait=False`)."""
        if wait:
            self.threads.shutdown(cancel_futures=cancel_futures)
        with self.lock:
            self.closed = True
            for hand in tuple(self.all):
                hand.end()
        self.threads.shutdown(cancel_futures=cancel_futures)

    def _run(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        with self.lock:
            if self.closed:
                raise worker.Died
            hand = self.idle.pop() if self.idle else _Hand()
            self.all.add(hand)
        try:
            kind, value = hand.do((fn, args, kwargs), self.told, self.timeout)
        except BaseException:
            hand.end()
            self.all.discard(hand)
            raise
        self.idle.append(hand)
        if kind == ERROR:
            raise value
        return value


class _Hand:
    """One process, seen from the build."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        self.ready = False

    def do(self, order: Any, told: Told, timeout: float | None) -> tuple[str, Any]:
        """Have something done; Died and Late as the crew says."""
        try:
            if not self.ready:  # starting up counts for no task
                self.pipe.recv()
                self.ready = True
            self.pipe.send(order)
            end = None if timeout is None else time.monotonic() + timeout
            while self.pipe.poll(None if end is None else max(0.0, end - time.monotonic())):
                kind, *value = self.pipe.recv()
                if kind != PROGRESS:
                    return kind, value[0]
                told(*value)
            raise worker.Late
        except (EOFError, ConnectionError) as error:
            raise worker.Died from error

    def end(self) -> None:
        """End the process and all that it has started."""
        try:
            os.killpg(self.process.pid or 0, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self.process.kill()  # it has not come to lead a group of its own yet, or is gone
        self.process.join()


def _serve(pipe: Connection) -> None:
    """Do what comes through the pipe until it is closed."""
    os.setsid()  # so that it can be ended with all that it has started, and the keyboard interrupts the build alone
    Thread(target=_end_with_the_build, daemon=True).start()
    lock = Lock()

    def tell(*message: Any) -> None:
        with lock:
            pipe.send(message)

    worker.tell = lambda task, done, total: tell(PROGRESS, task, done, total)
    tell(READY)
    while True:
        try:
            fn, args, kwargs = pipe.recv()
            tell(RESULT, fn(*args, **kwargs))
            hand_back()
        except (EOFError, ConnectionError):
            os._exit(0)
        except Exception as error:
            tell(ERROR, error)


def _end_with_the_build() -> None:
    """A build that is killed takes its processes with it, which would otherwise wait for tasks for ever."""
    if (build := parent_process()) is not None:
        build.join()
        os.killpg(os.getpgrp(), signal.SIGKILL)
