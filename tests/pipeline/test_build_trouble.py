"""What a build does when the world is against it: damage, no room, no right to write, tasks without
end.
"""

import errno
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import fakework
import pytest
from buildwork import Listener, alive, until
from click.testing import CliRunner
from test_build import Bench, states

from reportgen.cli import main
from reportgen.cli.terminal import Terminal
from reportgen.errors import ProjectError
from reportgen.pipeline import build
from reportgen.pipeline.running import dry_run
from reportgen.pipeline.store import MANIFEST, RECORD, Store
from reportgen.pipeline.task import Task
from reportgen.placed import SITE_TASK, Record
from reportgen.project import Project


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """train -> one, two -> pages."""
    bench = Bench(tmp_path)
    bench.add("train", stage="train")
    bench.add("one", needs=("r/train",))
    bench.add("two", needs=("r/train",))
    bench.add("pages", stage="pages", wants=("r/one", "r/two"))
    return bench


def damage(path: Path, how: str) -> None:
    """Harm a file of the store, or put something else in its place."""
    content = path.read_bytes()
    about = lambda **new: json.dumps(json.loads(content) | new).encode()
    other = {
        "truncated": lambda: content[:2],
        "flipped": lambda: bytes([content[0] ^ 1]) + content[1:],
        "empty": lambda: b"",
        "a list": lambda: b"[]",
        "deep": lambda: b"[" * 100_000,
        "not text": lambda: b"\xff\xfe",
        "not finite": lambda: about(seconds=float("nan")),
        "version": lambda: about(format=0),
        "another's": lambda: about(key="f" * 32),
        "out of it": lambda: about(files={"../../x": "0"}),
        "absolute": lambda: about(files={"/etc/passwd": "0"}),
    }
    if how in other:
        path.write_bytes(other[how]())
        return
    path.unlink()
    if how == "a folder":
        path.mkdir()
        (path / "inside").touch()
    elif how == "a pipe":
        os.mkfifo(path)
    elif how == "a link":
        path.with_name("copy").write_bytes(content)
        path.symlink_to("copy")
    elif how == "a link to nothing":
        path.symlink_to("nowhere")


HALF = "Expecting property name enclosed in double quotes: line 2 column 1 (char 2)"
NO_TEXT = "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
DAMAGE = [
    (
        "out.txt",
        "truncated",
        "is not what was stored: its digest differs from the one in manifest.json",
    ),
    (
        "out.txt",
        "flipped",
        "is not what was stored: its digest differs from the one in manifest.json",
    ),
    ("out.txt", "gone", "is gone"),
    (MANIFEST, "truncated", f"is damaged: not JSON ({HALF})"),
    (MANIFEST, "flipped", "is damaged: not JSON (Expecting value: line 1 column 1 (char 0))"),
    (MANIFEST, "empty", "is damaged: not JSON (Expecting value: line 1 column 1 (char 0))"),
    (MANIFEST, "a list", "is damaged: the whole: got [], allowed: an object"),
    (MANIFEST, "deep", "is damaged: it is nested too deeply"),
    (MANIFEST, "not text", f"is damaged: not JSON ({NO_TEXT})"),
    (MANIFEST, "not finite", "is damaged: not JSON (NaN is no number)"),
    (MANIFEST, "out of it", "names '../../x', which is no file of it"),
    (MANIFEST, "absolute", "names '/etc/passwd', which is no file of it"),
    (MANIFEST, "a folder", "is no file, but a folder"),
    (MANIFEST, "a pipe", "is no file, but a device, a pipe or a socket"),
    (MANIFEST, "a link to nothing", "is a link to nothing"),
    ("out.txt", "a folder", "is no file, but a folder"),
    ("out.txt", "a pipe", "is no file, but a device, a pipe or a socket"),
    ("out.txt", "a link", "is a link, not what was stored"),
    ("out.txt", "a link to nothing", "is a link, not what was stored"),
    (MANIFEST, "gone", "is gone"),
    (MANIFEST, "version", "has format 0, this version reads 1"),
    (MANIFEST, "another's", f"belongs to {'f' * 32}"),
]


