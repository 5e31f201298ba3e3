"""A text as token ids: read in pieces, kept on disk, looked at through a memory map."""

import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np

from reportgen.errors import RuleError

OTHER = "\u25a1"  # what stands for every token that is too rare to be in the vocabulary
SHOWN = {" ": "\u2423", "\n": "\u23ce", "\t": "\u21e5"}  # what is written for tokens that leave no mark
PIECE = 1 << 22  # characters read at once
WORD = re.compile(r"\w+|[^\w\s]")
VERSION = 1  # of how texts become ids


@dataclass(frozen=True)
class Corpus:
    """A text as ids; id 0 is OTHER where some token is too rare."""

    tokens: tuple[str, ...]  # written names, by id: OTHER if it is needed, then the most frequent first
    ids: np.ndarray  # [token], a memory map
    different: int  # tokens that the text has, frequent or not


def corpus(path: Path | None, unit: str, size: int) -> Corpus:
    """The text of a file, or the built-in one, with a vocabulary of at most `size` tokens.

    Errors: RuleError for a file that cannot be read, is empty, holds control characters as binary files do, or is not UTF-8.
    """
    if path is None:
        return _made(None, unit, size, 0, 0)
    try:
        about = path.stat()
    except OSError as error:
        raise RuleError(f"{path}: cannot be read: {error.strerror}") from error
    return _made(path, unit, size, about.st_size, about.st_mtime_ns)


def digest(path: Path | None) -> str:
    """A hash of the text itself."""
    made = sha256(str(VERSION).encode())
    if path is None:
        for piece in _pieces(None):
            made.update(piece.encode())
        return made.hexdigest()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            made.update(block)
    return made.hexdigest()


@lru_cache(maxsize=8)
def _made(path: Path | None, unit: str, size: int, length: int, changed: int) -> Corpus:
    counts: Counter[str] = Counter()
    for piece in _pieces(path):
        counts.update(_split(piece, unit))
    if not counts:
        raise RuleError(f"{path}: holds no text; give a file with some")
    order = sorted(counts, key=lambda t: (-counts[t], t))
    rare = len(order) > size
    kept = order[: size - 1] if rare else order
    tokens = ((OTHER,) if rare else ()) + tuple(SHOWN.get(t, t) for t in kept)
    number = {t: i + rare for i, t in enumerate(kept)}
    return Corpus(tokens, _ids(path, unit, size, length, changed, number, sum(counts.values())), len(order))


def _ids(path: Path | None, unit: str, size: int, length: int, changed: int, number: dict[str, int], total: int) -> np.ndarray:
    """The ids in a file among the machine's temporary ones, made once for all processes."""
    said = f"{VERSION} {path and path.resolve()} {unit} {size} {length} {changed} {sorted(number.items())}"
    kept = Path(tempfile.gettempdir()) / f"reportgen-text-{os.getuid() if hasattr(os, 'getuid') else 0}-{sha256(said.encode()).hexdigest()[:24]}.npy"
    if not kept.is_file():
        beside = kept.with_name(f"{kept.stem}.{os.getpid()}.npy")
        made = np.lib.format.open_memmap(beside, mode="w+", dtype=np.uint16 if size < 1 << 16 else np.uint32, shape=(total,))
        at = 0
        for piece in _pieces(path):
            ids = [number.get(t, 0) for t in _split(piece, unit)]
            made[at : at + len(ids)] = ids
            at += len(ids)
        made.flush()
        os.replace(beside, kept)
    found: np.ndarray = np.load(kept, mmap_mode="r")
    return found


def _split(piece: str, unit: str) -> Iterator[str]:
    return iter(piece) if unit == "characters" else (m.group().lower() for m in WORD.finditer(piece))


def _pieces(path: Path | None) -> Iterator[str]:
    """The text in pieces that end at the end of a line."""
    if path is None:
        from pydoc_data.topics import topics  # the reference texts that come with Python

        yield "\n".join(topics[name].strip() + "\n" for name in sorted(topics))
        return
    try:
        with path.open(encoding="utf-8") as file:
            rest = ""
            while block := file.read(PIECE):
                if control := re.search(r"[\x00-\x08\x0e-\x1f]", block):
                    raise RuleError(f"{path}: holds the control character {control.group()!r}, so it is no text; give a UTF-8 text file")
                head, end, tail = (rest + block).rpartition("\n")
                rest = tail
                if end:
                    yield head + end
            if rest:
                yield rest
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: is not UTF-8 text (byte {error.start}: {error.reason}); save it as UTF-8") from error
    except OSError as error:
        raise RuleError(f"{path}: cannot be read: {error.strerror}") from error
