"""A build on a real dask cluster: two workers of one thread, each a process of its own as `dask
worker` starts it.
"""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

import fakework
import pytest
import signalwork
from buildwork import Listener, alive, until
from click.testing import CliRunner
from distributed import Client
from killwork import tasks as tiny
from places import ROOT, TESTS
from test_kill import contents

from reportgen.cli import main
from reportgen.errors import UsageError
from reportgen.pipeline import build
from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.cluster_worker import Shelf, about
from reportgen.pipeline.sources import versions
from reportgen.pipeline.task import Outcome, Task
from reportgen.project import Project

ENVIRONMENT = os.environ | {
    "PYTHONPATH": os.pathsep.join([str(TESTS), str(ROOT)]),
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": (
        "1"
    ),  # it allows 3 by default, and each death costs seconds
}


@dataclass
class Cluster:
    """A scheduler and its workers."""

    folder: Path
    address: str
    scheduler: Popen
    workers: list[Popen]

    @classmethod
    def of(cls, folder: Path) -> "Cluster":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"tcp://127.0.0.1:{port}"
        return cls(
            folder,
            address,
            _dask(
                folder, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"
            ),
            [],
        )

    def worker(self, *options: str) -> Popen:
        """One more worker, in a folder of its own, where the store of a build cannot be seen unless
        its path says where it is.
        """
        folder = self.folder / f"worker{len(self.workers)}"
        folder.mkdir()
        self.workers.append(
            _dask(
                folder,
                "worker",
                self.address,
                "--nthreads",
                "1",
                "--no-dashboard",
                "--local-directory",
                str(folder),
                *options,
            )
        )
        return self.workers[-1]

    def build(
        self, root: Path, tasks: list[Task], watch: Listener | None = None, **options
    ) -> dict[str, Outcome]:
        return {
            o.task.name.removeprefix("r/"): o
            for o in build(
                Project(root), tasks, watch or Listener(), address=self.address, **options
            )
        }

    def living(self) -> list[str]:
        """Addresses of the workers that the scheduler knows."""
        with Client(self.address, set_as_default=False) as client:
            return list(client.nthreads())

    def end(self) -> None:
        for process in (
            *self.workers,
            self.scheduler,
        ):  # what a nanny or a worker has started ends with it
            process.kill()
            process.wait()


def _dask(folder: Path, *arguments: str) -> Popen:
    with (folder / "dask.log").open("ab") as log:
        return Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=folder,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def said(log: Path) -> list[str]:
    """What tasks wrote down as they ran."""
    return log.read_text().split() if log.exists() else []


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One worker under a nanny, as dask starts them, and one without."""
    cluster = Cluster.of(tmp_path_factory.mktemp("cluster"))
    cluster.worker()
    cluster.worker("--no-nanny")
    yield cluster
    cluster.end()


@pytest.fixture
def hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project under a path that leads there from this process and its children, and nowhere from
    any other.
    """
    (tmp_path / "project").mkdir()
    monkeypatch.setattr("reportgen.pipeline.worker_pool.HERE", tmp_path)
    monkeypatch.chdir(tmp_path)
    return Path("/proc/self/cwd/project")


def task(word: str, log: Path, work: Callable = fakework.say, **options) -> Task:
    return Task(
        f"r/{word}", options.pop("stage", "figures"), work, dict(word=word, log=str(log)), **options
    )


def states(outcomes: dict[str, Outcome]) -> dict[str, str]:
    return {name: outcome.state for name, outcome in outcomes.items()}


