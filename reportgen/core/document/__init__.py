"""A YAML file as plain values by the core schema of YAML 1.2, with the place of every key."""

import codecs
import os
import re
import stat
from pathlib import Path

import yaml

from reportgen.core.document.place import Document, Key, Place, Problem, dotted
from reportgen.core.document.scalars import Value
from reportgen.core.document.values import Reader, Unreadable
from reportgen.errors import ConfigError

__all__ = ["Document", "Key", "Place", "Problem", "Value", "dotted", "kind_of", "not_text", "read"]

MOST_BYTES = 1 << 16  # of a file: a hundred times what the longest one of the package has
UNPRINTABLE = yaml.reader.Reader.NON_PRINTABLE
MARKS = {  # what texts in other encodings begin with; the longer ones first, as one begins another
    (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE): "UTF-32",
    (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE): "UTF-16",
}
BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def read(path: Path) -> Document:
    """The document in a file; ConfigError where it cannot be read, is too large, or is not YAML."""
    text = _text(path)
    if wrong := UNPRINTABLE.search(text):
        place = _place(text, wrong.start())
        raise ConfigError(
            [
                f"{path}:{place}: not YAML: the control character {wrong.group()!r} stands here; "
                "take it out, or write it as an escape within double quotes"
            ]
        )
    try:
        return Reader(text).document()
    except Unreadable as error:
        raise ConfigError([f"{path}:{error.place}: not YAML: {error.words}"]) from error


def _text(path: Path) -> str:
    """The text of a file: no pipe is waited for, and no more is read than a document may have."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            if not stat.S_ISREG(mode := os.fstat(file).st_mode):
                raise ConfigError([f"{path}: cannot be read: it is {kind_of(mode)}, not a file"])
            content = b""
            while len(content) <= MOST_BYTES and (more := os.read(file, MOST_BYTES + 1)):
                content += more
        finally:
            os.close(file)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        words = error.strerror if isinstance(error, OSError) else error
        raise ConfigError([f"{path}: cannot be read: {words}"]) from error
    if len(content) > MOST_BYTES:
        raise ConfigError([f"{path}: has more than {MOST_BYTES:,} bytes, the most that are read"])
    if words := not_text(content):
        raise ConfigError([f"{path}: {words}"])
    return content.decode("utf-8-sig")


def not_text(content: bytes) -> str:
    """Why some bytes are no text in UTF-8; nothing where they are."""
    for marks, encoding in MARKS.items():
        if content.startswith(marks):
            return f"is {encoding} text; save it as UTF-8"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return f"is not UTF-8 text (byte {error.start}); save it as UTF-8"
    return ""


def kind_of(mode: int) -> str:
    """What something on disk is that is no file."""
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device or a socket"


def _place(text: str, at: int) -> str:
    before = [0, *(found.end() for found in BREAK.finditer(text, 0, at))]
    return f"{len(before)}:{at - before[-1] + 1}"
