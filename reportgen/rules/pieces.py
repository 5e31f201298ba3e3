"""The text of a file in pieces: every byte is looked at, and no more than a few pieces are held at
a time.
"""

import codecs
import os
import re
import stat
from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from pathlib import Path

from reportgen.errors import RuleError
from reportgen.rules.segments import Unit, boundary, normal

PIECE = 1 << 22  # bytes read at once
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
KINDS = {stat.S_IFIFO: "a pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


def digest(path: Path | None) -> str:
    """A hash of every byte of a text; None is the built-in one. RuleError where it cannot be
    read.
    """
    made = sha256()
    for block in _blocks(path):
        made.update(block)
    return made.hexdigest()


def pieces(path: Path | None, unit: Unit, content: str) -> Iterator[str]:
    """The text with this digest in pieces that end where a token ends, each as tokens are spelled.

    A byte order mark is left out.
    Errors: RuleError for a file that cannot be read, holds control characters as binary files do,
    is not UTF-8, has a token longer than any can be, or has another digest by now.
    """
    rest = ""
    for text in _decoded(path, content):
        if control := CONTROL.search(text):
            raise RuleError(
                f"{path}: holds the control character {control.group()!r}, so it is no text; "
                "give a UTF-8 text file"
            )
        text = rest + text
        try:
            cut = boundary(text, unit)
        except RuleError as error:
            raise RuleError(f"{path}: {error}") from None
        rest = text[cut:]
        yield normal(text[:cut], unit)
    yield normal(rest, unit)


def _decoded(path: Path | None, content: str) -> Iterator[str]:
    """What the bytes of a file say as UTF-8; RuleError with the first byte that says nothing."""
    decoder, before, begun = codecs.getincrementaldecoder("utf-8")(), 0, False
    seen = sha256()
    for block in chain(_blocks(path), [b""]):
        seen.update(block)
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise RuleError(
                f"{path}: is not UTF-8 text (byte {before - held + error.start}: {error.reason}); "
                "save it as UTF-8"
            ) from error
        yield text if begun else text.removeprefix("\ufeff")
        before, begun = before + len(block), begun or bool(text)
    if seen.hexdigest() != content:
        raise RuleError(
            f"{path or 'the built-in text'}: is not the text that it was when the build began; "
            "build again once it is at rest"
        )


def _blocks(path: Path | None) -> Iterator[bytes]:
    """The bytes of a file, some at a time, and never more than it had when it was opened."""
    if path is None:
        yield _built_in()
        return
    try:
        with open(path, "rb", opener=_at_once) as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                kind = KINDS.get(stat.S_IFMT(about.st_mode), "no file")
                raise RuleError(f"{path}: is {kind}; give a UTF-8 text file")
            read = 0
            while block := file.read(PIECE):
                read += len(block)
                if read > about.st_size:
                    raise RuleError(f"{path}: grows while it is read; give a file that is at rest")
                yield block
    except OSError as error:
        raise RuleError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:  # a name that no file can have
        raise RuleError(f"{str(path)!r}: cannot be read: {error}") from error


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for whoever writes into a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _built_in() -> bytes:
    """The reference texts that come with Python."""
    from pydoc_data.topics import topics

    return "\n".join(topics[name].strip() + "\n" for name in sorted(topics)).encode()