def test_a_worker_dies_in_the_middle(cluster: Cluster, tmp_path: Path) -> None:
    """SIGKILL to one of two workers: its task runs again on the other one, nothing that was
    finished does, and the store is that of a local build, byte for byte.
    """
    (here := tmp_path / "here").mkdir()
    (there := tmp_path / "there").mkdir()
    listed = lambda log: [
        *tiny(log),
        *(task(word, log, fakework.where, needs=("r/train",), weight=5.0) for word in "abcdef"),
    ]
    build(Project(here), listed(here / "log"), Listener(), jobs=1)
    victim, watch, log = cluster.workers[1], Listener(), there / "log"
    with ThreadPoolExecutor(1) as thread:
        building = thread.submit(cluster.build, there, listed(log), watch)
        until(lambda: any(line.endswith(f"@{victim.pid}") for line in said(log)))
        finished = [outcome.task.name.removeprefix("r/") for outcome in watch.ended]
        victim.kill()
        outcomes = building.result()
    assert set(states(outcomes).values()) == {"ran"}
    assert sorted(watch.began) == sorted(f"r/{name}" for name in outcomes), (
        "each task began once, as far as the user is concerned"
    )
    runs = Counter(line.partition("@")[0] for line in said(log))
    [again] = [word for word in "abcdef" if runs[word] == 2]
    assert again not in finished
    assert {word: runs[word] for word in runs if word != again} == dict.fromkeys(
        set(outcomes) - {again, "train", "train-1"}, 1
    )
    assert ("r/train-1", 120, 120) in watch.got
    assert contents(there, ".reportgen") == contents(here, ".reportgen")
    cluster.worker("--no-nanny")
    assert set(states(cluster.build(there, listed(log))).values()) == {"reused"}
    until(lambda: len(cluster.living()) == 2)