@pytest.mark.parametrize(("name", "how", "said"), DAMAGE)
def test_damage_is_noticed_said_and_mended(
    bench: Bench, name: str, how: str, said: str, capsys: pytest.CaptureFixture
) -> None:
    """Every byte is checked before it is used; a line of the output says what is wrong with which
    file; only that task runs.
    """
    bench.run()
    [path] = bench.store.folder("r/one").glob(f"*/{name}")
    product = path.parent / "out.txt"
    whole = product.read_bytes()
    damage(path, how)
    outcomes = bench.run()
    assert bench.ran == ["one"]
    assert outcomes["one"].why == "because its stored products are damaged"
    assert outcomes["one"].remarks == (f"{path} {said}; it is not used",)
    assert product.read_bytes() == whole
    assert not product.is_symlink()
    Terminal(explain=False).finished(outcomes["one"])
    assert capsys.readouterr().out.startswith(f"figures r/one: {path} {said}; it is not used\n")
    assert set(states(bench.run()).values()) == {"reused"}


def test_damage_is_said_of_what_is_not_made_again(bench: Bench) -> None:
    """In a dry run, and of what was not asked for."""
    bench.run()
    [path] = bench.store.folder("r/one").glob("*/out.txt")
    damage(path, "flipped")
    assert [
        o.remarks != () for o in dry_run(bench.graph(), Listener()) if o.task.name == "r/one"
    ] == [True]
    bench.add("one", needs=("r/train",), optional=True)
    outcome = bench.run()["one"]
    assert outcome.state == "skipped"
    assert outcome.remarks != ()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"key": 1, "inputs": 2}',
        '{"key": "k", "inputs": {}, "seconds": "x", "built": 0}',
    ],
)
def test_a_damaged_record_costs_a_reason_only(bench: Bench, content: str) -> None:
    """last.json only says what changed and how long things take: without it everything is reused,
    and it is written again.
    """
    bench.run()
    record = bench.store.folder("r/one") / RECORD
    before = json.loads(record.read_text())
    record.write_text(content)
    assert set(states(bench.run()).values()) == {"reused"}
    assert json.loads(record.read_text())["inputs"] == before["inputs"]


def test_products_that_are_gone_are_made_again(bench: Bench) -> None:
    bench.run()
    [folder] = [path for path in bench.store.folder("r/one").iterdir() if path.is_dir()]
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    outcomes = bench.run()
    assert bench.ran == ["one"]
    assert outcomes["one"].why == "because its stored products are gone"


FULL_WORDS = (
    "nothing that was finished is lost: free some room (`reportgen clean NAME` removes what was"
    " built of a rule) and build again"
)
CLOSED_WORDS = (
    "nothing that was finished is lost: make the folder writable, or copy the project to one that"
    " is (--project FOLDER), and build again"
)


def test_no_room_fails_one_task_and_keeps_the_rest(bench: Bench) -> None:
    """A write that finds the disk full: the task fails with the place and the way on; the next
    build has only that left.
    """
    bench.add("one", work=fakework.full, needs=("r/train",))
    outcomes = bench.run()
    assert states(outcomes) == dict(train="ran", one="failed", two="ran", pages="ran")
    assert (
        outcomes["one"].why
        == f"{bench.store.folder('r/one')}: No space left on device; {FULL_WORDS}"
    )
    assert not list((bench.store.root / "_scratch").iterdir())
    bench.add("one", needs=("r/train",))
    assert [name for name, o in bench.run().items() if o.state == "ran"] == ["one", "pages"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 kB; stubs stand in for it in other tests."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True
    ).returncode:
        pytest.skip("only root can mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full(small_disk: Path, tmp_path: Path) -> None:
    """Products of other tasks survive, records that cannot be written are told, and with room again
    only the rest runs.
    """
    bench = Bench(small_disk)
    for word in "abc":
        bench.add(word)
    assert set(states(bench.run()).values()) == {"ran"}
    before = {path: path.read_bytes() for path in bench.store.root.rglob("*") if path.is_file()}
    (small_disk / "log").unlink()
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(1 << 20))
    for word in "abcd":
        bench.tasks.pop(word, None)
        bench.tasks[word] = Task(
            f"r/{word}", "figures", fakework.say, dict(word=word, log=str(tmp_path / "log"))
        )
    outcomes = bench.run()
    assert states(outcomes) == dict(a="reused", b="reused", c="reused", d="failed")
    full = f"No space left on device (the disk at {small_disk} is full); {FULL_WORDS}"
    assert outcomes["d"].why.endswith(full)
    assert {path: path.read_bytes() for path in before} == before
    with bench.store.locked():
        pass
    filler.unlink()
    assert states(bench.run()) == dict(a="reused", b="reused", c="reused", d="ran")


