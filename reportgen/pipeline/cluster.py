"""The workers of a dask cluster as the processes of a build: each task goes to one that is free,
and its products come to the store.
"""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Event
from typing import Any
from uuid import uuid4

import dask
from distributed import Client, KilledWorker

from reportgen.errors import ReportError, StageError, UsageError
from reportgen.pipeline.cluster_worker import (
    ClusterWorker,
    Files,
    Lacks,
    Returned,
    about,
    differences,
    run,
)
from reportgen.pipeline.disks import no_room
from reportgen.pipeline.store import Store
from reportgen.pipeline.worker import Died, Late, Made, Order
from reportgen.pipeline.worker_pool import Told, WorkerPool

REACH = 10  # seconds to reach the scheduler
ALONE = 60.0  # seconds that a build waits for another worker when the last one is gone
SILENT = 60.0  # seconds after which a scheduler that is there but does not answer is given up
LOOK = 5.0  # seconds between two looks at whether anybody is left
AGAIN = "what is finished is stored: build again, and it goes on from there"
LARGE = "distributed.admin.large-graph-warning-threshold"


class Cluster(Executor):
    """Takes orders as a worker pool does, and passes them on to a cluster; what writes into the
    project's folder runs in a process here.

    A worker that dies costs no task: the scheduler gives its tasks to others, until one task has
    been there when too many workers died.
    """

    def __init__(
        self, address: str, store: Store, told: Told, *, timeout: float | None, jobs: int | None
    ) -> None:
        self.address, self.store = address, store
        self.name = f"reportgen-{uuid4().hex}"
        dask.config.set(
            {LARGE: "1 TB"}
        )  # no warning that orders are large: products are sent with them on purpose
        for name in ("distributed", "distributed.client"):  # what goes wrong is told here, once
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.client = _reached(address)
        try:
            self._examine()
            self.token = store.root / "_scratch" / self.name  # who sees it sees the store
            self.token.parent.mkdir(parents=True, exist_ok=True)
            self.token.touch()
            self.client.register_plugin(
                ClusterWorker(self.name, self.client.id, store, self.token, timeout), name=self.name
            )
            self.client.subscribe_topic(self.name, lambda event: told(*event[1]))
            self.room = jobs or sum(self.client.nthreads().values())  # tasks handed out at a time
        except BaseException:
            self.client.close()
            raise
        self.home = WorkerPool(1, told, store.root, timeout)
        self.threads = ThreadPoolExecutor(self.room)
        self.closed = self.silent = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run an order on a worker, or here."""
        [order] = args
        return self.home.submit(fn, order) if order.home else self.threads.submit(self._run, order)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the build's part of each worker: when its tasks are done, or now (`wait=False`)."""
        if self.closed:
            return
        self.home.shutdown(wait, cancel_futures=cancel_futures)
        if wait:
            self.threads.shutdown(cancel_futures=cancel_futures)
        self.closed = True
        # where the scheduler is gone there is nothing to end, and dask says so in many ways
        with suppress(Exception, CancelledError):
            if not self.silent:
                self.client.unsubscribe_topic(self.name)
                self.client.unregister_worker_plugin(self.name)
        self.client.close(timeout=1 if self.silent else REACH)
        self.threads.shutdown(cancel_futures=cancel_futures)
        self.token.unlink(missing_ok=True)

    def _examine(self) -> None:
        """UsageError where no worker could help, or one would not make what this machine makes."""
        try:
            found = self.client.run(about, on_error="return")
        except OSError as error:
            raise UsageError(
                f"--address {self.address}: the scheduler does not answer ({error}); look whether"
                " it runs, and build again"
            ) from error
        if not found:
            raise UsageError(
                f"--address {self.address}: this cluster has no workers; start some with `dask"
                f" worker {self.address} --nthreads 1`"
            )
        for address, theirs in found.items():
            if isinstance(theirs, BaseException):
                raise UsageError(
                    f"worker {address}: reportgen does not run there ({theirs}); install the"
                    " version of this machine there and start the worker again"
                )
            if words := differences(about(), theirs, address):
                raise UsageError(words)

    def _run(self, order: Order) -> Made:
        """Have a worker do it; what that one has not got is sent along the second time, so that no
        product travels to a worker twice.
        """
        products = {artefact.digest: artefact for artefact in order.inputs.values()}
        try:
            answer = self._answer(order, {}, None)
            while isinstance(answer, Lacks):  # once more if another worker took it over
                answer = self._answer(
                    order,
                    {digest: products[digest].read() for digest in answer.digests},
                    answer.address,
                )
        except KilledWorker as error:
            return _failed(
                f"{error.allowed_failures + 1} workers that ran it died (out of memory, or killed),"
                f" the last one {error.last_worker.address}; {AGAIN}"
            )
        except CancelledError:
            return _failed(f"the scheduler at {self.address} is gone; {AGAIN}")
        except (ReportError, OSError) as error:
            return _failed(str(error))
        except (Died, Late):
            raise
        except Exception as error:  # a worker that joined late and cannot read the order, say
            return _failed(f"no worker could begin it ({type(error).__name__}: {error}); {AGAIN}")
        return self._kept(order, answer) if isinstance(answer, Returned) else answer

    def _answer(
        self, order: Order, sent: Mapping[str, Files], where: str | None
    ) -> Made | Returned | Lacks:
        """What a worker makes of an order, `where` if that one still lives."""
        future = self.client.submit(
            run,
            self.name,
            order,
            sent,
            key=f"{order.task}-{uuid4().hex}",
            pure=False,
            workers=where,
            allow_other_workers=where is not None,
        )
        done, alone = Event(), 0.0
        future.add_done_callback(lambda future: done.set())
        while not done.wait(LOOK):
            alone = 0.0 if self._has_workers() else alone + LOOK
            if alone > ALONE:
                raise StageError(f"no worker is left at {self.address}; {AGAIN}")
        return future.result()

    def _has_workers(self) -> bool:
        """Does the scheduler know of a worker; StageError where it has stopped answering."""
        try:
            if not self.silent and (scheduler := self.client.scheduler):
                return bool(self.client.sync(scheduler.ncores, callback_timeout=SILENT))
        except TimeoutError:
            self.silent = True
        raise StageError(f"the scheduler at {self.address} does not answer; {AGAIN}")

    def _kept(self, order: Order, returned: Returned) -> Made:
        """Products that came through the scheduler, in the store."""
        made = returned.made
        if made.message:
            return made
        try:
            with self.store.scratch() as scratch:
                folder = scratch / "products"
                for name, content in returned.files.items():
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (folder / name).write_bytes(content)
                return replace(
                    made, artefact=self.store.keep(folder, order.task, order.key, made.seconds)
                )
        except OSError as error:
            return replace(
                made, message=no_room(error, self.store.folder(order.task)) or str(error)
            )


def _reached(address: str) -> Client:
    """A connection to a scheduler; UsageError where there is none."""
    try:
        return Client(address, timeout=REACH, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--address {address}: no dask scheduler answers there; `dask scheduler` starts one and"
            f" says its address, tcp://HOST:PORT ({error})"
        ) from error


def _failed(message: str) -> Made:
    return Made(None, 0.0, message)
