"""A file of arrays, and what it says of itself: whatever is wrong with it is a RunError that names
the file.

A file is believed in nothing: types, shapes and text are checked before anything is made of them,
and no more memory is taken than a few times its length.
"""

import json
import stat
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, TypedDict, TypeVar

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save as save_tensors

from reportgen.errors import RunError

FORMAT = 1
AGAIN = "delete it and build again"
TYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64}  # as safetensors calls them
Arrays = dict[str, np.ndarray]


def _named(config: dict[str, object]) -> dict[str, object]:
    if not isinstance(config.get("name"), str):
        raise ValueError("its configuration has no name")
    json.dumps(config, allow_nan=False)
    return config


class About(BaseModel):
    """What a file of either kind says of itself."""

    model_config = ConfigDict(strict=True, extra="forbid")

    format: int = FORMAT
    config: Annotated[dict[str, object], AfterValidator(_named)]  # as Config.as_dict
    seeds: Annotated[list[NonNegativeInt], Field(min_length=1)]


Said = TypeVar("Said", bound=About)


class _Text(BaseModel):
    reportgen: str


class _Header(BaseModel):
    """The one thing that is ours in the header of a safetensors file."""

    text: _Text = Field(alias="__metadata__")


class _Format(BaseModel):
    format: int


def pack(about: About, arrays: Mapping[str, np.ndarray], *, without: Collection[str] = ()) -> bytes:
    """Arrays, and what is to be said of them but for some keys, as one safetensors file."""
    said = {key: value for key, value in about.model_dump().items() if key not in without}
    return save_tensors(
        {name: np.asarray(value, order="C") for name, value in arrays.items()},
        {"reportgen": json.dumps(said, sort_keys=True, allow_nan=False)},
    )


def read_bytes(path: Path) -> bytes:
    """The content of a regular file; RunError for anything else, which might never end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise RunError(f"{path}: is not a regular file; {AGAIN}")
        return path.read_bytes()
    except OSError as error:
        raise RunError(f"{path}: cannot be read: {error.strerror}") from error
    except MemoryError as error:
        raise RunError(f"{path}: does not fit into memory; {AGAIN}") from error


def unpack(stored: bytes, name: str, kind: type[Said]) -> tuple[Said, Arrays]:
    """What a file says of itself, and its arrays; RunError where it is damaged, of another format,
    or no such file.
    """
    try:
        arrays = {key: _array(key, about) for key, about in deserialize(stored)}
        header = _Header.model_validate_json(stored[8 : 8 + int.from_bytes(stored[:8], "little")])
        found = _Format.model_validate_json(header.text.reportgen).format
        if found == FORMAT:
            return kind.model_validate_json(header.text.reportgen), arrays
    except ValidationError as error:
        raise RunError(f"{name} is damaged or no run ({_first(error)}); {AGAIN}") from error
    except (SafetensorError, ValueError, MemoryError) as error:
        raise RunError(f"{name} is damaged or no run ({error}); {AGAIN}") from error
    raise RunError(f"{name} has format {found}, this version reads {FORMAT}; {AGAIN}")


class _Packed(TypedDict):
    """An array as safetensors gives it."""

    dtype: str
    shape: list[int]
    data: bytes


def _array(key: str, about: _Packed) -> np.ndarray:
    if about["dtype"] not in TYPES:
        raise ValueError(f"{key!r} is of type {about['dtype']}, wanted one of {', '.join(TYPES)}")
    return np.frombuffer(about["data"], TYPES[about["dtype"]]).reshape(about["shape"])


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    found = error.errors(include_url=False, include_input=False)[0]
    return ": ".join(filter(None, (".".join(map(str, found["loc"])), found["msg"])))


def part(arrays: Arrays, prefix: str) -> Arrays:
    """The arrays whose names begin so, without that."""
    return {
        name.removeprefix(prefix): value
        for name, value in arrays.items()
        if name.startswith(prefix)
    }
