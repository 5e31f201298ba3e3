"""Where in a file of rules something went wrong, and in which words."""

import re
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from reportgen.errors import RuleError

MOST = 300  # characters of an error's own text


def words_of(error: BaseException) -> str:
    """An error in one line, even one whose text cannot be made."""
    name = type(error).__name__
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException as other:  # the text of an error is code of its author's
        return f"{name}, whose text cannot be shown ({type(other).__name__})"
    text = " ".join(text.split())
    text = text if len(text) <= MOST else f"{text[:MOST]}…"
    return text if isinstance(error, RuleError) else f"{name}: {text}".rstrip(": ")


def place_of(error: BaseException, files: Sequence[str]) -> str:
    """The innermost `file:line` of an error in some files; empty where it has none."""
    if isinstance(error, SyntaxError) and error.filename in files and error.lineno:
        return f"{error.filename}:{error.lineno}"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename in files:
            return f"{frame.filename}:{frame.lineno}"
    return ""


def line_of(cls: type, member: str, file: str) -> int:
    """The line of a class's method or attribute in its file; that of the class where it has none
    there, and 0 where that is not found.
    """
    found = vars(cls).get(member)
    code: Callable[..., object] | None = getattr(found, "fget", None) or getattr(
        found, "func", found
    )
    lines = _lines(file)
    function = getattr(code, "__code__", None)
    if function is not None and function.co_filename == file:
        after = range(function.co_firstlineno, len(lines) + 1)
        begun = (n for n in after if lines[n - 1].lstrip().startswith(("def ", "async def ")))
        return next(begun, function.co_firstlineno)
    begin = next(
        (n for n, line in enumerate(lines, 1) if re.match(rf"class {cls.__name__}\b", line)), 0
    )
    inside = (
        n
        for n, line in enumerate(lines[begin:], begin + 1)
        if re.match(rf"\s+{re.escape(member)}\b\s*[:=]", line)
    )
    return next(inside, begin) if begin else 0


def _lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # gone by now
        return []


class Placed(RuleError):
    """Something wrong with a rule, at a place in its file."""

    def __init__(self, place: str, words: str) -> None:
        self.place, self.words = place, words
        super().__init__(f"{place}: {words}")


class Promise(RuleError):
    """A promise of a rule that one of its members breaks."""

    def __init__(self, member: str, words: str) -> None:
        self.member = member
        super().__init__(words)
