"""Everything that can be said of a committed run, measured once for all tests that read it,
whatever process they run in.
"""

import os
import pickle
from functools import cache
from pathlib import Path
from typing import Any

from conftest import SHARED, committed
from filelock import FileLock

from reportgen.measure.measure import measure


@cache
def measured(name: str) -> dict[str, Any]:
    """What `measure` says of a committed run: "learnt" or "unlearnt"."""
    path = Path(os.environ[SHARED]) / f"{name}.pickle"
    with FileLock(f"{path}.lock"):
        if not path.is_file():
            path.write_bytes(pickle.dumps(measure(committed(name))))
    return pickle.loads(path.read_bytes())
