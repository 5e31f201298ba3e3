"""A text as token ids: read in pieces, kept on disk, looked at through a memory map."""

import codecs
import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from pathlib import Path

import numpy as np

from reportgen.errors import RuleError
from reportgen.rules.glyphs import OTHER, written

PIECE = (
    1 << 22
)  # bytes read at once; a piece ends where a word ends, unless a single word is longer
MOST_WORDS = 3_000_000  # different words that are counted at once, some 500 MB of them
WORD = re.compile(r"\w+|[^\w\s]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
VERSION = 2  # of how texts become ids


@dataclass(frozen=True)
class Corpus:
    """A text as ids; id 0 is OTHER where some token is too rare."""

    tokens: tuple[
        str, ...
    ]  # written names, by id: OTHER if it is needed, then the most frequent first
    ids: np.ndarray  # [token], a memory map
    counts: tuple[int, ...]  # how often each token occurs
    different: int  # tokens that the text has, frequent or not


def corpus(path: Path | None, unit: str, size: int) -> Corpus:
    """The text of a file, or the built-in one, with a vocabulary of at most `size` tokens.

    Errors: RuleError for a file that cannot be read, is empty, holds control characters as binary files do, is not UTF-8, or has
    too many different words to count.
    """
    if path is None:
        return _known(None, unit, size, 0, 0)
    try:
        about = path.stat()
    except OSError as error:
        raise RuleError(f"{path}: cannot be read: {error.strerror}") from error
    return _known(path, unit, size, about.st_size, about.st_mtime_ns)


def digest(path: Path | None) -> str:
    """A hash of the text itself."""
    made = sha256(str(VERSION).encode())
    for piece in _built_in() if path is None else _blocks(path):
        made.update(piece.encode() if isinstance(piece, str) else piece)
    return made.hexdigest()


@lru_cache(maxsize=8)
def _known(path: Path | None, unit: str, size: int, length: int, changed: int) -> Corpus:
    """The corpus from the machine's temporary files, made once for all processes and again when the file changes."""
    said = f"{VERSION} {path and path.resolve()} {unit} {size} {length} {changed}"
    folder, user = Path(tempfile.gettempdir()), os.getuid() if hasattr(os, "getuid") else 0
    kept = folder / f"reportgen-text-{user}-{sha256(said.encode()).hexdigest()[:24]}"
    ids, about = kept.with_suffix(".npy"), kept.with_suffix(".json")
    if not (ids.is_file() and about.is_file()):
        try:
            _make(path, unit, size, ids, about)
        except OSError as error:
            raise RuleError(
                f"{folder}: the text cannot be kept there as ids: {error.strerror}; make room, or set TMPDIR to another folder"
            ) from error
    told = json.loads(about.read_text(encoding="utf-8"))
    return Corpus(
        tuple(told["tokens"]), np.load(ids, mmap_mode="r"), tuple(told["counts"]), told["different"]
    )


def _make(path: Path | None, unit: str, size: int, ids: Path, about: Path) -> None:
    """Count, number and write a text: two passes over it, one piece at a time."""
    counts = _counted(path, unit)
    if not counts:
        raise RuleError(f"{path}: holds no text; give a file with some")
    order = sorted(counts, key=lambda t: (-counts[t], t))
    rare = len(order) > size
    kept = order[: size - 1] if rare else order
    number = {t: i + rare for i, t in enumerate(kept)}
    total, frequent = sum(counts.values()), [counts[t] for t in kept]
    beside = [p.with_name(f"{p.stem}.{os.getpid()}{p.suffix}") for p in (ids, about)]
    try:
        made = np.lib.format.open_memmap(
            beside[0], mode="w+", dtype=np.uint16 if size < 1 << 16 else np.uint32, shape=(total,)
        )
        at = 0
        for piece in _pieces(path):
            part = _numbered(piece, unit, number)
            made[at : at + len(part)] = part
            at += len(part)
        made.flush()
        names = ([OTHER] if rare else []) + [written(t) for t in kept]
        beside[1].write_text(
            json.dumps(
                dict(
                    tokens=names,
                    counts=[total - sum(frequent)] * rare + frequent,
                    different=len(order),
                )
            ),
            encoding="utf-8",
        )
        for own, place in zip(beside, (ids, about)):
            os.replace(own, place)
    finally:
        for own in beside:
            own.unlink(missing_ok=True)


def _counted(path: Path | None, unit: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for piece in _pieces(path):
        if unit == "characters":
            often = np.bincount(_codes(piece))
            counts.update({chr(code): int(often[code]) for code in np.flatnonzero(often)})
        else:
            counts.update(WORD.findall(piece.lower()))
        if len(counts) > MOST_WORDS:
            raise RuleError(
                f"{path}: holds more than {MOST_WORDS} different words, so it is no text of words; read it as characters"
            )
    return counts


def _numbered(piece: str, unit: str, number: dict[str, int]) -> np.ndarray:
    if unit != "characters":
        return np.array([number.get(word, 0) for word in WORD.findall(piece.lower())], np.int64)
    table = np.zeros(sys.maxunicode + 1, np.int64)
    table[[ord(c) for c in number]] = list(number.values())
    found: np.ndarray = table[_codes(piece)]
    return found


def _codes(piece: str) -> np.ndarray:
    return np.frombuffer(piece.encode("utf-32-le"), np.uint32)


def _built_in() -> Iterator[str]:
    """The reference texts that come with Python."""
    from pydoc_data.topics import topics

    yield "\n".join(topics[name].strip() + "\n" for name in sorted(topics))


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(PIECE):
            yield block


def _pieces(path: Path | None) -> Iterator[str]:
    """The text in pieces that end after white space where there is some; every line end is one character, and a byte order mark is left out."""
    if path is None:
        yield from _built_in()
        return
    try:
        rest = ""
        for text in _decoded(path):
            if control := CONTROL.search(text):
                raise RuleError(
                    f"{path}: holds the control character {control.group()!r}, so it is no text; give a UTF-8 text file"
                )
            text = rest + text
            cut = max(text.rfind(gap) for gap in " \n\t") + 1 or len(text) - text.endswith("\r")
            rest = text[cut:]
            yield _lines(text[:cut])
        yield _lines(rest)
    except OSError as error:
        raise RuleError(f"{path}: cannot be read: {error.strerror}") from error


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(path: Path) -> Iterator[str]:
    """What the bytes of a file say as UTF-8; RuleError with the first byte that says nothing."""
    decoder, before, begun = codecs.getincrementaldecoder("utf-8")(), 0, False
    for block in chain(_blocks(path), [b""]):
        held = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            raise RuleError(
                f"{path}: is not UTF-8 text (byte {before - held + error.start}: {error.reason}); save it as UTF-8"
            ) from error
        yield text if begun else text.removeprefix("\ufeff")
        before, begun = before + len(block), begun or bool(text)
