"""The store heals: whatever stands in the place of what it keeps is noticed, named and made
again.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import fakework
import pytest
from buildwork import Listener
from test_build import Bench, states

from reportgen.files import digest_of, write_json
from reportgen.pipeline import build, disks
from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.publish import as_written
from reportgen.pipeline.store import MANIFEST, MARKER, RECORD, Store
from reportgen.pipeline.task import Task
from reportgen.pipeline.worker import Order, perform
from reportgen.placed import PLACED, WRITTEN
from reportgen.project import SCRATCH, Project


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """train -> one."""
    bench = Bench(tmp_path)
    bench.add("train", stage="train")
    bench.add("one", needs=("r/train",))
    return bench


def replaced(path: Path, how: str) -> None:
    """Something else in the place of a file or a folder."""
    if path.is_dir():
        path.rename(path.parent.parent / "aside")
    else:
        path.unlink()
    if how == "file":
        path.write_text("x")
    elif how == "folder":
        path.mkdir()
        (path / "inside").touch()
    elif how == "link":
        path.symlink_to("nowhere")
    elif how == "pipe":
        os.mkfifo(path)


@pytest.mark.parametrize("how", ["file", "folder", "link", "pipe"])
@pytest.mark.parametrize("what", ["KEY", "TASK", "REPORT", RECORD])
def test_whatever_stands_in_the_place_of_products(bench: Bench, what: str, how: str) -> None:
    """They are made again in their place, and the build after that has nothing to do."""
    bench.run()
    [key] = [path for path in bench.store.folder("r/one").iterdir() if path.is_dir()]
    places = {"KEY": key, "TASK": key.parent, "REPORT": key.parent.parent}
    replaced(places.get(what, key.parent / RECORD), how)
    with bench.store.locked():
        outcomes = bench.run()
    assert {*states(outcomes).values()} <= {"ran", "reused"}
    assert (outcomes["one"].state == "reused") == (what == RECORD)
    assert (key / "out.txt").is_file()
    if what == RECORD:
        assert outcomes["one"].remarks[0].startswith(f"{key.parent / RECORD} is ")
        assert outcomes["one"].remarks[0].endswith("; it is written again")
    again = bench.run()
    assert {*states(again).values()} == {"reused"}
    assert not any(outcome.remarks for outcome in again.values())


@pytest.mark.parametrize(
    "change",
    [dict(format=2), dict(inputs={}), dict(inputs={"a": "b"}), dict(built="x"), dict(key=3)],
)
def test_a_record_that_was_changed_is_written_again(bench: Bench, change: dict) -> None:
    bench.run()
    path = bench.store.folder("r/one") / RECORD
    before = json.loads(path.read_text())
    path.write_text(json.dumps(before | change))
    [remark] = bench.run()["one"].remarks
    assert remark.startswith(f"{path} is ")
    after = json.loads(path.read_text())
    same = ("key", "inputs")
    assert [after[key] for key in same] == [before[key] for key in same]
    assert {*after} == {*before}


@pytest.mark.parametrize("key", ["../../elsewhere/k", "/etc", "..", "a/b", "k\0"])
def test_a_record_leads_nowhere_else(tmp_path: Path, key: str) -> None:
    """The key of a last build is no path."""
    store, elsewhere = Store(tmp_path / "store"), Store(tmp_path / "elsewhere")
    with elsewhere.scratch() as scratch:
        (scratch / "made").mkdir()
        (scratch / "made" / "facts.json").write_text("{}")
        made = elsewhere.keep(scratch / "made", ".", "k", 1.0)
    manifest = json.loads((made.folder / MANIFEST).read_text())
    write_json(made.folder / MANIFEST, manifest | dict(key=key))
    store.folder("r/facts").mkdir(parents=True)
    write_json(store.folder("r/facts") / RECORD, dict(key=key, inputs={}, seconds=1.0, built=1.0))
    assert store.last("r/facts") is None


def test_what_a_kill_left_is_swept_whatever_it_is(tmp_path: Path) -> None:
    """Half of files go; folders and links called like them, and files of users, stop nothing."""
    store = Store(tmp_path)
    task = store.folder("r/one")
    (task / "0.partial").mkdir(parents=True)
    (task / "0").mkdir()
    (task / ".last.json.12").mkdir()
    (task / ".last.json.13").touch()
    (task / ".last.json.14").symlink_to("nowhere")
    (task / ".mine.txt").touch()
    (store.root / ".store.json.15").touch()
    (store.root / SCRATCH).symlink_to("elsewhere")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine").touch()
    with store.locked():
        assert sorted(os.listdir(task)) == [".last.json.12", ".mine.txt", "0", "0.partial"]
        assert not os.path.lexists(store.root / SCRATCH)
        assert (tmp_path / "elsewhere" / "mine").is_file()
        assert not (store.root / ".store.json.15").exists()


def test_nothing_half_made_outlives_a_build(tmp_path: Path) -> None:
    """What a process left that died on the way is gone when the build ends, not when the next one
    begins.
    """
    store = Store(tmp_path / ".reportgen")
    with store.locked():
        (store.root / SCRATCH / "tmp" / "products").mkdir(parents=True)
    assert not (store.root / SCRATCH).exists()


@pytest.mark.parametrize("kind", ["file", "link", "pipe"])
def test_scratch_that_is_no_folder(bench: Bench, kind: str) -> None:
    bench.store.root.mkdir()
    place = bench.store.root / SCRATCH
    place.touch()
    replaced(place, kind)
    with bench.store.locked():
        assert set(states(bench.run()).values()) == {"ran"}


OTHER = '{"format": 7}'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, ""),
        (
            OTHER,
            "{root} is of another version (format 7, this one has 1): what it holds is made again",
        ),
        (
            "",
            (
                "{path} is damaged: not JSON (Expecting value: line 1 column 1 (char 0)); it is"
                " made again"
            ),
        ),
        ("[]", "{path} is damaged: the whole: got [], allowed: an object; it is made again"),
        ('{"format": 1, "more": 2}', "{path} is not what was written; it is made again"),
        ("folder", "{path} is no file, but a folder; it is made again"),
    ],
)
def test_the_mark_of_a_store(tmp_path: Path, content: str | None, said: str) -> None:
    """Whose version it is, told once in a build, and written anew."""
    store, watch = Store(tmp_path / ".reportgen"), Listener()
    path = store.root / MARKER
    store.root.mkdir()
    if content == "folder":
        path.mkdir()
        (path / "inside").touch()
    elif content is not None:
        path.write_text(content)
    tasks = [
        Task(f"r/{word}", "figures", fakework.say, dict(word=word, log=str(tmp_path / "log")))
        for word in "ab"
    ]
    build(Project(tmp_path), tasks, watch, jobs=1)
    remarks = [remark for outcome in watch.ended for remark in outcome.remarks]
    assert remarks == ([said.format(root=store.root, path=path)] if said else [])
    assert json.loads(path.read_text()) == {"format": 1}
    again = Listener()
    build(Project(tmp_path), tasks, again, jobs=1)
    assert not any(outcome.remarks for outcome in again.ended)


def test_pages_are_as_written_only_if_all_is(tmp_path: Path) -> None:
    """What was placed, the record of it, and every report that should be in it."""
    project, page = Project(tmp_path), tmp_path / "docs" / "rules" / "index.md"
    page.parent.mkdir(parents=True)
    page.write_text("text")
    folder = project.store / "_site" / "index" / "k"
    folder.mkdir(parents=True)
    name = "docs/rules/index.md"
    write_json(folder / WRITTEN, {name: digest_of(b"text")})
    write_json(folder.parent / PLACED, dict(files=[name]))
    check = lambda *files: as_written(
        Artefact(folder, dict.fromkeys(files, ""), 1.0), project, "_site/index"
    )
    assert check(WRITTEN) == []
    [said] = check(WRITTEN, "left-out.json")
    assert said == f"{folder / 'left-out.json'} lists reports that were left out"
    page.write_text("other")
    assert check(WRITTEN) == [f"{page} is not what was written"]
    (folder / WRITTEN).unlink()
    assert check(WRITTEN) == [f"{folder / WRITTEN} is gone"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A full file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mounted, capture_output=True).returncode:
        pytest.skip("only root can mount a file system")
    with pytest.raises(OSError, match="No space"):
        (folder / "filler").write_bytes(bytes(1 << 20))
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("place", ["site", "docs/rules", "TMPDIR"])
def test_the_disk_that_is_full_is_named(
    disk: Path, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the error does not say it, and where it is that of pages or temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(disk if place == "TMPDIR" else tmp_path))
    if place != "TMPDIR":
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).symlink_to(disk)
    store = Store(tmp_path / ".reportgen")
    made = perform(
        Order(fakework.full, "r/a", "k", dict(word="a", log=str(tmp_path / "log")), {}, store)
    )
    assert (
        made.message
        == f"{store.folder('r/a')}: No space left on device (the disk at {disk} is full); nothing"
        " that was finished is lost: free some room (`reportgen clean NAME` removes what was"
        " built of a rule) and build again"
    )
    made = perform(
        Order(fakework.mistake, "r/a", "k", dict(word="a", log=str(tmp_path / "log")), {}, store)
    )
    assert (
        made.message
        == f"the loss became nan at step 3 (seed 1, training.lr 9.0)\nthe disk at {disk} is full"
    )


def test_a_disk_that_has_room_for_no_more_files_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.statvfs(tmp_path)
    assert disks.full_disks([tmp_path]) == ""
    full = os.statvfs_result([*real[:6], 0, 0, *real[8:10]])
    monkeypatch.setattr(os, "statvfs", lambda path: full)
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), dict(free=1 << 40)))
    assert disks.full_disks([tmp_path]).endswith(f"{disks.mount_of(tmp_path)} is full")
