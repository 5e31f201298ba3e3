"""Stored runs of any kind: read, or refused by an error of ours that names the file, soon and in
little memory.
"""

import json
import random
import struct
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import committed
from fuzzwork import bounded, cases
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save

from reportgen.core.runs import Run
from reportgen.core.runs.unfinished import Unfinished, _AboutUnfinished, _digest
from reportgen.errors import RunError

NAME = "x.safetensors"
RUN = committed("learnt").run.only([0, 2], every=10)
STORED = RUN.to_bytes()
ODD: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    3,
    2**31,
    2**63,
    2**64,
    10**40,
    0.5,
    -0.0,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "0",
    "F32",
    "BF16",
    "F8_E4M3",
    "I64",
    "BOOL",
    "x" * 10_000,
    "\0",
    "\ud800",
    "é",
    [],
    [0],
    [[]],
    [1, 1],
    [-1],
    [2**40, 2**40],
    [0, 2**62],
    {},
    {"a": {}},
    {"format": 1},
)
chances = st.integers(0, 2**32 - 1).map(random.Random)


def refused(
    stored: bytes, read: Callable[[bytes], object] = lambda b: Run.from_bytes(b, NAME)
) -> bool:
    """Is it refused, as it should be; what is read is whole."""
    found, words = None, ""
    with bounded(seconds=3.0, megabytes=300):
        try:
            found = read(stored)
        except RunError as error:
            words = str(error)
    assert found or NAME in words
    if isinstance(found, Run):
        axes = len(found.seeds), len(found.steps)
        assert all(
            v.shape[:2] == axes for v in (*found.parameters.values(), *found.history.values())
        )
        assert all(np.isfinite(values).all() for values in found.parameters.values())
        assert (np.diff(found.steps) > 0).all()
        assert 0 <= found.shown < len(found.seeds)
        assert found.checkpoint(int(found.steps[-1])) == axes[1] - 1
        assert Run.from_bytes(found.to_bytes(), NAME).digest == found.digest
    return found is None


def apart(stored: bytes) -> tuple[dict[str, Any], bytes]:
    """The header of a file, and the rest."""
    (length,) = struct.unpack("<Q", stored[:8])
    return json.loads(stored[8 : 8 + length]), stored[8 + length :]


def whole(header: object, rest: bytes) -> bytes:
    raw = (
        header if isinstance(header, bytes) else json.dumps(header).encode("utf-8", "surrogatepass")
    )
    return struct.pack("<Q", len(raw)) + raw + rest


