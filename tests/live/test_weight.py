"""How much of the playground a reader loads."""

import gzip

from livework import MODULES

MOST = 60_000  # bytes, each file compressed by itself


def test_the_code_of_the_playground_is_small() -> None:
    """With the style sheet, and the module that reads data."""
    files = [*MODULES.glob("*"), MODULES.parent / "data.js"]
    assert len(files) > 20
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= MOST
