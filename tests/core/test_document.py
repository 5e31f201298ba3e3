"""YAML files as plain values by the core schema of YAML 1.2, and every odd file as an error of ours
with its place.
"""

import os
from pathlib import Path

import pytest

from reportgen.core import document
from reportgen.errors import ConfigError


def read(tmp_path: Path, content: str | bytes) -> document.Document:
    path = tmp_path / "x.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return document.read(path)


def refused(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(ConfigError) as error:
        read(tmp_path, content)
    return str(error.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0100", 100),
        ("-07", -7),
        ("+3", 3),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e4", 10_000.0),
        ("2.0e+4", 20_000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("-.INF", float("-inf")),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("1:00", "1:00"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("yes", "yes"),
        ("on", "on"),
        ("n", "n"),
        ("2026-02-30", "2026-02-30"),
        ("2026-11-29 12:00:00", "2026-11-29 12:00:00"),
        ("tRue", "tRue"),
        ("'3'", "3"),
        ('"true"', "true"),
        ("1e", "1e"),
        ("\u0663", "\u0663"),  # a digit, but not of ASCII
    ],
)
def test_scalars_by_the_core_schema(tmp_path: Path, written: str, meant: document.Value) -> None:
    found = read(tmp_path, f"key: {written}\n")
    assert found.values == {"key": meant}
    assert type(found.values["key"]) is type(meant)
    assert not found.problems


def test_every_key_and_value_has_its_place(tmp_path: Path) -> None:
    text = "a: 1\nb:\n  c: [x, 'y']\n"
    found = read(tmp_path, text)
    assert {key: str(place) for key, place in found.keys.items()} == {
        (): "1:1",
        ("a",): "1:1",
        ("b",): "2:1",
        ("b", "c"): "3:3",
        ("b", "c", 0): "3:7",
        ("b", "c", 1): "3:10",
    }
    quoted = found.given["b", "c", 1]
    assert text[quoted.first : quoted.end] == "'y'"
    assert str(found.place(("b", "nothing", 3))) == "2:1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: a: given twice, first at 1:1; keep one of them"),
        ("a: {b: [{c: 1, c: 1}]}\n", "1:16: a.b.0.c: given twice, first at 1:10; keep one of them"),
        ("a:\n  b: 1\nc: 2\na:\n  b: 2\n", "4:1: a: given twice, first at 1:1; keep one of them"),
        ("a: 1\n'a': 2\n", "2:1: a: given twice, first at 1:1; keep one of them"),
        (
            "a: !!int '3'\n",
            (
                "1:4: a: got the tag tag:yaml.org,2002:int, allowed: no tags; a text stands in"
                " quotes, anything else as it is"
            ),
        ),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            (
                "1:4: a: got the tag tag:yaml.org,2002:python/object/apply:os.system, allowed: no"
                " tags; a text stands in quotes, anything else as it is"
            ),
        ),
        ("1: 2\n", "1:1: 1: got a key that is no text; put it in quotes"),
        ("true: 2\n", "1:1: true: got a key that is no text; put it in quotes"),
        (
            f"? {'9' * 5000}\n: 2\n",
            f"1:3: {'9' * 60}...: got a key that is no text; put it in quotes",
        ),
        ("b: &b {c: 1}\na: {<<: *b}\n", "2:5: a.<<: no merge keys in YAML 1.2; write the keys out"),
        ("a: 1" + "0" * 400, "1:4: a: a number of 401 characters, allowed: at most 100"),
        ("a: 1" + "0" * 5000, "1:4: a: a number of 5,001 characters, allowed: at most 100"),
        ("a: 1e400\n", "1:4: a: got 1e400, which is too large for a number"),
        ('a: "x\\0y"\n', "1:4: a: holds the control character '\\x00'; take it out"),
        ('a: "\\ud800"\n', "1:4: a: holds the control character '\\ud800'; take it out"),
    ],
)
def test_what_may_not_stand_there_has_its_place(tmp_path: Path, text: str, words: str) -> None:
    found = read(tmp_path, text)
    path = Path("x.yaml")
    assert [problem.told(path) for problem in found.problems] == [f"x.yaml:{words}"]


