"""Tensors of a file by name, whatever kind of file it is; nothing in it is ever executed."""

import io
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, deserialize

from reportgen.core.runs.stored import read_bytes
from reportgen.errors import RunError, WeightsError
from reportgen.names import some, unbroken

MOST = 4_000_000_000  # bytes of all tensors
FLOATS = {"F16": np.float16, "F32": np.float32, "F64": np.float64}  # as safetensors calls them
CALLED = {"F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64"}
KINDS = "a safetensors file, an npz of arrays, or a state_dict saved by torch"


@dataclass(frozen=True)
class Tensors:
    """What is in a file."""

    values: Mapping[str, np.ndarray]  # what can be weights; of 16 bits they are widened, exactly
    types: Mapping[str, str]  # how each of these is stored
    others: Mapping[str, str]  # what else has a name: whole numbers, texts; and what it is


def read_tensors(path: Path, inside: str | None = None) -> Tensors:
    """All tensors of a file; what kind it is, its content says.

    `inside` is the key, or keys with dots between them, of the mapping that is meant in a file that
    holds several. Errors: WeightsError for a file that is none of these kinds, is damaged, or would
    have to be executed to be read.
    """
    try:
        content = read_bytes(path)
    except RunError as error:
        raise WeightsError([str(error).partition(";")[0]]) from error
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
        if (size := sum(each.file_size for each in listed)) > MOST:
            raise WeightsError(
                [f"{path}: holds {size:,} bytes when unpacked, allowed: at most {MOST:,}"]
            )
        if listed and all(each.filename.endswith(".npy") for each in listed):
            return _without_keys(path, inside, _npz(path, content))
        return _torch(path, content, inside)
    if content[8:9] == b"{":  # after the length of its header
        return _without_keys(path, inside, _safetensors(path, content))
    if content[:1] == b"\x80":  # what torch wrote before its files were zips, or any other pickle
        return _torch(path, content, inside)
    raise WeightsError([f"{path}: cannot be read as weights, allowed: {KINDS}"])


def _without_keys(path: Path, inside: str | None, found: Tensors) -> Tensors:
    if inside is not None:
        words = "allowed with a file saved by torch alone; this one holds tensors and no mappings"
        raise WeightsError([f"{path}: weights.inside: got {inside!r}, {words}; leave it out"])
    return found


def _safetensors(path: Path, content: bytes) -> Tensors:
    try:
        listed = deserialize(content)
        arrays, types, others = dict[str, np.ndarray](), dict[str, str](), dict[str, str]()
        for name, about in listed:
            kind, data = about["dtype"], about["data"]
            if kind == "BF16":
                wide = np.frombuffer(data, "<u2").astype("<u4") << 16
                arrays[name] = wide.view("<f4").reshape(about["shape"])
            elif kind in FLOATS:
                arrays[name] = np.frombuffer(data, FLOATS[kind]).reshape(about["shape"])
            else:
                others[name] = f"of type {kind}"
                continue
            types[name] = CALLED[kind]
    except (SafetensorError, ValueError, MemoryError) as error:
        raise WeightsError([f"{path}: is damaged or no safetensors file ({error})"]) from error
    return Tensors({name: _wide(value) for name, value in arrays.items()}, types, others)


def _npz(path: Path, content: bytes) -> Tensors:
    arrays, types, others = dict[str, np.ndarray](), dict[str, str](), dict[str, str]()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            for name in archive.files:
                value = archive[name]
                if value.dtype in (np.float16, np.float32, np.float64):
                    arrays[name], types[name] = _wide(value), str(value.dtype)
                else:
                    others[name] = f"of type {value.dtype}"
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, MemoryError) as error:
        if "allow_pickle" in str(error):
            words = (
                "holds Python objects, which would have to be executed to be read: refused, and"
                " nothing of it was run; save its arrays alone, numpy.savez(FILE, **arrays)"
            )
            raise WeightsError([f"{path}: {words}"]) from error
        raise WeightsError([f"{path}: is damaged or no npz of arrays ({error})"]) from error
    return Tensors(arrays, types, others)


def _torch(path: Path, content: bytes, inside: str | None) -> Tensors:
    """What torch saved, read by its own reader of tensors alone."""
    import torch

    try:
        with warnings.catch_warnings():  # of what it refuses; that is told here
            warnings.simplefilter("ignore")
            found: object = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:  # of whatever kind: torch says in its text what it would not do
        raise WeightsError([f"{path}: {_refused(str(error))}"]) from error
    for key in inside.split(".") if inside else ():
        if not isinstance(found, Mapping) or key not in found:
            there = some([str(k) for k in found]) if isinstance(found, Mapping) else "no mapping"
            words = f"got {inside!r}, allowed: a key of the file; it has {there}"
            raise WeightsError([f"{path}: weights.inside: {words}"])
        found = found[key]
    if not isinstance(found, Mapping):
        words = f"holds {type(found).__name__}, allowed: a mapping of names to tensors"
        raise WeightsError([f"{path}: {words}; save model.state_dict()"])
    arrays, types, others = dict[str, np.ndarray](), dict[str, str](), dict[str, str]()
    for name, value in found.items():
        if not isinstance(value, torch.Tensor):
            others[str(name)] = f"a {type(value).__name__}, no tensor"
        elif value.layout is not torch.strided or not value.dtype.is_floating_point:
            others[str(name)] = f"of type {str(value.dtype).removeprefix('torch.')}"
        else:
            types[str(name)] = str(value.dtype).removeprefix("torch.")
            plain = value.detach() if value.dtype == torch.float64 else value.detach().float()
            arrays[str(name)] = plain.numpy()
    if not arrays:
        held = [str(k) for k, v in found.items() if isinstance(v, Mapping) and v]
        words = "holds no tensor by name"
        way = f"; say which of these does with weights.inside: {some(held)}" if held else ""
        raise WeightsError([f"{path}: {words}{way or '; save model.state_dict()'}"])
    return Tensors(arrays, types, others)


def _refused(said: str) -> str:
    """Why torch's reader of tensors alone did not read a file."""
    way = "save the weights alone, torch.save(model.state_dict(), FILE), or as safetensors"
    _, found, rest = said.partition("GLOBAL ")
    if found:
        return (
            f"holds the Python object {unbroken(rest.split()[0])}, which would have to be executed"
            f" to be read: refused, and nothing of it was run; {way}"
        )
    if "TorchScript" in said:
        return f"is a program (TorchScript), not weights: refused, and nothing of it was run; {way}"
    return f"is damaged, or holds more than tensors, which is refused without running it; {way}"


def _wide(value: np.ndarray) -> np.ndarray:
    """Numbers of 16 bits as ones of 32: every one of them is one of those."""
    return value.astype(np.float32) if value.dtype == np.float16 else value


def of_arrays(found: Mapping[str, object]) -> Tensors:
    """Arrays that are at hand, as if they had been read from a file; what is no array of floats is
    named as such.
    """
    values, types, others = dict[str, np.ndarray](), dict[str, str](), dict[str, str]()
    for key, given in found.items():
        value = np.asarray(given)
        if value.dtype in (np.float16, np.float32, np.float64):
            values[key] = _wide(value)
            types[key] = str(value.dtype)
        else:
            others[key] = f"of type {value.dtype}"
    return Tensors(values, types, others)
