"""Digests that are not read again, and those that are."""

import os
import time
from pathlib import Path

import pytest

from reportgen import digests
from reportgen.digests import Digests
from reportgen.errors import DamageError
from reportgen.files import digest_at


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that was written to a while ago."""
    monkeypatch.setattr(digests, "TICK", 0)
    path = tmp_path / "file"
    path.write_text("one")
    time.sleep(0.05)
    return path


def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    found: list[Path] = []
    monkeypatch.setattr(digests, "digest_at", lambda path: (found.append(path), digest_at(path))[1])
    return found


def test_an_unchanged_file_is_read_once(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, known = reads(monkeypatch), Digests(tmp_path)
    first = [known.at(file), known.at(file)]
    known.save()
    assert [*first, Digests(tmp_path).at(file)] == [digest_at(file)] * 3
    assert found == [file]


def test_a_change_is_seen_though_size_and_time_are_as_before(file: Path, tmp_path: Path) -> None:
    known, about = Digests(tmp_path), file.stat()
    known.at(file)
    file.write_text("two")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert known.at(file) == digest_at(file)
    other = tmp_path / "other"
    other.write_text("six")
    os.utime(other, ns=(about.st_atime_ns, about.st_mtime_ns))
    other.replace(file)
    assert known.at(file) == digest_at(file)


def test_what_was_just_written_is_read_again(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "TICK", 10**9)
    found, known = reads(monkeypatch), Digests(tmp_path)
    assert known.at(file) == known.at(file)
    assert found == [file, file]


@pytest.mark.parametrize("text", ["", "[]", '{"x": 1}', '{"FILE": "what"}', '{"FILE": "a|b|c|d"}'])
def test_a_damaged_list_is_no_list(text: str, file: Path, tmp_path: Path) -> None:
    (tmp_path / "digests.json").write_text(text.replace("FILE", str(file)))
    assert Digests(tmp_path).at(file) == digest_at(file)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    known = Digests(tmp_path)
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(DamageError):
            known.at(path)


def test_files_that_are_gone_are_forgotten(file: Path, tmp_path: Path) -> None:
    known = Digests(tmp_path)
    known.at(file)
    known.save()
    file.unlink()
    later = Digests(tmp_path)
    later.save()
    assert later.stored == {}
