"""Standard output and error that stop nobody: a reader that has gone, a full disk and letters that
a terminal lacks do no harm.
"""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


class Patient:
    """A stream that takes all it is given: where it cannot be written to, the first error is kept
    and the rest is dropped.

    Letters that its encoding lacks are written as escapes.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.error: OSError | None = None
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

    def write(self, text: str) -> int:
        """Write as much as can be written."""
        try:
            self.stream.write(text)
        except OSError as error:
            self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Write what waits to be written."""
        try:
            self.stream.flush()
        except OSError as error:
            self._give_up(error)

    @property
    def lost(self) -> str:
        """Why something that somebody would have read was not written; nothing where the reader has
        gone.
        """
        gone = self.error is None or self.error.errno in (errno.EPIPE, errno.EIO)
        return "" if gone else str(self.error.strerror if self.error else "")

    def __getattr__(self, name: str) -> object:
        return getattr(self.stream, name)

    def _give_up(self, error: OSError) -> None:
        """Keep the first error; what comes from now on, and what still waits, goes nowhere."""
        self.error = self.error or error
        with suppress(OSError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, self.stream.fileno())
            os.close(nothing)


@contextmanager
def patient() -> Iterator[Patient]:
    """Put patient streams in the place of standard output, which is given, and standard error while
    the block runs.
    """
    before = sys.stdout, sys.stderr
    output, errors = Patient(sys.stdout), Patient(sys.stderr)
    sys.stdout, sys.stderr = output, errors
    try:
        yield output
    finally:
        output.flush()
        errors.flush()
        sys.stdout, sys.stderr = before


def open_all() -> None:
    """Have a standard input, output and error where this process was started without: no other file
    may come to lie in their place.
    """
    for number, mode in enumerate(("r", "w", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(
                os.devnull, os.O_RDWR
            )  # takes the lowest number that is free, which is this one
            stream = open(number, mode, encoding="utf-8", closefd=False)
            setattr(sys, ("stdin", "stdout", "stderr")[number], stream)
