"""Files that others rely on: written in one step, read with suspicion, JSON without NaN.

What was stored may be missing, cut, of another type or of another version by the time it is read.
Every reader here says so with DamageError, whose text names the file; nothing else escapes.
"""

import json
import math
import os
import shutil
import stat
import types
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import file_digest, sha256
from io import BufferedReader
from pathlib import Path
from typing import (
    Any,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from reportgen.errors import DamageError

T = TypeVar("T")
KINDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
SHOWN = 40  # characters of a wrong value in a message


def digest_of(content: bytes) -> str:
    """The hash of some bytes, as all manifests write it."""
    return sha256(content).hexdigest()


def digest_at(path: Path) -> str:
    """The hash of a file, read piece by piece; DamageError where it cannot be read."""
    with _opened(path) as file:
        return file_digest(file, "sha256").hexdigest()


def digests_in(lists: Iterable[Path]) -> dict[str, set[str]]:
    """All digests that some lists of them give, by the name of the file; a damaged list gives
    none.
    """
    found: dict[str, set[str]] = {}
    for path in lists:
        with suppress(DamageError):
            for name, digest in read_json(path, dict[str, str]).items():
                found.setdefault(name, set()).add(digest)
    return found


def prune(folder: Path, kept: Collection[Path]) -> None:
    """Remove a folder if it is empty, and those above it that are then, up to one that is kept."""
    while folder not in kept and not folder.is_symlink() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def read(path: Path) -> bytes:
    """The bytes of a file; DamageError where there is none, or something else in its place."""
    with _opened(path) as file:
        return file.read()


def write(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there: no reader ever meets half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def discard(path: Path, *, folders_only: bool = False) -> None:
    """Remove whatever lies in a place of our own, a link itself and not what it leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif not folders_only:
        path.unlink(missing_ok=True)


def as_json(value: object, *, sort_keys: bool = False) -> str:
    """A value as JSON that every reader takes; ValueError names a number that is not finite."""
    try:
        return (
            json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=sort_keys)
            + "\n"
        )
    except ValueError as error:
        for place, number in _not_finite(value, ""):
            said = f"{place or 'the value'} is {number}, and JSON has no such number"
            raise ValueError(said) from error
        raise


def write_json(path: Path, value: object, *, sort_keys: bool = False) -> None:
    """Write a value as strict JSON, in one step."""
    write(path, as_json(value, sort_keys=sort_keys))


def read_json(path: Path, kind: type[T]) -> T:
    """A value that `write_json` wrote, of this type: a TypedDict, or list, dict, str and numbers; a
    tuple is a list of so many things.

    Keys that the type does not name are let through. DamageError says what is wrong with the file.
    """
    return parse_json(read(path), kind, str(path))


def parse_json(content: bytes, kind: type[T], name: str) -> T:
    """The value in these bytes, as `read_json` reads it; `name` is what an error calls them."""
    try:
        value = json.loads(content.decode(), parse_constant=_refused, parse_float=_finite)
        if b"\\ud" in content or b"\\uD" in content:
            json.dumps(value, ensure_ascii=False).encode()  # half a character cannot be written
    except RecursionError as error:
        raise DamageError(f"{name} is damaged: it is nested too deeply") from error
    except ValueError as error:
        raise DamageError(f"{name} is damaged: not JSON ({_short(str(error), 80)})") from error
    if wrong := _misfit(value, kind, ""):
        raise DamageError(f"{name} is damaged: {wrong}")
    return cast(T, value)


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """A regular file, opened without waiting: a pipe in its place would wait for a writer."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        number = os.open(path, flags)
        with open(number, "rb") as file:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise DamageError(f"{path} is no file, but a device, a pipe or a socket")
            yield file
    except FileNotFoundError as error:
        why = "is a link to nothing" if path.is_symlink() else "is gone"
        raise DamageError(f"{path} {why}") from error
    except IsADirectoryError as error:
        raise DamageError(f"{path} is no file, but a folder") from error
    except OSError as error:
        raise DamageError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # a NUL, or half a character, in its name
        raise DamageError(f"{str(path)!r} is no name of a file") from error


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{_short(text)} is too large a number")
    return number


def _not_finite(value: object, place: str) -> Iterator[tuple[str, float]]:
    """Every number that JSON cannot hold, with the keys that lead to it."""
    if isinstance(value, float) and not math.isfinite(value):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _not_finite(inner, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            yield from _not_finite(inner, f"{place}[{i}]")


def _misfit(value: object, kind: object, place: str) -> str:
    """How a value differs from a type; nothing where it fits."""
    if kind in (object, Any):
        return ""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        found = [_misfit(value, each, place) for each in inner]
        return "" if "" in found else found[0]
    if is_typeddict(kind):
        return _misfit_of_keys(value, cast(type, kind), place)
    if (origin or kind) in (list, dict):
        if not isinstance(value, list if (origin or kind) is list else dict):
            allowed = "a list" if (origin or kind) is list else "an object"
            return _wrong(place, value, allowed)
        within = inner[-1] if inner else object
        if all(type(v) is within for v in (value if isinstance(value, list) else value.values())):
            return ""  # what nearly all are: many plain values
        pairs = enumerate(value) if isinstance(value, list) else value.items()
        return next((w for k, v in pairs if (w := _misfit(v, within, f"{place}.{k}"))), "")
    if origin is tuple:
        if not isinstance(value, list) or len(value) != len(inner):
            return _wrong(place, value, f"a list of {len(inner)}")
        found = [_misfit(v, each, f"{place}.{i}") for i, (v, each) in enumerate(zip(value, inner))]
        return next(filter(None, found), "")
    if kind is type(None):
        return "" if value is None else _wrong(place, value, "null")
    fits = type(value) in (int, float) if kind is float else type(value) is kind
    return "" if fits else _wrong(place, value, KINDS[cast(type, kind)])


def _misfit_of_keys(value: object, kind: type, place: str) -> str:
    if not isinstance(value, dict):
        return _wrong(place, value, "an object")
    required: frozenset[str] = vars(kind)["__required_keys__"]
    for key, within in _hints(kind).items():
        if key not in value:
            if key in required:
                return f"{f'{place}.{key}'.lstrip('.')} is missing"
        elif wrong := _misfit(value[key], within, f"{place}.{key}"):
            return wrong
    return ""


@cache
def _hints(kind: type) -> dict[str, object]:
    """The keys of a TypedDict with their types, which are looked up once."""
    return get_type_hints(kind)


def _wrong(place: str, value: object, allowed: str) -> str:
    got = _short(json.dumps(value, ensure_ascii=False))
    return f"{place.lstrip('.') or 'the whole'}: got {got}, allowed: {allowed}"


def _short(text: str, most: int = SHOWN) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
