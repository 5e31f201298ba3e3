"""Programs of a few lines that facts print: what a page shows is what is run."""

from collections.abc import Callable, Sequence
from typing import Any


def function_of(lines: Sequence[str]) -> Callable[[Sequence[str]], Any]:
    """The function `answer` of a printed program, which takes the tokens read so far.

    The lines are written by a fact, and tokens stand in them as literals: nothing that somebody
    else wrote is run.
    """
    space: dict[str, Callable[[Sequence[str]], Any]] = {}
    exec("\n".join(lines), space)
    return space["answer"]
