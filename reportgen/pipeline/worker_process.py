"""A process of a build: it does one thing after another for the process that started it, and ends
with that one.
"""

import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from typing import BinaryIO, TypeVar

from reportgen.children import end_all, woken_with_parent_gone
from reportgen.memory import release_memory
from reportgen.pipeline import worker

READY, PROGRESS, RESULT, ERROR = "ready", "progress", "result", "error"
Result = TypeVar("Result")
Order = tuple[Callable[..., Result], tuple[object, ...], dict[str, object]]


def serve() -> None:
    """Do what comes through standard input, and answer through standard output, until the first is
    closed.
    """
    # so that it can see that its orders have ended, and end what it has started
    woken_with_parent_gone()
    orders, answers = _taken()
    lock, waiting = Lock(), SimpleQueue[bytes]()

    def tell(*message: object) -> None:
        content = pickle.dumps(message)
        with lock:
            answers.write(content)
            answers.flush()

    worker.tell = lambda task, done, total: tell(PROGRESS, task, done, total)
    Thread(target=_receive, args=(orders, waiting), daemon=True).start()
    tell(READY)
    while True:
        order = waiting.get()
        try:
            fn, args, kwargs = pickle.loads(order)
            tell(RESULT, fn(*args, **kwargs))
            release_memory()
        except BrokenPipeError:
            os._exit(0)
        except Exception as error:
            tell(ERROR, error)


def _taken() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output as they were; from now on nothing is read there, and what is
    printed goes to standard error.
    """
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    with suppress(OSError):  # where that is closed, printing fails as it would elsewhere
        os.dup2(2, 1)
    return orders, answers


def _receive(orders: BinaryIO, waiting: SimpleQueue[bytes]) -> None:
    """Pass on what is to be done; whoever gives no more orders, or half of one, has ended, and this
    process does too, busy or not.
    """
    try:
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                waiting.put(pickle.load(orders))
    finally:
        end_all()