def refusing(real: Callable, where: str, number: int) -> Callable:
    """A call of the file system that fails for paths with some word in them."""

    def call(path: Path, *rest, **options):
        if where in str(path):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *rest, **options)

    return call


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, FULL_WORDS),
        (errno.EDQUOT, FULL_WORDS),
        (errno.EROFS, CLOSED_WORDS),
        (errno.EACCES, CLOSED_WORDS),
    ],
)
def test_what_cannot_be_moved_into_the_store(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """The store of one task refuses: that task fails, says where and how to go on, and everything
    before it stays.
    """
    bench.run()
    before = {path: path.read_bytes() for path in bench.store.root.rglob("*") if path.is_file()}
    bench.change("two", source="b")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", refusing(Path.write_bytes, "manifest", number))
        outcomes = bench.run()
    assert outcomes["two"].state == "failed"
    assert f"{os.strerror(number)}; {words}" in outcomes["two"].why
    assert ".reportgen" in outcomes["two"].why or str(bench.store.root) in outcomes["two"].why
    assert all(
        path.read_bytes() == content for path, content in before.items() if "pages" not in str(path)
    )
    assert bench.run()["two"].state == "ran"


def test_a_record_that_cannot_be_written_is_told(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The product is there and is used; the remark says what will be missing."""
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", refusing(Path.write_bytes, RECORD, errno.ENOSPC))
        outcomes = bench.run()
    assert set(states(outcomes).values()) == {"ran"}
    place = bench.store.folder("r/one")
    said = (
        f"{place}: what it was made from cannot be written down (No space left on device); the next"
        " build may not say why it runs"
    )
    assert outcomes["one"].remarks == (said,)
    assert set(states(bench.run()).values()) == {"reused"}


def test_a_project_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told before anything runs, by build and clean alike: which folder, and how to go on; exit
    code 2, or 1 where something was begun.
    """
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    monkeypatch.setattr(
        "reportgen.pipeline.tasks.plan",
        lambda project, names, **options: [Task("toy/a", "figures", fakework.say)],
    )
    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refusing(Path.mkdir, ".reportgen", errno.EROFS))
        result = CliRunner().invoke(
            main, ["--project", str(tmp_path), "build", "--rule", "plus_last_even"]
        )
    assert (result.exit_code, result.stderr) == (
        2,
        f"{tmp_path}/.reportgen: Read-only file system; {CLOSED_WORDS}\n",
    )
    record, page = Record(Project(tmp_path), SITE_TASK), tmp_path / "site" / "index.html"
    record.place({page: b"built"})
    (tmp_path / ".reportgen" / "store.json").touch()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refusing(Path.unlink, "index.html", errno.EACCES))
        result = CliRunner().invoke(main, ["--project", str(tmp_path), "clean"])
    assert (result.exit_code, result.stderr) == (
        1,
        f"{page}: Permission denied; {CLOSED_WORDS}\n",
    )
    assert CliRunner().invoke(main, ["--project", str(tmp_path), "clean"]).exit_code == 0
    assert not page.exists()


def test_a_file_where_the_store_should_be(tmp_path: Path) -> None:
    (tmp_path / ".reportgen").write_text("in the way")
    with pytest.raises(ProjectError) as told, Store(tmp_path / ".reportgen").locked():
        pass
    assert (
        str(told.value)
        == f"{tmp_path}/.reportgen: cannot be made: File exists; move what is in the way, or name"
        " another project"
    )


def test_a_task_that_takes_too_long_fails_alone(tmp_path: Path) -> None:
    """--timeout: its process and what that started are ended at once, with a message; what runs
    beside it is finished, and once only.
    """
    bench, pids = Bench(tmp_path), tmp_path / "pids"
    bench.tasks["endless"] = Task(
        "r/endless", "figures", fakework.sleeps, dict(log=str(pids)), weight=9.0
    )
    bench.add("slow", work=fakework.slow, weight=8.0)
    bench.add("after", needs=("r/endless",))
    for word in "ab":
        bench.add(word)
    outcomes = {
        o.task.name.removeprefix("r/"): o
        for o in build(
            Project(tmp_path), list(bench.tasks.values()), Listener(), jobs=2, timeout=1.0
        )
    }
    assert states(outcomes) == dict(endless="failed", slow="ran", after="skipped", a="ran", b="ran")
    assert (
        outcomes["endless"].why
        == "it took longer than --timeout allows, and its process was ended; nothing was stored:"
        " allow more and build again"
    )
    assert sorted(bench.ran) == ["a", "b", "slow"]
    until(lambda: not any(alive(int(pid)) for pid in pids.read_text().split()))
