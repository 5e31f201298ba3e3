"""What a task is, what became of it, and who is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.worker import Job

# stage -> seconds of one of its tasks until a build has told; of a training for a step of a seed
SECONDS = dict(
    train=1.5e-4,
    load=2.0,
    verify=5.0,
    facts=15.0,
    figures=3.0,
    films=60.0,
    pages=2.0,
    site=5.0,
)
STAGES = tuple(SECONDS)


@dataclass(frozen=True)
class Task:
    """One step of a build: a function that writes products into a folder, and everything they
    depend on.
    """

    name: str  # REPORT/WHAT: unique, and a folder of the store
    stage: str
    work: Callable[[Job], None]  # at the top of a module, so that another process can find it
    arguments: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] | Callable[[], Mapping[str, str]] = field(
        default_factory=dict
    )  # name -> value or digest, beside the
    # products of other tasks; a function where they are known only once these are there
    needs: tuple[str, ...] = ()  # tasks without whose products it cannot run
    wants: tuple[str, ...] = ()  # tasks whose products it takes if they are there
    weight: float = 1.0  # seconds it is thought to take when no earlier build tells
    optional: bool = False  # take what is stored, but do not run it
    # what is wrong with the files it put outside the store, by an artefact; empty if nothing is
    valid: Callable[[Artefact], list[str]] = lambda artefact: []
    home: bool = False  # it writes into the project's folder: no other machine can run it
    places: Mapping[str, str] = field(
        default_factory=dict
    )  # input -> the file that its value stands in, to be named in a reason


@dataclass(frozen=True)
class Outcome:
    """What became of a task."""

    task: Task
    state: str  # "ran", "reused", "failed", "skipped", or "would run" in a dry run
    why: str = ""
    seconds: float = 0.0
    artefact: Artefact | None = None
    details: str = ""  # the traceback of a failure
    remarks: tuple[
        str, ...
    ] = ()  # what the user should know of it all the same: damage that was found, say


class Watch(Protocol):
    """Who is told about a build while it runs."""

    def started(self, task: Task) -> None:
        """A task begins."""

    def progressed(self, task: str, done: int, total: int) -> None:
        """A running task got so far."""

    def finished(self, outcome: Outcome) -> None:
        """A task ended, was reused, failed or was skipped."""
