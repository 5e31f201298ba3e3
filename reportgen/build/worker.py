"""What a build's process does with a task: into a scratch folder that is moved into the store when it is whole."""

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.build.store import Artefact, Store, no_room
from reportgen.errors import ReportError


class Died(Exception):
    """The process of a task ended before the task did."""


class Late(Exception):
    """A task took longer than it may, and its process was ended."""


def untold(*about: Any) -> None:
    """Progress, or a remark, that nobody wants to know."""


tell: Callable[[str, int, int], None] = (
    untold  # (task, done, total) to the build; a crew's process puts its pipe here, since that cannot travel with a task
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

    A task whose process died after its products were stored, and before it could say so, is not run again.
    """
    start = time.perf_counter()
    task, key, store = order.task, order.key, order.store
    inputs = {name: artefact.folder for name, artefact in order.inputs.items()}
    remarks: list[str] = []
    failed = lambda message: Made(
        None, time.perf_counter() - start, message, traceback.format_exc(), tuple(remarks)
    )
    if not order.anew and (stored := store.find(task, key)):
        return Made(stored, stored.seconds)
    try:
        with store.scratch() as scratch:
            products, partial = scratch / "products", store.partial(task, key)
            products.mkdir()
            order.work(
                Job(
                    products,
                    order.arguments,
                    inputs,
                    lambda done, total: tell(task, done, total),
                    partial,
                    remarks.append,
                )
            )
            seconds = time.perf_counter() - start
            artefact = store.keep(products, task, key, seconds)
            partial.unlink(missing_ok=True)
            return Made(artefact, seconds, remarks=tuple(remarks))
    except ReportError as error:
        return failed(str(error))
    except Exception as error:
        if isinstance(error, OSError) and (message := no_room(error, store.folder(task))):
            return failed(message)
        said = f"{type(error).__name__}: {error}".strip(": ")
        place = traceback.extract_tb(error.__traceback__)[-1]
        return failed(
            f"{said} ({Path(place.filename).name}:{place.lineno}; --debug shows all of it)"
        )
