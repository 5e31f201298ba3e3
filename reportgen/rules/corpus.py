"""A text as token ids: counted, numbered, and kept where all processes of a build read them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from typing import IO

import numpy as np

from reportgen.errors import RuleError
from reportgen.rules.glyphs import OTHER, written
from reportgen.rules.kept import Kept, Numbered
from reportgen.rules.pieces import pieces
from reportgen.rules.segments import UNICODE, Numbering, Unit, counted

FEW = 6  # tokens that an error names
MOST_DIFFERENT = 3_000_000  # tokens that are counted at once, some 500 MB of them
VERSION = 3  # of how texts become ids


class UnlistedError(RuleError):
    """A text has tokens that the vocabulary which was listed for it lacks."""


@dataclass(frozen=True)
class Corpus:
    """A text as ids; id 0 is OTHER where some token is too rare."""

    tokens: tuple[str, ...]  # written names, by id: OTHER if needed, then the most frequent first
    ids: np.ndarray  # [token], a memory map
    counts: tuple[int, ...]  # how often each token occurs
    different: int  # tokens that the text has, frequent or not
    digest: str  # of all of these


@lru_cache(maxsize=8)
def corpus(
    path: Path | None,
    unit: Unit,
    size: int,
    content: str,
    folder: Path | None = None,
    listed: tuple[str, ...] | None = None,
) -> Corpus:
    """The text with the digest `content`, with a vocabulary of at most `size` tokens, or of those
    that are `listed`, whether the text has them or not; OTHER among them stands for all others.

    It is read from the file, or is the built-in one. With a folder, the ids are kept there, and all
    that are there already are checked and taken. Without one, or on a machine that lacks the
    project, they lie in a file that has no name and that no other process sees.
    Errors: RuleError for a file that is no text (`pieces`), is empty, is not what it was when its
    digest was taken, or has too many different words to count; and for a folder that is full.
    UnlistedError for one with tokens that are not listed.
    """
    make = partial(_make, path, unit, size, content, listed)
    if folder is None or not folder.parent.parent.is_dir():
        try:
            with TemporaryFile(prefix="reportgen-") as unnamed:
                return _corpus(make(unnamed), unnamed)
        except OSError as error:
            raise RuleError(
                f"{gettempdir()}: the text cannot be kept there as ids: {error.strerror}; "
                "make room, or set TMPDIR to another folder"
            ) from error
    asked = [VERSION, UNICODE, content, unit, size, *([sorted(listed)] if listed else [])]
    said = json.dumps(asked)
    found, file = Kept(folder, sha256(said.encode()).hexdigest()[:32]).taken(make)
    with file:
        return _corpus(found, file)


def _corpus(made: Numbered, file: IO[bytes]) -> Corpus:
    ids = np.memmap(file, made.dtype, mode="r", shape=(made.length,))
    return Corpus(made.tokens, ids, made.counts, made.different, made.digest)


def _make(
    path: Path | None,
    unit: Unit,
    size: int,
    content: str,
    listed: tuple[str, ...] | None,
    file: IO[bytes],
) -> Numbered:
    """Count, number and write a text: two passes over it, one piece at a time."""
    counts: Counter[str] = Counter()
    for piece in pieces(path, unit, content):
        counts.update(counted(piece, unit))
        if len(counts) > MOST_DIFFERENT:
            way_on = "read it as characters" if unit == "words" else "give a text of a language"
            raise RuleError(
                f"{path}: holds more than {MOST_DIFFERENT} different {unit}, so it is no text of "
                f"{unit}; {way_on}"
            )
    if not counts:
        raise RuleError(f"{path}: holds no text; give a file with some")
    different = len(counts)
    if listed is None:
        order = sorted(counts, key=lambda t: (-counts[t], t))
        rare = different > size
        kept = order[: size - 1] if rare else order
    else:
        rare = OTHER in listed
        kept = sorted({*listed} - {OTHER}, key=lambda t: (-counts[t], t))
        if not rare and (left := sorted({*counts} - {*kept}, key=lambda t: (-counts[t], t))):
            raise UnlistedError(_unlisted(path, unit, counts, left))
    numbering = Numbering({token: i + rare for i, token in enumerate(kept)})
    dtype, written_ids = Numbered.dtype_of(len(kept) + rare), sha256()
    for piece in pieces(path, unit, content):
        part = numbering.numbered(piece, unit).astype(dtype).tobytes()
        written_ids.update(part)
        file.write(part)
    file.flush()
    total, frequent = sum(counts.values()), [counts[token] for token in kept]
    return Numbered(
        tokens=(OTHER,) * rare + tuple(map(written, kept)),
        counts=(total - sum(frequent),) * rare + tuple(frequent),
        different=different,
        ids=written_ids.hexdigest(),
    )


def _unlisted(path: Path | None, unit: Unit, counts: Mapping[str, int], left: Sequence[str]) -> str:
    """Words for tokens of a text that a vocabulary lacks, the most frequent first."""
    first = ", ".join(f"{written(token)} ({counts[token]:,})" for token in left[:FEW])
    more = f" and {len(left) - FEW:,} more" if left[FEW:] else ""
    return (
        f"{path or 'the built-in text'}: has {unit} that are not listed, with how often:"
        f" {first}{more}; give the text that the network was trained on, or list {OTHER} too, if"
        " one row of its embedding stands for all others"
    )
