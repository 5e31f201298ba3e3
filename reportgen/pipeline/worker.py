"""What a build's process does with a task: into a scratch folder that is moved into the store when
it is whole.
"""

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.errors import ReportError
from reportgen.files import discard
from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.disks import full_disks, no_room
from reportgen.pipeline.store import Store
from reportgen.pipeline.unexpected import unexpected
from reportgen.placed import untold
from reportgen.project import Project


class Died(Exception):
    """The process of a task ended before the task did."""


class Late(Exception):
    """A task took longer than it may, and its process was ended."""


tell: Callable[[str, int, int], None] = (
    # (task, done, total) to the build; a process of the pool puts its pipe here, since that cannot
    # travel with a task
    untold
)


@dataclass(frozen=True)
class Job:
    """What a task's function gets."""

    folder: Path  # write products here
    arguments: Mapping[str, Any]
    inputs: Mapping[
        str, Path
    ]  # task -> folder with its products; wanted tasks that have none are left out
    progress: Callable[[int, int], None]  # (done, total)
    partial: Path | None = (
        None  # a file for a state to go on from after a kill; removed once the products are stored
    )
    say: Callable[[str], None] = untold  # a remark for the user


@dataclass(frozen=True)
class Order:
    """A task as it is handed out: all that a process needs to run it, wherever it is."""

    work: Callable[[Job], None]
    task: str
    key: str
    arguments: Mapping[str, Any]
    inputs: Mapping[str, Artefact]  # task -> its products
    store: Store
    anew: bool = False  # also if its products are stored already
    home: bool = False  # it writes into the project's folder, so it runs on the machine that has it


@dataclass(frozen=True)
class Made:
    """What came of a job."""

    artefact: Artefact | None
    seconds: float
    message: str = ""
    details: str = ""
    remarks: tuple[str, ...] = ()


def perform(order: Order) -> Made:
    """Run one task and store its products; whatever goes wrong is told, and nothing is stored.

    A task whose process died after its products were stored, and before it could say so, is not run
    again.
    """
    start = time.perf_counter()
    task, key, store = order.task, order.key, order.store
    inputs = {name: artefact.folder for name, artefact in order.inputs.items()}
    remarks: list[str] = []
    if not order.anew and (stored := store.find(task, key)):
        return Made(stored, stored.seconds)
    full = ""
    try:
        with store.scratch() as scratch:
            try:
                products, partial = scratch / "products", store.partial(task, key)
                products.mkdir()
                progress = lambda done, total: tell(task, done, total)
                arguments = order.arguments
                order.work(Job(products, arguments, inputs, progress, partial, remarks.append))
                seconds = time.perf_counter() - start
                artefact = store.keep(products, task, key, seconds)
                discard(partial)
            except Exception:
                full = full_disks(_disks(store))  # now: what was written goes away at once
                raise
            return Made(artefact, seconds, remarks=tuple(remarks))
    except Exception as error:
        seconds, said = time.perf_counter() - start, _told(error, store, task, full)
        return Made(None, seconds, said, traceback.format_exc(), tuple(remarks))


def _disks(store: Store) -> tuple[Path, ...]:
    """Folders that a task may write into, each of which may be a disk of its own."""
    project = Project(store.root.parent)
    return store.root, project.reports, project.site


def _told(error: Exception, store: Store, task: str, full: str) -> str:
    """What the user is told of an error, with the disk that was full when it was raised."""
    if isinstance(error, OSError) and (message := no_room(error, store.folder(task), full)):
        return message
    if isinstance(error, ReportError):
        said = str(error)
    else:
        said = unexpected(error, store.root.parent)
    return f"{said}\n{full}" if full else said
