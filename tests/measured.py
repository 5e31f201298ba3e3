"""Everything that can be said of a committed run, measured once for all tests that read it."""

from functools import cache
from typing import Any

from conftest import committed

from reportgen.measure.measure import measure


@cache
def measured(name: str) -> dict[str, Any]:
    """What `measure` says of a committed run: "learnt" or "unlearnt"."""
    return measure(committed(name))
