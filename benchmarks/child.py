"""The process of one run: `python -m benchmarks.child MODULE FUNCTION ARGUMENTS` prints its seconds
as JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any


def timed(module: str, function: str, arguments: Mapping[str, Any]) -> dict[str, float]:
    """Seconds of `benchmarks.MODULE.FUNCTION(**arguments)()`, by the clock and of processor time;
    what comes before the second call is not counted.
    """
    work = getattr(import_module(f"benchmarks.{module}"), function)(**arguments)
    cpu, start = _cpu(), time.perf_counter()
    work()
    return dict(seconds=time.perf_counter() - start, cpu=_cpu() - cpu)


def _cpu() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    print(json.dumps(timed(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))))
