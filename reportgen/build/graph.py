"""A thin task graph: what depends on what, what is up to date, and running the rest in processes, longest first."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any, Protocol

from reportgen.build.store import Artefact, Store, key_of
from reportgen.build.worker import Job, Made, perform

STAGES = ("train", "facts", "figures", "films", "pages", "site")


@dataclass(frozen=True)
class Task:
    """One step of a build: a function that writes products into a folder, and everything they depend on."""

    name: str  # REPORT/WHAT: unique, and a folder of the store
    stage: str
    work: Callable[[Job], None]  # at the top of a module, so that another process can find it
    arguments: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] | Callable[[], Mapping[str, str]] = field(default_factory=dict)  # name -> value or digest, beside the
    # products of other tasks; a function where they are known only once these are there
    needs: tuple[str, ...] = ()  # tasks without whose products it cannot run
    wants: tuple[str, ...] = ()  # tasks whose products it takes if they are there
    weight: float = 1.0  # seconds it is thought to take when no earlier build tells
    optional: bool = False  # take what is stored, but do not run it
    valid: Callable[[Artefact], bool] = lambda artefact: True  # are the files it put outside the store still as they were


@dataclass(frozen=True)
class Outcome:
    """What became of a task."""

    task: Task
    state: str  # "ran", "reused", "failed", "skipped", or "would run" in a dry run
    why: str = ""
    seconds: float = 0.0
    artefact: Artefact | None = None
    details: str = ""  # the traceback of a failure


class Watch(Protocol):
    """Who is told about a build while it runs."""

    def started(self, task: Task) -> None:
        """A task begins."""

    def progressed(self, task: str, done: int, total: int) -> None:
        """A running task got so far."""

    def finished(self, outcome: Outcome) -> None:
        """A task ended, was reused, failed or was skipped."""


@dataclass
class Graph:
    """Tasks by name, and what became of them so far."""

    tasks: dict[str, Task]
    store: Store
    forced: frozenset[str] = frozenset()  # stages that run even if they are up to date
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    read: dict[str, dict[str, str]] = field(default_factory=dict)  # inputs of ready tasks, read once

    @classmethod
    def of(cls, tasks: Iterable[Task], store: Store, forced: Iterable[str] = ()) -> "Graph":
        """A graph of tasks in any order."""
        return cls({task.name: task for task in tasks}, store, frozenset(forced))

    def inputs(self, task: Task) -> dict[str, str]:
        """All inputs of a task whose predecessors are settled: its own and the digests of their products."""
        if task.name not in self.read:
            own = task.inputs() if callable(task.inputs) else task.inputs
            found = {name: self.outcomes[name].artefact for name in (*task.needs, *task.wants)}
            self.read[task.name] = dict(own) | {f"result of {name}": artefact.digest if artefact else "missing" for name, artefact in found.items()}
        return self.read[task.name]

    def ready(self) -> list[Task]:
        """Tasks that are not settled and whose predecessors are, longest first."""
        settled = self.outcomes.keys()
        open_ = [t for t in self.tasks.values() if t.name not in settled and {*t.needs, *t.wants} <= settled]
        return sorted(open_, key=lambda t: (-float(self.store.record(t.name).get("seconds", t.weight)), t.name))

    def settle(self, task: Task) -> Outcome | None:
        """What becomes of a ready task without running it; None if it has to run."""
        if missing := [name for name in task.needs if self.outcomes[name].artefact is None]:
            return Outcome(task, "skipped", f"it needs {missing[0]}, which {'was not built yet' if self.outcomes[missing[0]].state == 'skipped' else self.outcomes[missing[0]].state}")
        key = key_of(self.inputs(task))
        artefact = None if task.stage in self.forced and not task.optional else self.store.find(task.name, key)
        if artefact is not None and task.valid(artefact):
            self.store.remember(task.name, key, self.inputs(task), artefact)
            return Outcome(task, "reused", "up to date", artefact=artefact)
        if task.optional:
            return Outcome(task, "skipped", "not asked for")
        return None

    def reason(self, task: Task) -> str:
        """Why a task runs, from what its last build was made of."""
        if task.stage in self.forced:
            return f"forced (--force {task.stage})"
        record = self.store.record(task.name)
        if not record:
            return "never built"
        old, new = record.get("inputs", {}), self.inputs(task)
        changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        if not changed:
            return "its products are missing or damaged"
        said = [f"{name} {'is new' if name not in old else 'is gone' if name not in new else 'changed'}" for name in changed]
        return "because " + ", ".join(said[:4]) + (f" and {len(said) - 4} more" if len(said) > 4 else "")


def dry_run(graph: Graph, watch: Watch) -> list[Outcome]:
    """What a build would do, without doing it."""
    while ready := graph.ready():
        for task in ready:
            running = [name for name in (*task.needs, *task.wants) if graph.outcomes[name].state == "would run"]
            if running and not task.optional:
                outcome = Outcome(task, "would run", f"because {running[0]} runs" + (f", and {len(running) - 1} more" if running[1:] else ""))
            else:
                outcome = graph.settle(task) or Outcome(task, "would run", graph.reason(task))
            graph.outcomes[task.name] = outcome
            watch.finished(outcome)
    return list(graph.outcomes.values())


def run(graph: Graph, watch: Watch, executor: Callable[[], Executor], jobs: int) -> list[Outcome]:
    """Settle every task; a failure stops only what needs its products.

    At most `jobs` tasks are handed out at a time. If a process dies, the tasks that were running then go again one by one, and the
    one that kills its process twice has failed.
    """
    pool: Executor | None = None
    running: dict[Future[Made], tuple[Task, str]] = {}
    suspects: list[str] = []
    try:
        while True:
            for task in graph.ready():
                if task.name in {t.name for t, _ in running.values()}:
                    continue
                if (outcome := graph.settle(task)) is not None:
                    _close(graph, watch, outcome)
                    break  # what this settles may be longer than what else is ready
                if len(running) < (1 if suspects else jobs):
                    why = graph.reason(task)
                    pool = pool or executor()
                    watch.started(task)
                    running[pool.submit(perform, *_handed(graph, task))] = task, why
            else:
                if not running:
                    return [graph.outcomes[name] for name in graph.tasks]
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                broken = _collect(graph, watch, running, done, suspects)
                if broken and pool is not None:
                    pool.shutdown(wait=False)
                    pool = None
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _handed(graph: Graph, task: Task) -> Sequence[Any]:
    found = {name: graph.outcomes[name].artefact for name in (*task.needs, *task.wants)}
    return task.work, task.name, key_of(graph.inputs(task)), dict(task.arguments), {name: a.folder for name, a in found.items() if a}, graph.store


def _collect(graph: Graph, watch: Watch, running: dict[Future[Made], tuple[Task, str]], done: Iterable[Future[Made]], suspects: list[str]) -> bool:
    """Settle what has ended; say whether the processes died."""
    dead: list[tuple[Task, str]] = []
    for future in done:
        task, why = running.pop(future)
        try:
            made = future.result()
        except BrokenProcessPool:
            dead.append((task, why))
            continue
        if task.name in suspects:
            suspects.remove(task.name)
        if made.artefact is None:
            _close(graph, watch, Outcome(task, "failed", made.message, made.seconds, None, made.details))
        else:
            graph.store.remember(task.name, made.artefact.folder.name, graph.inputs(task), made.artefact)
            _close(graph, watch, Outcome(task, "ran", why, made.seconds, made.artefact))
    if dead:
        dead += running.values()
        running.clear()
        for task, _ in dead:
            if task.name in suspects:
                suspects.remove(task.name)
                _close(graph, watch, Outcome(task, "failed", "its process died twice (out of memory, or killed); nothing was stored: build again"))
            else:
                suspects.append(task.name)
    return bool(dead)


def _close(graph: Graph, watch: Watch, outcome: Outcome) -> None:
    graph.outcomes[outcome.task.name] = outcome
    watch.finished(outcome)


def default_jobs() -> int:
    """Two processes, or one where there is only one core."""
    return min(2, os.cpu_count() or 1)
