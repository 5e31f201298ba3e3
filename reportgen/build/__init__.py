"""The task graph of a report: what depends on what, what is up to date, and running the rest. Nothing else knows about caching or processes."""

from collections.abc import Iterable, Sequence

from reportgen.build.crew import Crew
from reportgen.build.graph import STAGES, Graph, Outcome, Task, Watch, default_jobs, dry_run, run
from reportgen.build.store import Store
from reportgen.project import Project

__all__ = ["STAGES", "Outcome", "Task", "Watch", "build", "default_jobs"]


def build(
    project: Project, tasks: Sequence[Task], watch: Watch, *, jobs: int, force: Iterable[str] = (), dry: bool = False, timeout: float | None = None
) -> list[Outcome]:
    """Run what is not up to date, and say what became of every task; one that takes longer than `timeout` seconds fails alone."""
    store = Store(project.store)
    graph = Graph.of(tasks, store, force)
    if dry:
        return dry_run(graph, watch)
    with store.locked():
        return run(graph, watch, lambda: Crew(jobs, watch.progressed, timeout), jobs)