def test_workers_that_do_not_see_the_project(
    cluster: Cluster, hidden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Products come back through the scheduler and are stored here; no product travels to a worker
    twice; what writes into the project runs here.
    """
    read: list[str] = []
    real = Artefact.read
    monkeypatch.setattr(
        Artefact, "read", lambda self: read.append(self.folder.parent.name) or real(self)
    )
    log, words = tmp_path / "log", [f"figure{i}" for i in range(8)]
    tasks = [
        task("train", log, stage="train"),
        *(
            task(
                word,
                log,
                fakework.where if i < 2 else fakework.say,
                needs=("r/train",),
                weight=9.0 - i,
            )
            for i, word in enumerate(words)
        ),
        task("pages", log, fakework.where, wants=tuple(f"r/{word}" for word in words), home=True),
    ]
    outcomes = cluster.build(hidden, tasks)
    assert set(states(outcomes).values()) == {"ran"}
    assert read == ["train"], "one worker made it, and the other was sent it"
    lines = [line.partition("@") for line in said(log)]
    assert Counter(word for word, _, _ in lines) == dict.fromkeys(outcomes, 1)
    by = {word: int(pid) for word, _, pid in lines if pid}
    assert by["pages"] == os.getpid()
    assert len({by[word] for word in words[:2]} - {os.getpid()}) == 2
    assert set(states(cluster.build(hidden, tasks)).values()) == {"reused"}
    local = Project(tmp_path / "local")
    build(local, tasks, Listener(), jobs=2)
    assert contents(tmp_path / "local", ".reportgen") == contents(hidden, ".reportgen")
    assert not [path for path in cluster.folder.rglob("reportgen-*")], (
        "workers keep nothing when a build is over"
    )


def test_mistakes_and_late_tasks_fail_alone(cluster: Cluster, tmp_path: Path) -> None:
    """The words are those of a local build; --timeout ends the process that runs a task, and its
    children, on the worker.
    """
    log, pids = tmp_path / "log", tmp_path / "pids"
    endless = Task("r/endless", "figures", fakework.sleeps, dict(log=str(pids)), weight=9.0)
    tasks = [
        endless,
        task("after", log, needs=("r/endless",)),
        task("mistake", log, fakework.mistake),
        task("dies", log, fakework.dies),
        task("well", log),
    ]
    outcomes = cluster.build(tmp_path, tasks, timeout=2.0)
    assert states(outcomes) == dict(
        endless="failed", after="skipped", mistake="failed", dies="failed", well="ran"
    )
    assert (
        outcomes["endless"].why
        == "it took longer than --timeout allows, and its process was ended; nothing was stored:"
        " allow more and build again"
    )
    assert outcomes["mistake"].why == "the loss became nan at step 3 (seed 1, training.lr 9.0)"
    assert (
        outcomes["dies"].why
        == "its process died twice (out of memory, or killed); nothing was stored: build again"
    )
    until(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()))


def test_a_task_that_kills_its_workers(cluster: Cluster, tmp_path: Path) -> None:
    """After as many deaths as the scheduler allows the task has failed; the others are finished by
    the worker that its nanny starts again.
    """
    log = tmp_path / "log"
    outcomes = cluster.build(
        tmp_path,
        [task("kills", log, fakework.kills, weight=9.0), *(task(word, log) for word in "ab")],
        jobs=1,
    )
    assert states(outcomes) == dict(kills="failed", a="ran", b="ran")
    assert outcomes["kills"].why.startswith(
        "2 workers that ran it died (out of memory, or killed), the last one tcp://127.0.0.1:"
    )
    assert outcomes["kills"].why.endswith(
        "; what is finished is stored: build again, and it goes on from there"
    )
    assert sorted(said(log)) == ["a", "b", "kills", "kills"]


def test_machines_that_differ(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that would make something else is an error before anything runs, and says what
    differs.
    """
    real = about()
    monkeypatch.setattr("platform.python_version_tuple", lambda: ("3", "99", "0"))
    monkeypatch.setattr(
        "reportgen.pipeline.cluster_worker.versions",
        lambda *names: versions(*names) | {"version torch": "9.9"},
    )
    with pytest.raises(UsageError) as told:
        cluster.build(tmp_path, [task("a", tmp_path / "log")])
    assert re.fullmatch(
        r"worker tcp://127\.0\.0\.1:\d+: python is 3\.\d+ there and 3\.99 here, torch is"
        rf" {re.escape(real['torch'])} there and 9\.9 here; "
        "install the same there and start it again, or leave out --scheduler dask",
        str(told.value),
    )
    assert not (tmp_path / "log").exists()


def test_a_build_that_is_killed_leaves_nothing_on_the_cluster(
    cluster: Cluster, tmp_path: Path
) -> None:
    """SIGKILL to the build: what its tasks have started on a worker ends, and the worker is free
    for the next build.
    """
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    arguments = "build --rule plus_last_even --scheduler dask --address".split()
    command = [sys.executable, signalwork.__file__, str(tmp_path), "a=sleeps", "--", *arguments]
    log = tmp_path / "a.log"
    with Popen([*command, cluster.address], env=ENVIRONMENT, stderr=subprocess.DEVNULL) as begun:
        until(lambda: log.exists() and log.read_text() != "")
        begun.kill()
    until(lambda: not any(alive(int(pid)) for pid in log.read_text().split()))
    assert states(cluster.build(tmp_path, [task("b", tmp_path / "log")])) == dict(b="ran")


def test_a_cluster_without_workers_and_one_that_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker is an error at once; a scheduler that dies in the middle fails what is not
    finished, and the build ends with its own words alone.
    """
    cluster, log = Cluster.of(tmp_path), tmp_path / "log"
    try:
        with pytest.raises(UsageError) as told:
            cluster.build(tmp_path, [task("a", log)])
        assert (
            str(told.value)
            == f"--address {cluster.address}: this cluster has no workers; start some with `dask"
            f" worker {cluster.address} --nthreads 1`"
        )
        cluster.worker("--no-nanny")
        until(lambda: len(cluster.living()) == 1)
        monkeypatch.setattr("reportgen.pipeline.cluster.REACH", 2)
        with ThreadPoolExecutor(1) as thread:
            building = thread.submit(
                cluster.build,
                tmp_path,
                [
                    task("a", log),
                    task("b", log, fakework.patient, needs=("r/a",)),
                    task("c", log, needs=("r/a",)),
                ],
            )
            until(lambda: said(log)[-1:] not in ([], ["a"]))
            cluster.scheduler.kill()
            outcomes = building.result()
    finally:
        cluster.end()
    assert states(outcomes) == dict(a="ran", b="failed", c="failed")
    assert not logging.getLogger("distributed.client").isEnabledFor(logging.ERROR)
    assert (
        outcomes["b"].why
        == f"the scheduler at {cluster.address} is gone; what is finished is stored: build again,"
        " and it goes on from there"
    )


def test_a_scheduler_that_is_there_and_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped, not dead: its connections stay, and a build that only waited for an end of them
    would wait for ever.
    """
    cluster, log = Cluster.of(tmp_path), tmp_path / "log"
    monkeypatch.setattr("reportgen.pipeline.cluster.LOOK", 0.2)
    monkeypatch.setattr("reportgen.pipeline.cluster.SILENT", 1.0)
    try:
        cluster.worker("--no-nanny")
        until(lambda: len(cluster.living()) == 1)
        with ThreadPoolExecutor(1) as thread:
            building = thread.submit(
                cluster.build,
                tmp_path,
                [task("a", log, fakework.patient), task("b", log, fakework.patient)],
            )
            until(lambda: said(log) != [])
            cluster.scheduler.send_signal(signal.SIGSTOP)
            try:
                outcomes = building.result(30)
            finally:
                cluster.scheduler.kill()
    finally:
        cluster.end()
    assert states(outcomes) == dict(a="failed", b="failed")
    assert (
        outcomes["a"].why
        == f"the scheduler at {cluster.address} does not answer; what is finished is stored: build "
        "again, and it goes on from there"
    )


def invoke(root: Path, *arguments: str) -> tuple[int, str]:
    (root / "mkdocs.yml").write_text("site_name: test\n")
    result = CliRunner().invoke(
        main, ["--project", str(root), "build", "--rule", "plus_last_even", *arguments]
    )
    return result.exit_code, result.stderr


def test_no_cluster_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, what was asked for and how to go on; nothing is loaded that nobody asked for."""
    together = (
        "--scheduler dask and --address tcp://HOST:PORT go together: the address is the one that"
        " `dask scheduler` says\n"
    )
    assert invoke(tmp_path, "--scheduler", "dask") == (2, together)
    assert invoke(tmp_path, "--address", "tcp://127.0.0.1:1") == (2, together)
    monkeypatch.setattr(
        "reportgen.pipeline.tasks.plan",
        lambda project, names, **options: [task("a", tmp_path / "log")],
    )
    monkeypatch.setattr("reportgen.pipeline.cluster.REACH", 0.5)
    for address in ("tcp://127.0.0.1:1", "nonsense://here"):
        code, message = invoke(tmp_path, "--scheduler", "dask", "--address", address)
        assert code == 2
        assert message.startswith(
            f"--address {address}: no dask scheduler answers there; `dask scheduler` starts one and"
            " says its address, tcp://HOST:PORT ("
        )
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "reportgen.pipeline.cluster")
    words = (
        "--scheduler dask needs distributed, which is not installed: pip install"
        " 'reportgen[cluster]', or leave out --scheduler dask\n"
    )
    assert invoke(tmp_path, "--scheduler", "dask", "--address", "tcp://127.0.0.1:1") == (2, words)


def test_a_shelf_has_an_end(tmp_path: Path) -> None:
    """Beyond its bound a shelf forgets what was not read for longest, and never what a task reads
    now.
    """
    shelf = Shelf(tmp_path, most=25)
    made = {word: Artefact(tmp_path, {word: word}, 0.0) for word in "abcd"}
    send = lambda *words: {made[word].digest: {word: bytes(10)} for word in words}
    held = lambda: "".join(word for word in made if (tmp_path / made[word].digest).exists())
    with shelf.reading({"a": made["a"], "x": made["b"]}, {}) as (here, lacking):
        assert (here, lacking) == ({}, {made["a"].digest, made["b"].digest})
    with shelf.reading({"a": made["a"]}, send("a")) as (here, lacking):
        assert (here["a"].read(), lacking) == ({"a": bytes(10)}, frozenset())
        with shelf.reading({word: made[word] for word in "bc"}, send("b", "c")) as (here, lacking):
            assert held() == "abc"
    with shelf.reading({"a": made["a"]}, {}), shelf.reading({"d": made["d"]}, send("d")):
        assert held() == "ad"
