"""A thin task graph: what depends on what, what is up to date, and running the rest in processes,
the most urgent first.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

from reportgen.errors import ReportError
from reportgen.pipeline.reasons import MISSING, because, changes
from reportgen.pipeline.store import Artefact, Store, key_of
from reportgen.pipeline.task import STAGES, Outcome, Task, Watch
from reportgen.pipeline.worker import Died, Late, Made, Order, perform

__all__ = ["STAGES", "Graph", "Outcome", "Task", "Watch", "default_jobs", "dry_run", "run"]


@dataclass
class Graph:
    """Tasks by name, and what became of them so far."""

    tasks: dict[str, Task]
    store: Store
    forced: frozenset[str] = frozenset()  # stages that run even if they are up to date
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    read: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # inputs of ready tasks, read once
    damage: dict[str, str] = field(
        default_factory=dict
    )  # tasks whose stored products are not what was stored, and why
    # tasks whose files outside the store are not what they put there, and what is wrong with them
    stray: dict[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""  # of the store as a whole, told with the first task

    @classmethod
    def of(cls, tasks: Iterable[Task], store: Store, forced: Iterable[str] = ()) -> "Graph":
        """A graph of tasks in any order; ValueError where two have one name, and so one place."""
        named: dict[str, Task] = {}
        for task in tasks:
            if named.setdefault(task.name, task) is not task:
                raise ValueError(f"two tasks are called {task.name}")
        return cls(named, store, frozenset(forced))

    def inputs(self, task: Task) -> dict[str, str]:
        """All inputs of a task whose predecessors are settled: its own and the digests of their
        products.
        """
        if task.name not in self.read:
            own = task.inputs() if callable(task.inputs) else task.inputs
            found = {name: self.outcomes[name].artefact for name in (*task.needs, *task.wants)}
            self.read[task.name] = dict(own) | {
                f"result of {name}": artefact.digest if artefact else MISSING
                for name, artefact in found.items()
            }
        return self.read[task.name]

    def ready(self) -> list[Task]:
        """Tasks that are not settled and whose predecessors are, the most urgent first."""
        settled = self.outcomes.keys()
        open_ = [
            t
            for t in self.tasks.values()
            if t.name not in settled and {*t.needs, *t.wants} <= settled
        ]
        return sorted(open_, key=lambda t: self.urgency[t.name])

    @cached_property
    def urgency(self) -> dict[str, tuple[Any, ...]]:
        """What goes before what, the smallest first.

        Trainings go first, each by the longest way that still lies behind it, so that none begins
        when all else is done. Then one report after the other, the one with the most work first, so
        that a process keeps what it has traced of it; in a report again the longest way first.
        """
        records = {t.name: self.store.record(t.name) for t in self.tasks.values()}
        seconds = {
            t.name: found["seconds"] if (found := records[t.name]) else t.weight
            for t in self.tasks.values()
        }
        after: dict[str, list[str]] = {name: [] for name in self.tasks}
        for task in self.tasks.values():
            for before in {*task.needs, *task.wants}:
                after[before].append(task.name)
        order = TopologicalSorter({name: after[name] for name in self.tasks}).static_order()
        way: dict[str, float] = {}
        for name in order:  # what waits for a task comes before it
            way[name] = seconds[name] + max((way[later] for later in after[name]), default=0.0)
        owner = {name: name.partition("/")[0] for name in self.tasks}
        whole = defaultdict[str, float](float)
        for name, report in owner.items():
            whole[report] += seconds[name]
        first = lambda task: (
            (0,) if task.stage == "train" else (1, -whole[owner[task.name]], owner[task.name])
        )
        return {t.name: (*first(t), -way[t.name], t.name) for t in self.tasks.values()}

    def settle(self, task: Task) -> Outcome | None:
        """What becomes of a ready task without running it; None if it has to run."""
        if missing := [name for name in task.needs if self.outcomes[name].artefact is None]:
            if task.optional:
                return Outcome(task, "skipped", "not asked for")
            state = self.outcomes[missing[0]].state
            came = "was not built yet" if state == "skipped" else state
            return Outcome(task, "skipped", f"it needs {missing[0]}, which {came}")
        try:
            key = key_of(self.inputs(task))
        except ReportError as error:
            return Outcome(task, "failed", str(error))
        artefact, damage = self.store.examine(task.name, key)
        if damage:
            self.damage[task.name] = f"{damage}; it is not used"
        if artefact is not None and (task.stage not in self.forced or task.optional):
            if not (wrong := task.valid(artefact)):
                return Outcome(
                    task,
                    "reused",
                    "up to date",
                    artefact=artefact,
                    remarks=self.remember(task, artefact),
                )
            before = self.store.record(task.name)
            ours = before is not None and before["key"] == key
            self.stray[task.name] = tuple(wrong) if ours else ()
        if task.optional:
            return Outcome(task, "skipped", "not asked for", remarks=self.remarks(task))
        return None

    def remarks(self, task: Task) -> tuple[str, ...]:
        """What was found wrong with what a task made, in the store and out of it."""
        stored = self.damage.get(task.name, "")
        placed = self.stray.get(task.name, ())
        more = f" (and {len(placed) - 1} more)" if placed[1:] else ""
        outside = f"{placed[0]}{more}; it is made again" if placed else ""
        return tuple(filter(None, (stored, outside)))

    def remember(self, task: Task, artefact: Artefact) -> tuple[str, ...]:
        """Keep what a product was made from; it is as good where that fails, but the user is
        told.
        """
        try:
            wrong = self.store.remember(
                task.name, artefact.folder.name, self.inputs(task), artefact
            )
            return (f"{wrong}; it is written again",) if wrong else ()
        except OSError as error:
            return (
                (
                    f"{self.store.folder(task.name)}: what it was made from cannot be written down "
                    f"({error.strerror}); the next build may not say why it runs"
                ),
            )

    def reason(self, task: Task) -> str:
        """Why a task runs, from what its last build was made of."""
        if task.stage in self.forced:
            return f"forced (--force {task.stage})"
        if task.name in self.damage:
            return "because its stored products are damaged"
        record = self.store.record(task.name)
        if not record:
            return "never built"
        if said := changes(record["inputs"], self.inputs(task), task.places):
            return because(said)
        return (
            "because what it wrote into the project was changed or removed"
            if task.name in self.stray
            else "because its stored products are gone"
        )

    def foreseen(self, task: Task, running: Sequence[str]) -> str:
        """Why a task would run whose predecessors run: its own changes as far as they can be known,
        then these.
        """
        own, record = {} if callable(task.inputs) else task.inputs, self.store.record(task.name)
        old = {
            name: value
            for name, value in (record["inputs"] if record else {}).items()
            if name in own or not (callable(task.inputs) or name.startswith("result of "))
        }
        return because(
            [
                *(changes(old, own, task.places) if record else []),
                f"{running[0]} runs" + (f", and {len(running) - 1} more" if running[1:] else ""),
            ]
        )


def dry_run(graph: Graph, watch: Watch) -> list[Outcome]:
    """What a build would do, without doing it."""
    while ready := graph.ready():
        for task in ready:
            running = [
                name
                for name in (*task.needs, *task.wants)
                if graph.outcomes[name].state == "would run"
            ]
            if running and not task.optional:
                outcome = Outcome(task, "would run", graph.foreseen(task, running))
            else:
                outcome = graph.settle(task) or Outcome(
                    task, "would run", graph.reason(task), remarks=graph.remarks(task)
                )
            _close(graph, watch, outcome)
    return list(graph.outcomes.values())


def run(graph: Graph, watch: Watch, executor: Callable[[], Executor], jobs: int) -> list[Outcome]:
    """Settle every task; a failure stops only what needs its products.

    At most `jobs` tasks are handed out at a time. If a process dies, its task goes once more; the
    one that kills its process twice has failed. An interrupted build ends its processes at once.
    """
    pool: Executor | None = None
    running: dict[Future[Made], tuple[Task, str]] = {}
    suspects: set[str] = set()
    done_well = False
    try:
        while True:
            for task in graph.ready():
                if task.name in {t.name for t, _ in running.values()}:
                    continue
                if (outcome := graph.settle(task)) is not None:
                    _close(graph, watch, outcome)
                    break  # what this settles may be longer than what else is ready
                if len(running) < jobs:
                    why = graph.reason(task)
                    pool = pool or executor()
                    watch.started(task)
                    running[pool.submit(perform, _order(graph, task))] = task, why
            else:
                if not running:
                    done_well = True
                    return [graph.outcomes[name] for name in graph.tasks]
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    if (
                        ended := _collect(graph, future, *running.pop(future), suspects)
                    ) is not None:
                        _close(graph, watch, ended)
    finally:
        if pool is not None:
            pool.shutdown(wait=done_well, cancel_futures=True)


def _order(graph: Graph, task: Task) -> Order:
    found = {name: graph.outcomes[name].artefact for name in (*task.needs, *task.wants)}
    inputs = {name: artefact for name, artefact in found.items() if artefact}
    return Order(
        task.work,
        task.name,
        key_of(graph.inputs(task)),
        dict(task.arguments),
        inputs,
        graph.store,
        task.stage in graph.forced or task.name in graph.stray,
        task.home,
    )


def _collect(
    graph: Graph, future: Future[Made], task: Task, why: str, suspects: set[str]
) -> Outcome | None:
    """What became of a task that has ended; None if its process died for the first time."""
    goes_on = (
        "the training goes on where it was saved"
        if graph.store.partial(task.name, key_of(graph.inputs(task))).exists()
        else "nothing was stored"
    )
    try:
        made = future.result()
    except Late:
        return Outcome(
            task,
            "failed",
            f"it took longer than --timeout allows, and its process was ended; {goes_on}: allow"
            " more and build again",
            remarks=graph.remarks(task),
        )
    except Died:
        if task.name not in suspects:
            suspects.add(task.name)
            return None
        return Outcome(
            task,
            "failed",
            f"its process died twice (out of memory, or killed); {goes_on}: build again",
            remarks=graph.remarks(task),
        )
    except Exception as error:  # its process could not read what it was to do
        words = str(error) if isinstance(error, ReportError) else f"{type(error).__name__}: {error}"
        return Outcome(
            task, "failed", f"it could not be begun: {words}", remarks=graph.remarks(task)
        )
    remarks = (*graph.remarks(task), *made.remarks)
    if made.artefact is None:
        return Outcome(task, "failed", made.message, made.seconds, None, made.details, remarks)
    return Outcome(
        task,
        "ran",
        why,
        made.seconds,
        made.artefact,
        remarks=(*remarks, *graph.remember(task, made.artefact)),
    )


def _close(graph: Graph, watch: Watch, outcome: Outcome) -> None:
    if graph.note:
        outcome = replace(outcome, remarks=(graph.note, *outcome.remarks))
        graph.note = ""
    graph.outcomes[outcome.task.name] = outcome
    watch.finished(outcome)


def default_jobs() -> int:
    """Two processes, or one where there is only one core."""
    return min(2, os.cpu_count() or 1)
