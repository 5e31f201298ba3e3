"""Memory that nothing uses any more goes back to the system."""

import ctypes
import gc


def release_memory() -> None:
    """Give back what is free: sheets that are drawn point at themselves, and glibc's allocator
    keeps what was freed between two blocks in use.
    """
    gc.collect(1)
    if trim := getattr(
        ctypes.CDLL(None), "malloc_trim", None
    ):  # other systems have no such function, and need none
        trim(0)
