"""Settling the tasks of a graph, in processes or in words alone, the most urgent first."""

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import replace

from reportgen.errors import ReportError
from reportgen.pipeline.graph import Graph
from reportgen.pipeline.ready import Ready
from reportgen.pipeline.store import key_of
from reportgen.pipeline.task import Outcome, Task, Watch
from reportgen.pipeline.worker import Died, Late, Made, Order, perform


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
    ready, running = Ready(graph), dict[Future[Made], tuple[Task, str]]()
    suspects: set[str] = set()
    done_well = False
    try:
        while True:
            if task := ready.unknown():
                if (outcome := graph.settle(task)) is None:
                    ready.wait(task)
                else:
                    _close(graph, watch, outcome)
                    ready.settled(task)
            elif len(running) < jobs and (task := ready.to_run()):
                why = graph.reason(task)
                pool = pool or executor()
                watch.started(task)
                running[pool.submit(perform, _order(graph, task))] = task, why
            elif running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    task, why = running.pop(future)
                    if (ended := _collect(graph, future, task, why, suspects)) is None:
                        ready.wait(task)
                    else:
                        _close(graph, watch, ended)
                        ready.settled(task)
            else:
                done_well = True
                return [graph.outcomes[name] for name in graph.tasks]
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
