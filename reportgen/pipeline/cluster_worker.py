"""What a worker of a dask cluster does for a build: it runs tasks in processes of its own, and
keeps what they read.
"""

import platform
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from distributed import Worker, WorkerPlugin, get_worker
from tornado.ioloop import PeriodicCallback

from reportgen.errors import StageError
from reportgen.files import digest_of
from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.sources import versions
from reportgen.pipeline.store import Store
from reportgen.pipeline.worker import Made, Order, perform
from reportgen.pipeline.worker_pool import WorkerPool
from reportgen.project import PACKAGE

Files = Mapping[str, bytes]  # the products of a task, by name
LIBRARIES = (
    "torch",
    "numpy",
    "scipy",
    "matplotlib",
    "pillow",
    "regex",
    "safetensors",
    "imageio",
    "imageio-ffmpeg",
    "font-roboto",
)
MOST = 1 << 30  # bytes of products that a worker keeps for the tasks to come
LOOK = 3.0  # seconds between two looks at whether the build is still there
JOINED, LEFT = (
    "add-client",
    "remove-client",
)  # what a scheduler notes of whoever has it do something
SELDOM = 0.2  # seconds between two words of how far a task got


@dataclass(frozen=True)
class Returned:
    """What a worker made that cannot reach the project's store."""

    made: Made
    files: Files


@dataclass(frozen=True)
class Lacks:
    """A worker has not got these products, by digest, and nobody sent them along."""

    address: str
    digests: frozenset[str]


def about() -> dict[str, str]:
    """What has to be the same on all machines of a build: Python, the libraries that shape
    products, and our own source.
    """
    own = digest_of(b"".join(path.read_bytes() for path in sorted(PACKAGE.rglob("*.py"))))[:12]
    return {"python": ".".join(platform.python_version_tuple()[:2]), "reportgen": own} | {
        name.removeprefix("version "): found for name, found in versions(*LIBRARIES).items()
    }


@dataclass
class Shelf:
    """Products by digest in a folder; beyond `most` bytes those that were not read for longest go,
    unless a task reads them now.
    """

    folder: Path
    most: int = MOST
    sizes: dict[str, int] = field(
        default_factory=dict
    )  # digest -> bytes; the one read last stands last
    readers: dict[str, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @contextmanager
    def reading(
        self, wanted: Mapping[str, Artefact], sent: Mapping[str, Files]
    ) -> Iterator[tuple[dict[str, Artefact], frozenset[str]]]:
        """The same artefacts in this folder, kept while the block runs, and the digests of those
        that are not here.
        """
        digests = {artefact.digest for artefact in wanted.values()}
        with self.lock:
            for digest in digests & sent.keys() - self.sizes.keys():
                self._write(digest, sent[digest])
            here = digests & self.sizes.keys()
            for digest in here:
                self.sizes[digest] = self.sizes.pop(digest)
                self.readers[digest] = self.readers.get(digest, 0) + 1
            self._tidy()
        try:
            yield (
                {
                    task: replace(a, folder=self.folder / a.digest)
                    for task, a in wanted.items()
                    if a.digest in here
                },
                frozenset(digests - here),
            )
        finally:
            with self.lock:
                for digest in here:
                    self.readers[digest] -= 1

    def take(self, artefact: Artefact) -> Files:
        """Put what was made here on the shelf, for the tasks that read it; its files."""
        files = artefact.read()
        with self.lock:
            if artefact.digest not in self.sizes:
                self._write(artefact.digest, files)
            self._tidy()
        shutil.rmtree(artefact.folder)
        return files

    def _write(self, digest: str, files: Files) -> None:
        for name, content in files.items():
            path = self.folder / digest / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.sizes[digest] = sum(map(len, files.values()))

    def _tidy(self) -> None:
        for digest in [digest for digest in self.sizes if not self.readers.get(digest)]:
            if sum(self.sizes.values()) <= self.most:
                return
            del self.sizes[digest]
            shutil.rmtree(self.folder / digest, ignore_errors=True)


class ClusterWorker(WorkerPlugin):
    """One build's own part of a worker, from its first task to the end of the build; a worker that
    joins late gets one too.
    """

    def __init__(
        self, name: str, client: str, store: Store, token: Path, timeout: float | None
    ) -> None:
        self.name, self.client = name, client
        self.store, self.token, self.timeout = store, token, timeout
        self.expected = about()

    def setup(self, worker: Worker) -> None:
        """Begin: does this worker see the project's store?"""
        self.worker, self.told_at = worker, dict[str, float]()
        self.differs = differences(self.expected, about(), worker.address)
        self.shared = self.token.is_file()
        self.folder = Path(worker.local_directory) / self.name
        self.shelf = Shelf(self.folder / "inputs")
        own = self.store.root if self.shared else self.folder
        self.pool = WorkerPool(worker.state.nthreads, self.tell, own, self.timeout)

        self.looking, self.missed = PeriodicCallback(self._look, LOOK * 1000), False
        self.looking.start()

    async def _look(self) -> None:
        """Where the build is gone twice in a row, take back its part of every worker: nobody else
        will.
        """
        with suppress(OSError, ValueError):  # no scheduler, or another worker was faster
            told = await self.worker.scheduler.events(topic=self.client)
            known = [event["action"] for _, event in told if event["action"] in (JOINED, LEFT)]
            gone = known[-1:] == [LEFT]
            if gone and self.missed:
                await self.worker.scheduler.unregister_worker_plugin(name=self.name)
            self.missed = gone

    def teardown(self, worker: Worker) -> None:
        """End the processes and forget what was kept."""
        self.looking.stop()
        self.pool.shutdown(wait=False, cancel_futures=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def tell(self, task: str, done: int, total: int) -> None:
        """Pass on how far a task got, not too often."""
        now = time.monotonic()
        if done == total or now - self.told_at.get(task, 0.0) > SELDOM:
            self.told_at[task] = now
            self.worker.log_event(self.name, (task, done, total))

    def run(self, order: Order, sent: Mapping[str, Files]) -> Made | Returned | Lacks:
        """Run a task; Died, Late as a worker pool says, StageError where this worker is not what
        the build needs.
        """
        if self.differs:
            raise StageError(self.differs)
        if self.shared:
            return self.pool.submit(perform, order).result()
        with self.shelf.reading(order.inputs, sent) as (inputs, lacking):
            if lacking:
                return Lacks(self.worker.address, lacking)
            made: Made = self.pool.submit(
                perform, replace(order, inputs=inputs, store=Store(self.folder / "store"))
            ).result()
        return Returned(
            replace(made, artefact=None), self.shelf.take(made.artefact) if made.artefact else {}
        )


def run(name: str, order: Order, sent: Mapping[str, Files]) -> Made | Returned | Lacks:
    """Run a task on the worker that this is called on."""
    own = get_worker().plugins.get(name)
    if not isinstance(own, ClusterWorker):
        raise StageError(
            f"{get_worker().address}: this worker could not begin to help; its own log says why"
        )
    return own.run(order, sent)


def differences(ours: Mapping[str, str], theirs: Mapping[str, str], address: str) -> str:
    """What a worker has that differs from the build's own, and how to go on; nothing where all is
    the same.
    """
    found = [
        f"{name} is {theirs.get(name, 'not installed')} there and {value} here"
        for name, value in ours.items()
        if theirs.get(name) != value
    ]
    if not found:
        return ""
    return (
        f"worker {address}: {', '.join(found)}; install the same there and start it again, or leave"
        " out --scheduler dask"
    )
