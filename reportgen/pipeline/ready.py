"""Which task of a graph comes next, found without a look at all the others."""

from collections import deque
from heapq import heappop, heappush

from reportgen.pipeline.graph import Graph
from reportgen.pipeline.task import Task


class Ready:
    """Tasks whose predecessors are settled: those of which it is not known yet whether they have to
    run, and those that wait for a process, the most urgent first. How urgent they are is asked only
    if one has to run.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._before = {t.name: len({*t.needs, *t.wants}) for t in graph.tasks.values()}
        self._unknown = deque(name for name, left in self._before.items() if not left)
        self._waiting = list[tuple[tuple[float | str, ...], str]]()  # how urgent, and which

    def unknown(self) -> Task | None:
        """The next task to be settled, if one is."""
        return self._graph.tasks[self._unknown.popleft()] if self._unknown else None

    def to_run(self) -> Task | None:
        """The next task to run, if one waits."""
        return self._graph.tasks[heappop(self._waiting)[1]] if self._waiting else None

    def wait(self, task: Task) -> None:
        """A task has to run."""
        heappush(self._waiting, (self._graph.urgency[task.name], task.name))

    def settled(self, task: Task) -> None:
        """A task is done with: those that only waited for it come next."""
        for name in self._graph.after[task.name]:
            self._before[name] -= 1
            if not self._before[name]:
                self._unknown.append(name)
