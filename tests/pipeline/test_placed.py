"""What builds place outside the store: harm to it is noticed, named, made again, and stops
nobody.
"""

import copy
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lookups import declared
from pagework import config, outline, pictures, stored

from reportgen.files import digest_of, write_json
from reportgen.names import shown
from reportgen.pages import shared, site
from reportgen.pages.stored import Shelf
from reportgen.placed import IN_THE_WAY, PLACED, WRITTEN, Record, pages_task
from reportgen.project import Project

TASK, KEY = pages_task("one", None), "0" * 32


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "home" / "docs").mkdir(parents=True)
    return Project(tmp_path / "home")


@pytest.fixture
def page(project: Project) -> Path:
    return project.report("one") / "walkthrough" / "index.md"


def built(project: Project, files: dict[Path, bytes], said: list[str] | None = None) -> Record:
    """Files placed by a build that has come to its end, with what its products say of them."""
    record = Record(project, TASK, [].append if said is None else said.append)
    record.place(files)
    (record.folder / KEY).mkdir(parents=True, exist_ok=True)
    written = {p.relative_to(project.root).as_posix(): digest_of(c) for p, c in files.items()}
    write_json(record.folder / KEY / WRITTEN, written)
    return record


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def gone(path: Path) -> None:
    path.unlink()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def full_folder(path: Path) -> None:
    folder(path)
    (path / "mine.txt").write_text("mine")


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def link(path: Path) -> None:
    path.rename(path.with_name("copy"))
    path.symlink_to("copy")


def file_above(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text("mine")


def link_above(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.symlink_to("nowhere")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (emptied, "is not what was written"),
        (gone, "is gone"),
        (folder, "is no file, but a folder"),
        (full_folder, "is no file, but a folder"),
        (pipe, "is no file, but a device, a pipe or a socket"),
        (dangling, "is a link, not the file that was written"),
        (link, "is a link, not the file that was written"),
        (file_above, "cannot be read: Not a directory"),
        (link_above, "is gone"),
    ],
)
def test_harm_to_a_page_is_named_and_mended(
    project: Project, page: Path, harm: Callable[[Path], None], said: str
) -> None:
    """Whatever stands in its place; what may be somebody's work is moved, not deleted."""
    told: list[str] = []
    record = built(project, {page: b"text"}, told)
    assert record.differences(KEY) == []
    harm(page)
    assert record.differences(KEY) == [f"{page} {said}"]
    record.place({page: b"text"})
    assert record.differences(KEY) == []
    assert page.read_bytes() == b"text"
    assert not page.is_symlink()
    aside = project.root / IN_THE_WAY / "docs/rules/one/walkthrough"
    moved = {full_folder: (page, aside / "index.md"), file_above: (page.parent, aside)}
    moved[link_above] = (page.parent, aside)
    if harm in moved:
        path, now = moved[harm]
        assert told == [f"{path} was in the way of what a build writes; it was moved to {now}"]
        assert os.path.lexists(now)
    else:
        assert told == []
        assert not aside.exists()


def test_a_second_thing_in_the_way_lies_beside_the_first(project: Project, page: Path) -> None:
    record = built(project, {page: b"text"})
    for i in range(3):
        full_folder(page)
        (page / "mine.txt").write_text(str(i))
        record.place({page: b"text"})
    found = sorted((project.root / IN_THE_WAY).rglob("mine.txt"))
    assert sorted(path.read_text() for path in found) == ["0", "1", "2"]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"files": [3]}', b'{"files": []}', b"\xff", b"[" * 99_999]
)
def test_harm_to_the_record_is_named_and_mended(
    project: Project, page: Path, content: bytes
) -> None:
    """What it named is found in what the products say, so that stale files are removed all the
    same.
    """
    old = page.with_name("old.md")
    record = built(project, {page: b"text", old: b"old"})
    path = record.folder / PLACED
    whole = path.read_bytes()
    path.write_bytes(content)
    [said] = record.differences(KEY)
    assert said.startswith(f"{path} is ")
    record.place({page: b"text", old: b"old"})
    assert path.read_bytes() == whole
    if content != b'{"files": []}':  # this one can be read, and names nothing
        path.write_bytes(content)
        record.place({page: b"text"})
        assert not old.exists()


@pytest.mark.parametrize(
    "name",
    ["../precious", "ROOT/precious", "mkdocs.yml", "docs/mine.md", "docs/rules/two/index.md"],
)
def test_a_record_that_names_other_files_is_not_followed(
    project: Project, page: Path, name: str
) -> None:
    """Neither to read nor to remove."""
    record = built(project, {page: b"text"})
    name = name.replace("ROOT", str(project.root.parent))
    there = project.root / name
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_text("precious")
    write_json(record.folder / KEY / WRITTEN, {name: digest_of(b"precious")})
    write_json(record.folder / PLACED, dict(files=[name]))
    said = f"{record.folder} names {shown(name)}, which is no file of it"
    assert record.differences(KEY) == [said]
    record.place({page: b"text"})
    assert there.read_text() == "precious"


def test_what_a_kill_left_is_removed(project: Project, page: Path) -> None:
    """Half a page beside its place, and pages of a build that did not come to its end."""
    record = built(project, {page: b"text"})
    page.with_name(".index.md.4711").write_text("half")
    mine = page.with_name(".notes.md.4711")
    mine.write_text("mine")
    stale = page.with_name("stale.md")

    record.place({page: b"new", stale: b"stale"})  # of a build that never stored its products
    record.place({page: b"text"})
    assert sorted(path.name for path in page.parent.iterdir()) == [mine.name, page.name]


