"""A thin task graph: what depends on what, what is up to date, what is urgent, and why a task
runs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter

from reportgen.errors import ReportError
from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.reasons import MISSING, because, changes
from reportgen.pipeline.store import Store, key_of
from reportgen.pipeline.task import Outcome, Task


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
    def after(self) -> dict[str, list[str]]:
        """The tasks that come after each."""
        found: dict[str, list[str]] = {name: [] for name in self.tasks}
        for task in self.tasks.values():
            for before in {*task.needs, *task.wants}:
                found[before].append(task.name)
        return found

    @cached_property
    def urgency(self) -> dict[str, tuple[float | str, ...]]:
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
        after = self.after
        order = TopologicalSorter(after).static_order()
        way: dict[str, float] = {}
        for name in order:  # what waits for a task comes before it
            way[name] = seconds[name] + max((way[later] for later in after[name]), default=0.0)
        owner = {name: name.partition("/")[0] for name in self.tasks}
        whole = defaultdict[str, float](float)
        for name, report in owner.items():
            whole[report] += seconds[name]
        first: Callable[[Task], tuple[float | str, ...]] = lambda task: (
            (0,) if task.stage == "train" else (1, -whole[owner[task.name]], owner[task.name])
        )
        return {t.name: (*first(t), -way[t.name], t.name) for t in self.tasks.values()}

    def settle(self, task: Task) -> Outcome | None:
        """What becomes of a ready task without running it; None if it has to run."""
        if missing := [name for name in task.needs if self.outcomes[name].artefact is None]:
            if task.optional:
                return Outcome(task, "skipped", "not asked for")
            return Outcome(task, "skipped", f"it needs {missing[0]}, {self.became(missing[0])}")
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

    def became(self, name: str) -> str:
        """What became of a task that made nothing: that it failed, which other one failed that it
        needs, or that nobody asked for it.
        """
        outcome = self.outcomes[name]
        if outcome.state != "skipped":
            return f"which {outcome.state}"
        missing = [need for need in outcome.task.needs if self.outcomes[need].artefact is None]
        if outcome.task.optional or not missing:
            return "which was not built yet"
        return f"which needs {missing[0]}, {self.became(missing[0])}"

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
