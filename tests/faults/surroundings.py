"""Surroundings: a machine whose settings are hostile; what they are stands in the test that this
calls.
"""

import subprocess
import sys
from collections.abc import Iterator
from random import Random

from faults.lab import Fault, Lab
from faults.trial import TESTS, Lost, NotTried

KIND = "Surroundings"
TEST = TESTS / "test_surroundings.py"


def faults() -> Iterator[Fault]:
    yield Fault(
        KIND,
        "settings of libraries, variables, locale, umask, threads and folders that are hostile",
        TEST.name,
        hostile,
    )


def hostile(lab: Lab, rng: Random) -> None:
    """The test's own verdict."""
    if not TEST.is_file():
        raise NotTried("there is no such test yet")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(TEST)],
        cwd=TESTS.parent,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Lost(done.stdout[-600:])
