"""Ids of texts in a project's store: a key is the content, damage heals and is said, and many
processes may come at once.
"""

import os
import pickle
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from corpuswork import read, spelled, text_of

from reportgen.errors import RuleError
from reportgen.rules import corpus as corpora
from reportgen.rules import kept as keeping
from reportgen.rules.corpus import corpus
from reportgen.rules.pieces import digest
from reportgen.rules.text import Text

OLD, NEW = "aab b", "xxy y"  # of one size
TIME = 1_500_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a project keeps its texts."""
    (tmp_path / "project").mkdir()
    return tmp_path / "project" / ".reportgen" / "_texts"


def dated(path: Path) -> Path:
    os.utime(path, (TIME, TIME))
    return path


def copied(old: Path, new: Path) -> None:
    """cp -p"""
    shutil.copy2(new, old)


def moved(old: Path, new: Path) -> None:
    os.replace(new, old)


def linked(old: Path, new: Path) -> None:
    """Another hard link in the place of the first."""
    old.unlink()
    os.link(new, old)


def pointed(old: Path, new: Path) -> None:
    """A symbolic link to a file of another folder."""
    old.unlink()
    old.symlink_to(new)


def rewritten(old: Path, new: Path) -> None:
    """In place, and the times put back, as touch -r does it."""
    old.write_bytes(new.read_bytes())
    dated(old)


def within_a_tick(old: Path, new: Path) -> None:
    """As soon as it was read, with no time for the clock to move on."""
    old.write_bytes(new.read_bytes())


def unpacked(old: Path, new: Path) -> None:
    """From an archive that brings the time along."""
    with tarfile.open(old.with_suffix(".tar"), "w") as archive:
        archive.add(new, old.name)
    with tarfile.open(old.with_suffix(".tar")) as archive:
        archive.extractall(old.parent, filter="data")


@pytest.mark.parametrize(
    "replaced", [copied, moved, linked, pointed, rewritten, within_a_tick, unpacked]
)
@pytest.mark.parametrize("unit", ["characters", "words"])
def test_no_way_of_replacing_a_text_is_missed(
    tmp_path: Path, folder: Path, unit: str, replaced: Callable[[Path, Path], None]
) -> None:
    """Another text of the same size, and wherever that can be of the same time, in the place of the
    first.
    """
    old, new = dated(text_of(tmp_path, OLD)), dated(text_of(tmp_path, NEW, "other.txt"))
    first = Text(unit, 9, str(old)).kept_in(folder)
    before, material = spelled(first.corpus), first.materials()
    replaced(old, new)
    assert old.stat().st_size == len(OLD)
    second = Text(unit, 9, str(old)).kept_in(folder)
    assert spelled(second.corpus) == [t.translate(str.maketrans("ab", "xy")) for t in before]
    assert second.materials() != material


def test_an_equal_text_elsewhere_is_the_same_text(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read(text_of(tmp_path, OLD), "words", 9, folder)
    monkeypatch.setattr(corpora, "_make", lambda *given: pytest.fail("made again"))
    again = read(text_of(tmp_path, OLD, "copy.txt"), "words", 9, folder)
    assert spelled(again) == spelled(found)
    assert again.digest == found.digest


def test_what_only_reading_sees_is_part_of_no_key(tmp_path: Path) -> None:
    """Two spellings of one text, and a byte order mark, make the same tokens: nothing has to be
    trained again.
    """
    texts = ("Café x\r\n", "\ufeffCafe\u0301 x\n", "café X\n")
    made = [
        Text("words", 9, str(text_of(tmp_path, text, f"{i}.txt"))).corpus.digest
        for i, text in enumerate(texts)
    ]
    assert len(set(made)) == 1


# damage


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def a_folder(path: Path) -> None:
    path.unlink()
    (path / "within").mkdir(parents=True)


def a_dangling_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "nowhere")


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0\0")


def a_list(path: Path) -> None:
    path.write_bytes(b"[" * 100_000)


@pytest.mark.parametrize(
    "harm", [cut, emptied, flipped, a_folder, a_dangling_link, a_pipe, longer, a_list]
)
@pytest.mark.parametrize("kind", ["ids", "json"])
def test_damage_is_said_and_made_again(
    tmp_path: Path,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    harm: Callable[[Path], None],
) -> None:
    path = text_of(tmp_path, OLD)
    whole = spelled(read(path, "characters", 9, folder))
    [kept] = folder.glob(f"*.{kind}")
    harm(kept)
    assert spelled(read(path, "characters", 9, folder)) == whole
    how = "no file" if harm in (a_folder, a_dangling_link, a_pipe) else "not what was stored"
    said, *moved = caplog.messages
    assert said == f"{kept}: is {how}; it is made again from the text"
    assert len(moved) == (harm is a_folder)  # somebody's folder is moved out of the way
    assert all(words.startswith(f"{kept} was in the way of what a build writes") for words in moved)
    caplog.clear()
    assert spelled(read(path, "characters", 9, folder)) == whole
    assert caplog.messages == []


def test_ids_that_are_gone_are_made_again(
    tmp_path: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = text_of(tmp_path, OLD)
    whole = spelled(read(path, "characters", 9, folder))
    for kind, said in (("ids", 1), ("json", 0)):  # without a KEY.json there is nothing that lacks
        [kept] = folder.glob(f"*.{kind}")
        kept.unlink()
        assert spelled(read(path, "characters", 9, folder)) == whole
        assert len(caplog.messages) == said
        caplog.clear()


@pytest.mark.parametrize("harm", [a_folder, a_dangling_link, a_pipe])
def test_the_lock_and_the_folder_heal_too(
    tmp_path: Path, folder: Path, harm: Callable[[Path], None]
) -> None:
    path = text_of(tmp_path, OLD)
    read(path, "characters", 9, folder)
    harm(folder / "lock")
    assert spelled(read(path, "words", 9, folder)) == ["aab", "b"]
    shutil.rmtree(folder)
    folder.symlink_to(tmp_path / "nowhere")
    assert spelled(read(path, "words", 9, folder)) == ["aab", "b"]


def test_what_a_killed_process_left_goes(tmp_path: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / ".x.ids.partial").write_bytes(b"half")
    read(text_of(tmp_path, OLD), "words", 9, folder)
    assert sorted(path.suffix for path in folder.iterdir()) == ["", ".ids", ".json"]


def test_ids_are_believed_by_no_other_key(tmp_path: Path, folder: Path) -> None:
    """Unit, size, and the tables of Unicode are part of it."""
    path = text_of(tmp_path, OLD)
    for unit, size in (("characters", 9), ("characters", 3), ("words", 9)):
        read(path, unit, size, folder)
    assert len(list(folder.glob("*.json"))) == 3


def test_many_processes_make_it_once(tmp_path: Path, folder: Path) -> None:
    path = text_of(tmp_path, "one two three " * 20_000)
    code = (
        "import sys; from pathlib import Path\n"
        "from reportgen.rules import corpus as c; from reportgen.rules.pieces import digest\n"
        "make = c._make\n"
        "c._make = lambda *given: (print('made'), make(*given))[1]\n"
        "text, folder = map(Path, sys.argv[1:])\n"
        "print(len(c.corpus(text, 'words', 9, digest(text), folder).ids))"
    )
    run = lambda _: subprocess.run(
        [sys.executable, "-c", code, str(path), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(run, range(3)))
    assert sorted(said) == [["60000"], ["60000"], ["made", "60000"]]


# where there is no room, and where there is no project


def test_a_folder_that_is_full_or_closed_is_named(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(28, "No space left on device", str(folder / "x.ids"))

    monkeypatch.setattr(corpora, "_make", full)
    with pytest.raises(RuleError) as error:
        read(text_of(tmp_path, OLD), "words", 9, folder)
    assert (
        str(error.value)
        == f"{folder}/x.ids: the text cannot be kept there as ids: No space left on device; "
        "make room, or make the folder writable, and build again"
    )


def test_a_machine_without_the_project_keeps_nothing(tmp_path: Path) -> None:
    """A worker elsewhere reads the text itself, and makes no folder of a project that is not
    there.
    """
    rule = Text("words", 9, str(text_of(tmp_path, OLD))).kept_in(tmp_path / "p/.reportgen/_texts")
    assert spelled(pickle.loads(pickle.dumps(rule)).corpus) == ["aab", "b"]
    assert not (tmp_path / "p").exists()


def test_what_travels_is_the_text_that_was_planned_with(tmp_path: Path, folder: Path) -> None:
    """A text that changes while a build runs is not taken for the one in the keys."""
    path = text_of(tmp_path, OLD)
    sent = pickle.dumps(Text("words", 9, str(path)).kept_in(folder))
    elsewhere = pickle.dumps(Text("words", 9, str(path)))
    Text("words", 9, str(path)).kept_in(folder).materials()
    path.write_text(NEW)
    corpus.cache_clear()
    assert spelled(pickle.loads(sent).corpus) == ["aab", "b"]
    with pytest.raises(RuleError) as error:
        pickle.loads(elsewhere).materials()
    assert (
        str(error.value)
        == f"{path}: is not the text that it was when the build began; build again once it is at"
        " rest"
    )


def test_a_text_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = text_of(tmp_path, OLD)
    content = digest(path)
    path.write_text(NEW)
    with pytest.raises(RuleError, match="is not the text that it was when the build began"):
        corpus(path, "words", 9, content)


def test_a_folder_that_forgets_is_named(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping.Kept, "_write", lambda self, make: None)
    with pytest.raises(RuleError) as error:
        read(text_of(tmp_path, OLD), "words", 9, folder)
    assert str(error.value) == f"{folder}: what is written there does not stay as it was written"
