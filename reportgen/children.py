"""How a child process is begun, so that nothing it has started outlives it, and how it is ended."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

_WHEN_PARENT_IS_GONE = 1  # PR_SET_PDEATHSIG of Linux' prctl
# Windows has but one of them, which ends at once there
_KILL, _WAKE = getattr(signal, "SIGKILL", signal.SIGTERM), getattr(signal, "SIGCONT", 0)


def apart() -> dict[str, Any]:
    """Options of a Popen for a child that leads a group of its own: the keyboard interrupts its parent alone."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def tied() -> dict[str, Any]:
    """Options of a Popen for a child that the system ends with its parent, stopped or not, where it can."""
    ask = _asking(_KILL)
    return {} if ask is None else {"preexec_fn": ask}


def woken_with_parent_gone() -> None:
    """Have the system wake this process, if it was stopped, when the one that started it is gone; where it can."""
    if (ask := _asking(_WAKE)) is not None:
        ask()


def end(process: subprocess.Popen[bytes]) -> None:
    """End a child that was begun `apart`, and all that it has started."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, _KILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):  # it has ended: macOS says so by the second
        pass
    process.wait()


def _asking(number: int) -> Callable[[], None] | None:
    """A call that asks for a signal when the parent is gone; all it needs is loaded before, for the moment after a fork."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_WHEN_PARENT_IS_GONE, number, 0, 0, 0)
