"""Stored files: written in one step, and read with suspicion."""

import os
import time
from pathlib import Path
from typing import NotRequired, TypedDict

import pytest

from reportgen.errors import DamageError
from reportgen.files import as_json, digest_at, digest_of, read, read_json, write, write_json


class About(TypedDict):
    """What a file under test holds."""

    key: str
    seconds: float
    files: dict[str, str]
    steps: NotRequired[list[int]]
    step: NotRequired[int | None]
    pairs: NotRequired[list[tuple[str, int]]]


GOOD = dict(
    key="k", seconds=1, files={"a": "b"}, steps=[1, 2], step=None, more=[True], pairs=[["a", 1]]
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "about.json"
    write_json(path, GOOD)
    assert read_json(path, About) == GOOD
    assert digest_at(path) == digest_of(path.read_bytes())
    assert os.listdir(tmp_path) == ["about.json"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not JSON (Expecting value: line 1 column 1 (char 0))"),
        (b'{"key": "k", "sec', "not JSON (Unterminated string starting at: line 1 column 14 "),
        (b"\xff\xfe{}", "not JSON ('utf-8' codec can't decode byte 0xff in position 0"),
        (b"[]", "the whole: got [], allowed: an object"),
        (b"3", "the whole: got 3, allowed: an object"),
        (b"null", "the whole: got null, allowed: an object"),
        (b"{}", "key is missing"),
        (b'{"key": 3}', "key: got 3, allowed: text"),
        (b'{"key": "k", "seconds": true}', "seconds: got true, allowed: a number"),
        (b'{"key": "k", "seconds": NaN}', "not JSON (NaN is no number)"),
        (b'{"key": "k", "seconds": -Infinity}', "not JSON (-Infinity is no number)"),
        (b'{"key": "k", "seconds": 1e999}', "not JSON (1e999 is too large a number)"),
        (b'{"key": "k", "seconds": ' + b"9" * 5000 + b"}", "not JSON (Exceeds the limit"),
        (b'{"key": "k", "seconds": 1, "files": []}', "files: got [], allowed: an object"),
        (b'{"key": "k", "seconds": 1, "files": {"a": 1}}', "files.a: got 1, allowed: text"),
        (
            b'{"key": "k", "seconds": 1, "files": {}, "steps": [1, "2"]}',
            'steps.1: got "2", allowed: a whole number',
        ),
        (
            b'{"key": "k", "seconds": 1, "files": {}, "steps": {}}',
            "steps: got {}, allowed: a list",
        ),
        (
            b'{"key": "k", "seconds": 1, "files": {}, "step": 1.5}',
            "step: got 1.5, allowed: a whole number",
        ),
        (
            b'{"key": "k", "seconds": 1, "files": {}, "pairs": [["a"]]}',
            'pairs.0: got ["a"], allowed: a list of 2',
        ),
        (
            b'{"key": "k", "seconds": 1, "files": {}, "pairs": [["a", 1], ["b", "c"]]}',
            'pairs.1.1: got "c", allowed: a whole number',
        ),
        (b'{"key": "\\ud800"}', "not JSON ('utf-8' codec can't encode character"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b'{"key":' * 100_000, "it is nested too deeply"),
    ],
)
def test_damage_is_named(content: bytes, said: str, tmp_path: Path) -> None:
    """Whatever a file holds: one error, which names the file and what is wrong with it."""
    path = tmp_path / "about.json"
    path.write_bytes(content)
    with pytest.raises(DamageError) as told:
        read_json(path, About)
    assert str(told.value).startswith(f"{path} is damaged: {said}")


def test_what_stands_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    """A folder, a link to nothing, a link to itself, a pipe that nobody writes into: at once."""
    said = dict(
        gone="is gone",
        folder="is no file, but a folder",
        nowhere="is a link to nothing",
        circle="cannot be read: Too many levels of symbolic links",
        pipe="is no file, but a device, a pipe or a socket",
    )
    (tmp_path / "folder").mkdir()
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    begun = time.monotonic()
    for name, words in said.items():
        for reader in (read, digest_at):
            with pytest.raises(DamageError) as told:
                reader(tmp_path / name)
            assert str(told.value) == f"{tmp_path / name} {words}"
    with pytest.raises(DamageError) as told:
        read(tmp_path / "a\0b")
    assert str(told.value) == f"{str(tmp_path) + '/a' + chr(0) + 'b'!r} is no name of a file"
    assert time.monotonic() - begun < 5


def test_no_half_file_is_ever_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails leaves the old file, and nothing beside it."""
    path = tmp_path / "about.json"
    write(path, "old")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space")))
    with pytest.raises(OSError, match="No space"):
        write(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["about.json"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_not_finite_is_never_written(number: float, tmp_path: Path) -> None:
    value = dict(facts=dict(error=dict(interval=[0.1, number])))
    with pytest.raises(ValueError, match="JSON") as told:
        write_json(tmp_path / "facts.json", value)
    said = f"facts.error.interval[1] is {number}, and JSON has no such number"
    assert str(told.value) == said
    assert as_json(0.5) == "0.5\n"
    assert not list(tmp_path.iterdir())
