"""The task graph of a report: what depends on what, what is up to date, and running the rest.
Nothing else knows about caching or processes.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reportgen.digests import digests_of
from reportgen.errors import UsageError
from reportgen.pipeline.graph import Graph
from reportgen.pipeline.running import default_jobs, dry_run, run
from reportgen.pipeline.store import Store
from reportgen.pipeline.task import STAGES, Outcome, Task, Watch
from reportgen.pipeline.worker_pool import WorkerPool
from reportgen.project import Project

if TYPE_CHECKING:
    from reportgen.pipeline.cluster import Cluster

__all__ = ["STAGES", "Outcome", "Task", "Watch", "build", "default_jobs"]


def build(
    project: Project,
    tasks: Sequence[Task],
    watch: Watch,
    *,
    jobs: int | None = None,
    force: Iterable[str] = (),
    dry: bool = False,
    timeout: float | None = None,
    address: str | None = None,
) -> list[Outcome]:
    """Run what is not up to date, and say what became of every task; one that takes longer than
    `timeout` seconds fails alone.

    It runs in `jobs` processes, or on the workers of the dask cluster at `address`.
    """
    store = Store(project.store)
    graph = Graph.of(tasks, store, force)
    if dry:
        return dry_run(graph, watch)
    with store.locked():
        graph.note = store.claim()
        try:
            return _run(graph, watch, jobs, timeout, address)
        finally:
            digests_of(store.root).save()


def _run(
    graph: Graph, watch: Watch, jobs: int | None, timeout: float | None, address: str | None
) -> list[Outcome]:
    if address is None:
        jobs, root = jobs or default_jobs(), graph.store.root
        return run(graph, watch, lambda: WorkerPool(jobs, watch.progressed, root, timeout), jobs)
    cluster = _cluster()(address, graph.store, watch.progressed, timeout=timeout, jobs=jobs)
    try:
        return run(graph, watch, lambda: cluster, cluster.room)
    finally:
        cluster.shutdown(wait=False)


def _cluster() -> "type[Cluster]":
    try:
        from reportgen.pipeline.cluster import Cluster
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--scheduler dask needs {error.name}, which is not installed: pip install"
            " 'reportgen[cluster]', or leave out --scheduler dask"
        ) from error
    return Cluster
