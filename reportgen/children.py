"""How a child process is begun, so that nothing it has started outlives it, and how it is ended."""

import ctypes
import os
import signal
import subprocess
import sys
from typing import TypedDict

_WHEN_PARENT_IS_GONE = 1  # PR_SET_PDEATHSIG of Linux' prctl


class Apart(TypedDict, total=False):
    """Options of a Popen, by system."""

    creationflags: int
    start_new_session: bool


def apart() -> Apart:
    """Options of a Popen for a child that leads a group of its own: the keyboard interrupts its
    parent alone.
    """
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def woken_with_parent_gone() -> None:
    """Have the system wake this process, if it was stopped, when the one that started it is gone;
    only Linux can.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_WHEN_PARENT_IS_GONE, signal.SIGCONT, 0, 0, 0)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a child that was begun `apart`, and all that it has started; on Windows itself alone."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):  # it has ended: macOS says so by the second
        pass
    process.wait()


def end_all() -> None:
    """End this process, begun `apart`, and all that it has started."""
    if hasattr(os, "killpg"):
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)
