"""The task graph of a report: what depends on what, what is up to date, and running the rest. Nothing else knows about caching or processes."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from threading import Thread
from typing import Any

from reportgen.build.graph import STAGES, Graph, Outcome, Task, Watch, default_jobs, dry_run, run
from reportgen.build.store import Store
from reportgen.build.worker import processes, queue
from reportgen.project import Project

__all__ = ["STAGES", "Outcome", "Task", "Watch", "build", "default_jobs"]


def build(project: Project, tasks: Sequence[Task], watch: Watch, *, jobs: int, force: Iterable[str] = (), dry: bool = False) -> list[Outcome]:
    """Run what is not up to date, and say what became of every task."""
    store = Store(project.store)
    graph = Graph.of(tasks, store, force)
    if dry:
        return dry_run(graph, watch)
    with store.locked(), _Listener(watch) as listener:
        return run(graph, watch, lambda: listener.executor(jobs), jobs)


class _Listener:
    """Brings what processes tell about their progress to a watch, from the first process on."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.channel: Any = None
        self.thread: Thread | None = None

    def executor(self, jobs: int) -> Executor:
        if self.channel is None:
            self.channel = queue()
            self.thread = Thread(target=self._listen, daemon=True)
            self.thread.start()
        return processes(jobs, self.channel)

    def _listen(self) -> None:
        while (message := self.channel.get()) is not None:
            self.watch.progressed(*message)

    def __enter__(self) -> "_Listener":
        return self

    def __exit__(self, *error: object) -> None:
        if self.channel is not None and self.thread is not None:
            self.channel.put(None)
            self.thread.join()
            self.channel.close()
