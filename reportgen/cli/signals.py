"""Ctrl-C and its like: the first ends a command in order, the second at once."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

# as far as the system has them: Windows knows no hang-up, others no Ctrl-Break
ENDING = tuple(
    signal.Signals[name]
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if name in signal.Signals.__members__
)
GRACE = 10  # seconds that an end in order may take


class Ended(BaseException):
    """A signal wants the command to end."""

    def __init__(self, number: int) -> None:
        super().__init__(f"interrupted ({signal.Signals(number).name})")
        self.code = code_of(number)


def code_of(number: int) -> int:
    """The exit code of a command that a signal has ended, as shells count them."""
    return 128 + number


@contextmanager
def heeded() -> Iterator[None]:
    """While the block runs, the first signal raises Ended, the second ends the process.

    Where hang-ups are ignored they stay so: that is what `nohup` is for. An ignored Ctrl-C is
    heeded, since a script's background job begins with one, and whoever sends it by hand means it.
    """
    if threading.current_thread() is not threading.main_thread():  # no other thread may set them
        yield
        return
    before = {number: signal.getsignal(number) for number in heeded_ones()}
    for number in before:
        signal.signal(number, _end)
    try:
        yield
    finally:
        if hasattr(signal, "alarm"):
            signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


def heeded_ones() -> list[signal.Signals]:
    """The signals that end a command: not a hang-up where those are ignored."""
    nohup: Callable[[signal.Signals], bool] = lambda each: (
        each.name == "SIGHUP" and signal.getsignal(each) == signal.SIG_IGN
    )
    return [each for each in ENDING if not nohup(each)]


def _end(number: int, frame: FrameType | None) -> None:
    """End in order; at once after another signal, or when that takes too long."""
    for each in heeded_ones():
        signal.signal(each, lambda again, frame: os._exit(code_of(again)))
    if hasattr(signal, "alarm"):
        signal.signal(signal.SIGALRM, partial(_give_up, code_of(number)))
        signal.alarm(GRACE)
    raise Ended(number)


def _give_up(code: int, number: int, frame: FrameType | None) -> None:
    os.write(2, f"it did not end within {GRACE} seconds, and was ended\n".encode())
    os._exit(code)