def test_a_record_is_written_before_the_first_file(
    project: Project, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that what was placed by a build that is killed on the way is known to the next one."""
    last = page.with_name("last.md")

    def killed(path: Path, *given: object) -> None:
        if path == last:
            raise KeyboardInterrupt
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"text")

    with monkeypatch.context() as patch:
        patch.setattr("reportgen.placed._place", killed)
        with pytest.raises(KeyboardInterrupt):
            Record(project, TASK).place({page: b"text", last: b"text"})
    assert page.is_file()
    Record(project, TASK).place({})
    assert not project.reports.exists()


def test_what_was_there_before_is_named_once(project: Project, page: Path) -> None:
    """Pages that an earlier build wrote, say, whose record was deleted: they may be out of date."""
    for name in ("a.md", "b.md", "walkthrough/c.md", "d.md", "steps/20/index.md"):
        (project.report("one") / name).parent.mkdir(parents=True, exist_ok=True)
        (project.report("one") / name).touch()
    told: list[str] = []
    record = built(project, {page: b"text"}, told)
    home = "docs/rules/one"
    assert told == [
        f"{home}/a.md, {home}/b.md, {home}/d.md and 1 more: was there before, and stays, as no "
        "record says that a build wrote it"
    ]
    record.place({page: b"new"})
    assert len(told) == 1
    assert (project.report("one") / "walkthrough" / "c.md").is_file()


def report(project: Project, name: str) -> Path:
    """A report under this name; its facts.json."""
    about, folders = pictures(outline(), project.root / "made")
    measured = copy.deepcopy(stored("learnt")) | {"name": name}
    own = config().__class__(name, *(getattr(config(), part) for part in PARTS))
    site.write(project, own, outline(), declared("sequence_rules"), measured, about, folders, None)
    return project.report(name) / site.FACTS


PARTS = ("rule", "data", "model", "training", "report")


def without(*keys: str) -> Callable[[dict[str, Any]], Any]:
    """Facts that lack something, however deep."""

    def change(about: dict[str, Any]) -> Any:
        inner = about
        for key in keys[:-1]:
            inner = inner[key]
        del inner[keys[-1]]
        return about

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about: [], "is damaged: the whole: got [], allowed: an object"),
        (lambda about: {}, "is damaged: name is missing"),
        (without("facts"), "is damaged: facts is missing"),
        (without("rule", "title"), "is damaged: rule.title is missing"),
        (without("facts", "recency", "value"), "is damaged: facts.recency.value is missing"),
        (lambda about: about | {"rule": 3}, "is damaged: rule: got 3, allowed: an object"),
        (lambda about: about | {"claims": []}, "is damaged: claims: got [], allowed: an object"),
        (lambda about: about | {"picture": "x"}, 'is damaged: picture: got "x", allowed: an obj'),
        (without("facts", "sizes", "details"), "is of another version, or damaged (KeyError: "),
        (
            lambda about: (
                about | {"claims": about["claims"] | {"learns_rule": verdict(about, "?")}}
            ),
            "is of another version, or damaged (ValueError: ",
        ),
    ],
)
def test_facts_of_one_report_that_are_damaged_stop_no_other(
    project: Project, change: Callable[[dict[str, Any]], Any], said: str
) -> None:
    """They are named with the way on, and the report is left out."""
    report(project, "one")
    path = report(project, "two")
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    told: list[str] = []
    shared.write_shared(project, say=told.append)
    [line] = told
    assert line.startswith(f"{path} {said}")
    assert line.endswith(
        "; two is left out of the pages of all reports until `reportgen build --rule two` has made"
        " it again"
    )
    gallery = (project.reports / "index.md").read_text()
    assert "](one/index.md)" in gallery
    assert "two/" not in gallery


def verdict(about: dict[str, Any], word: str) -> dict[str, Any]:
    return about["claims"]["learns_rule"] | {"verdict": word}


@pytest.mark.parametrize("harm", [emptied, folder, pipe, dangling])
def test_whatever_stands_in_place_of_facts(project: Project, harm: Callable[[Path], None]) -> None:
    report(project, "one")
    harm(path := report(project, "two"))
    told: list[str] = []
    assert [about["name"] for about in Shelf(project, told.append).reports()] == ["one"]
    [line] = told
    assert line.startswith(f"{path} ")


def test_facts_that_are_not_those_that_were_written(project: Project) -> None:
    """A single digit of a number, where everything else is as it should be."""
    path = report(project, "one")
    task = Record(project, TASK)
    text = path.read_text()
    write_json(task.folder / "last.json", dict(key=KEY, inputs={}, seconds=1, built=1))
    (task.folder / KEY).mkdir()
    write_json(
        task.folder / KEY / WRITTEN,
        {path.relative_to(project.root).as_posix(): digest_of(text.encode())},
    )
    assert len(Shelf(project).reports()) == 1
    path.write_text(text.replace('"value": 0.9', '"value": 0.1', 1))
    assert path.read_text() != text
    told: list[str] = []
    assert Shelf(project, told.append).reports() == []
    assert told[0].startswith(f"{path} is not what was written; one is left out")


def test_folders_that_are_no_reports_are_passed_over(project: Project) -> None:
    """What a user lays there, and checkpoints with names that are no numbers."""
    path = report(project, "one")
    for name in ("Notes", ".hidden", "compare", "one/steps/x", "one/steps/²", "one/steps/-1"):
        (project.reports / name).mkdir(parents=True)
        shutil.copy(path, project.reports / name / site.FACTS)
    [about] = Shelf(project).reports()
    assert (about["home"], about["checkpoints"]) == ("one", [])
