"""How a child process is begun, so that nothing it has started outlives it, and how it is ended."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux' prctl
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has the one, which ends at once there


def apart() -> dict[str, Any]:
    """Options of a Popen for a child that leads a group of its own: the keyboard interrupts its parent alone."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def tied() -> dict[str, Any]:
    """Options of a Popen for a child that the system ends with its parent, stopped or not, where it can."""
    ask = _asking()
    return {} if ask is None else {"preexec_fn": ask}


def end_with_parent() -> None:
    """Have the system end this process with the one that started it, stopped or not, where it can."""
    if (ask := _asking()) is not None:
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


def _asking() -> Callable[[], None] | None:
    """A call that ties this process to its parent; everything is loaded before, for the moment after a fork."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_DIE_WITH_PARENT, _KILL, 0, 0, 0)
