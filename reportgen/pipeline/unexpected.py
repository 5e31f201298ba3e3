"""What is told of an error that nobody foresaw: its words, and the line of its author's code."""

import sysconfig
import traceback
from pathlib import Path

from reportgen.project import PACKAGE

LIBRARIES = {Path(sysconfig.get_path(each)) for each in ("stdlib", "purelib", "platlib")}


def unexpected(error: Exception, project: Path) -> str:
    """An error and where it was raised: the innermost line of the project, or else of code that no
    library brings.
    """
    frames = [(Path(f.filename), f.lineno) for f in traceback.extract_tb(error.__traceback__)]
    ours = [
        (path, line)
        for path, line in frames
        if path.is_file() and (PACKAGE in path.parents or not LIBRARIES & {*path.parents})
    ]
    own = [(path, line) for path, line in ours if project in path.parents]
    path, line = [*frames[-1:], *ours, *own][-1]
    words = f"{type(error).__name__}: {error}".strip(": ")
    return f"{words} ({path.name}:{line}; --debug shows all of it)"
