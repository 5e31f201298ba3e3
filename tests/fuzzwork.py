"""What tests that try thousands of cases share: how many there are, and what each may cost."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, settings

MANY = int(os.environ.get("REPORTGEN_FUZZ", "1"))  # times as many cases; `make fuzz` sets it


def cases(count: int) -> settings:
    """So many cases, or as many times more as `make fuzz` wants."""
    return settings(
        max_examples=count * MANY,
        derandomize=MANY == 1,  # the same cases each time; `make fuzz` tries others
        deadline=None,  # `bounded` says what a case may take, in the process's own time
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def bounded(*, seconds: float, megabytes: float) -> Iterator[None]:
    """What runs within takes no longer, by the process's own clock, and makes it no larger."""
    before, began = _megabytes(), time.process_time()
    yield
    took, grew = time.process_time() - began, _megabytes() - before
    assert took < seconds, f"took {took:.1f} s"
    assert grew < megabytes, f"took {grew:.0f} MB"


def _megabytes() -> float:
    """The largest size that the process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
