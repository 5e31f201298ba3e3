"""Memory that nothing uses any more goes back to the system."""

import ctypes
import gc
import sys


def release_memory() -> None:
    """Give back what is free: sheets that are drawn point at themselves, and glibc's allocator
    keeps what was freed between two blocks in use.
    """
    gc.collect(1)
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)  # other systems have no such function, and need none


def limit_memory(most: int | None) -> int | None:
    """Hold this process to so many bytes of data (None: to what the system allows), where the
    system keeps such a limit; what it allows.
    """
    try:
        import resource
    except ModuleNotFoundError:  # Windows keeps none
        return None
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    endless = hard == resource.RLIM_INFINITY
    within = hard if most is None or (not endless and most > hard) else most
    resource.setrlimit(resource.RLIMIT_DATA, (within, hard))
    return None if endless else hard