def test_all_that_may_not_stand_there_is_told_at_once(tmp_path: Path) -> None:
    found = read(tmp_path, "a: 1\na: 2\nb: !x 1\nc: {d: 1, d: {e: 1, e: 2}}\n")
    assert [str(problem.place) for problem in found.problems] == ["2:1", "3:4", "4:11", "4:21"]
    assert found.values == {"a": 1, "b": "1", "c": {"d": 1}}  # the first one of two


LAUGHS = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{here}: &{here} [{', '.join(['*' + before] * 10)}]\n"
    for before, here in zip("abcdefgh", "bcdefghi")
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a: [b\n", "2:1: not YAML: expected ',' or ']', but got '<stream end>'"),
        ("a: b: c\n", "1:5: not YAML: mapping values are not allowed here"),
        ("a: &a [*a]\n", "1:8: not YAML: *a stands within what it names, without end"),
        ("a: *b\n", "1:4: not YAML: nothing before has the anchor &b"),
        (LAUGHS, "4:36: not YAML: more than 10,000 values, those that aliases repeat included"),
        ("[" * 50_000, "1:22: not YAML: more than 20 mappings and lists in one another"),
        (
            "- " * 30 + "1\n",
            "1:43: not YAML: more than 20 mappings and lists in one another",
        ),
        ("? [a]\n: 1\n", "1:3: not YAML: a key is a text, without tag or alias"),
        ("a: &b c\n*b : 1\n", "2:1: not YAML: a key is a text, without tag or alias"),
        (
            "a: 1\n---\nb: 2\n",
            "3:1: not YAML: a second document begins; a file holds one configuration",
        ),
        ('a: "\\UFFFFFFFF"\n', "1:7: not YAML: an escape or a version that is no number"),
        (
            f"%YAML {'9' * 5000}.1\n---\na\n",
            "1:7: not YAML: an escape or a version that is no number",
        ),
        (
            "a: 1\nb: \x07\n",
            (
                "2:4: not YAML: the control character '\\x07' stands here; take it out, or write it"
                " as an escape within double quotes"
            ),
        ),
        (
            b"\x00" * 10,
            (
                "1:1: not YAML: the control character '\\x00' stands here; take it out, or write it"
                " as an escape within double quotes"
            ),
        ),
        (" is UTF-16 text; save it as UTF-8", "a: 1\n".encode("utf-16")),
        (" is UTF-32 text; save it as UTF-8", "a: 1\n".encode("utf-32")),
        (" is UTF-32 text; save it as UTF-8", b"\0\0\xfe\xff" + "a: 1\n".encode("utf-32-be")),
        (" is not UTF-8 text (byte 3); save it as UTF-8", b"a: \xff\n"),
        (" has more than 65,536 bytes, the most that are read", b"#" * 70_000),
    ],
)
def test_files_that_cannot_be_read(
    tmp_path: Path, content: str | bytes, words: str | bytes
) -> None:
    if isinstance(words, bytes):
        content, words = words, str(content)
    assert refused(tmp_path, content) == f"x.yaml:{words}"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfa: 1\n").values == {"a": 1}


def test_what_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    """A pipe that nobody writes to would keep a reader for ever."""
    told = {}
    for name, make in {
        "pipe": os.mkfifo,
        "folder": os.mkdir,
        "dangling": lambda path: os.symlink(tmp_path / "gone", path),
        "loop": lambda path: os.symlink(path, path),
        "endless": lambda path: os.symlink("/dev/zero", path),
    }.items():
        path = tmp_path / f"{name}.yaml"
        make(path)
        with pytest.raises(ConfigError) as error:
            document.read(path)
        told[name] = str(error.value).removeprefix(f"{path}: cannot be read: ")
    assert told == {
        "pipe": "it is a pipe, not a file",
        "folder": "it is a folder, not a file",
        "dangling": "No such file or directory",
        "loop": "Too many levels of symbolic links",
        "endless": "it is a device or a socket, not a file",
    }


def test_a_path_that_cannot_be_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: embedded null byte"):
        document.read(tmp_path / "x\0.yaml")
