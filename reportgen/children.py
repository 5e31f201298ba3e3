"""How a child process is begun, so that nothing it has started outlives it, and how it is ended."""

import ctypes
import os
import signal
import subprocess
import sys
from typing import Any

_WHEN_PARENT_IS_GONE = 1  # PR_SET_PDEATHSIG of Linux' prctl


def apart() -> dict[str, Any]:
    """Options of a Popen for a child that leads a group of its own: the keyboard interrupts its parent alone.

    A child that was stopped is woken when its parent is gone, so that it can notice; only Linux can do that.
    """
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    if sys.platform != "linux":
        return {"start_new_session": True}
    prctl = ctypes.CDLL(None).prctl  # loaded before the fork, after which little may be done
    wake = lambda: prctl(_WHEN_PARENT_IS_GONE, signal.SIGCONT, 0, 0, 0)
    return {"start_new_session": True, "preexec_fn": wake}


def end(process: subprocess.Popen[bytes]) -> None:
    """End a child that was begun `apart`, and all that it has started."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):  # it has ended: macOS says so by the second
        pass
    process.wait()