def changed(value: Any, chance: random.Random, odd: tuple[Any, ...] = ODD) -> Any:
    """Plain values with one of them lost, given another name, or replaced."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key, made = chance.choice(list(value)), dict(value)
        match chance.randrange(5):
            case 0:
                del made[key]
            case 1:
                made[
                    chance.choice(("", "x", "steps", "parameters.", "__metadata__", key + "x"))
                ] = made.pop(key)
            case _:
                made[key] = changed(made[key], chance, odd)
        return made
    if isinstance(value, list) and value and chance.random() < 0.7:
        made, at = list(value), chance.randrange(len(value))
        made[at : at + chance.randrange(2)] = [changed(value[at], chance, odd)] * chance.randrange(
            3
        )
        return made
    if type(value) is int and chance.random() < 0.4:
        return value + chance.choice((-1, 1, 8, 2**32))
    return chance.choice(odd)


@cases(800)
@given(chances)
def test_bytes_are_lost_and_changed(chance: random.Random) -> None:
    stored, length = bytearray(STORED), struct.unpack("<Q", STORED[:8])[0]
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(stored) if chance.random() < 0.3 else 8 + length) % max(
            1, len(stored)
        )
        match chance.randrange(4):
            case 0:
                del stored[at:]
            case 1:
                del stored[at : at + chance.choice((1, 8, 100))]
            case 2:
                stored[at:at] = chance.randbytes(chance.choice((1, 8, 100)))
            case _:
                stored[at : at + 1] = chance.randbytes(1)
        if not stored:
            break
    refused(bytes(stored))


@cases(1200)
@given(chances)
def test_a_header_says_something_else(chance: random.Random) -> None:
    header, rest = apart(STORED)
    refused(whole(changed(header, chance), rest))


@cases(1200)
@given(chances)
def test_a_run_says_something_else_of_itself(chance: random.Random) -> None:
    header, rest = apart(STORED)
    about = json.loads(header["__metadata__"]["reportgen"])
    for _ in range(chance.randint(1, 3)):
        about = changed(about, chance)
    header["__metadata__"]["reportgen"] = json.dumps(about)
    refused(whole(header, rest))


def bent(arrays: dict[str, np.ndarray], chance: random.Random) -> dict[str, np.ndarray]:
    """Arrays of which one is lost, has another name, another shape, another type, or other
    numbers.
    """
    made = dict(arrays)
    name = chance.choice(("steps", *made)) if "steps" in made else chance.choice(list(made))
    values = made[name]
    numbers = values.astype(float)
    with np.errstate(all="ignore"):
        _bend(made, name, values, numbers, chance)
    return made


def _bend(
    made: dict[str, np.ndarray],
    name: str,
    values: np.ndarray,
    numbers: np.ndarray,
    chance: random.Random,
) -> None:
    match chance.randrange(9):
        case 0:
            del made[name]
        case 1:
            made[name + chance.choice("xyz")] = made.pop(name)
        case 2:
            made[name] = values.ravel()
        case 3:
            made[name] = values[None]
        case 4:
            made[name] = np.atleast_1d(values)[:0]
        case 5:
            made[name] = np.moveaxis(np.atleast_1d(values), 0, -1).copy()
        case 6:
            made[name] = values.astype(chance.choice(["f8", "f4", "f2", "i8", "i4", "u1", "?"]))
        case 7:
            made[name] = values[..., ::-1].copy() if values.ndim else values
        case _ if numbers.size:
            numbers.flat[chance.randrange(numbers.size)] = chance.choice(
                [np.nan, np.inf, -np.inf, -1, 0, 1e300]
            )
            made[name] = numbers.astype(values.dtype)


@cases(1000)
@given(chances)
def test_arrays_are_others(chance: random.Random) -> None:
    arrays = load(STORED)
    for _ in range(chance.randint(1, 2)):
        arrays = bent(arrays, chance)
    refused(save(arrays, apart(STORED)[0]["__metadata__"]))


UNFINISHED = Unfinished(
    RUN.config,
    (0, 2),
    700,
    np.array([0, 500]),
    {"W_E": np.zeros((2, 2, 3, 4), np.float32)},
    np.zeros(24, np.float32),
    dict(
        step=np.array(700, np.float32),
        exp_avg=np.zeros(24, np.float32),
        exp_avg_sq=np.zeros(24, np.float32),
    ),
)


@pytest.fixture(scope="module")
def partial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("partial") / NAME
    UNFINISHED.save(path)
    return path


@cases(1000)
@given(chances)
def test_a_training_under_way_is_another(partial: Path, chance: random.Random) -> None:
    """With the digest made anew for about half of them, so that not only the digest stands
    guard.
    """
    header, _ = apart(partial.read_bytes())
    about, arrays = json.loads(header["__metadata__"]["reportgen"]), load(partial.read_bytes())
    for _ in range(chance.randint(0, 2)):
        arrays = bent(arrays, chance)
    for _ in range(chance.randint(0, 2)):
        about = changed(about, chance)
    if isinstance(about, dict) and chance.random() < 0.6:
        try:
            about["digest"] = _digest(_AboutUnfinished.model_validate(about), arrays)
        except ValueError:
            about["digest"] = sha256(b"").hexdigest()
    path = partial.with_name(f"bent {NAME}")
    path.write_bytes(save(arrays, {"reportgen": json.dumps(about)}))
    refused(b"", lambda _: Unfinished.load(path))


DEEP = b"[" * 100_000
CORPUS = {
    "nothing": b"",
    "seven bytes": b"1234567",
    "a header of 2**63 bytes": struct.pack("<Q", 2**63) + b"{}",
    "a header of 99 MB that is not there": struct.pack("<Q", 99_000_000) + b"{}",
    "no JSON": whole(b"not JSON", b""),
    "no UTF-8": whole(b"\xff\xfe{}", b""),
    "nested without end": whole(DEEP, b""),
    "nested without end, said of itself": whole(
        {"__metadata__": {"reportgen": DEEP.decode()}}, b""
    ),
    "nested without end, in the configuration": whole(
        {
            "__metadata__": {
                "reportgen": (
                    '{"format":1,"config":{"name":"x","a":'
                    + "[" * 50_000
                    + "]" * 50_000
                    + '},"seeds":[0],"versions":{}}'
                )
            }
        },
        b"",
    ),
    "a number of 5,000 digits": whole(
        {"__metadata__": {"reportgen": '{"format": ' + "9" * 5000 + "}"}}, b""
    ),
    "a list": whole([], b""),
    "no metadata": whole({}, b""),
    "none of ours": whole({"__metadata__": {"reportgen": 1}}, b""),
    "a pickle": b"\x80\x04\x95.",
    "zeros": bytes(100_000),
    "an array of 2**60 rows of nothing": whole(
        {"steps": dict(dtype="I64", shape=[2**60, 0], data_offsets=[0, 0])}, b""
    ),
}


@pytest.mark.parametrize("stored", CORPUS.values(), ids=CORPUS)
def test_odd_files_are_refused(stored: bytes) -> None:
    assert refused(stored)


def test_what_is_whole_is_read() -> None:
    """The guards are not so strict that nothing passes."""
    assert not refused(STORED)
    assert not refused(save(load(STORED), apart(STORED)[0]["__metadata__"]))
