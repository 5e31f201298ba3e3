"""Pages on disk: where they lie, what is rewritten, what is removed, and that Markdown's own
builder finds nothing wrong.
"""

import copy
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lookups import declared
from pagework import ROOT, config, outline, pictures, stored

from reportgen.pages import shared, site
from reportgen.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "docs").mkdir()
    return Project(tmp_path)


def write(
    project: Project, step: int | None = None, measured: Any = None, without: str = ""
) -> list[Path]:
    about, folders = pictures(outline(), project.root / "made")
    about.pop(without, None)
    return site.write(
        project,
        config(),
        outline(),
        declared("sequence_rules"),
        measured or stored("learnt"),
        about,
        folders,
        step,
    )


def test_every_file_lies_in_its_place(project: Project) -> None:
    files = write(project)
    home = project.reports / "plus_last_even"
    found = {str(path.relative_to(home)) for path in files}
    assert {
        "index.md",
        "appendix.md",
        "ledger.md",
        "claims.md",
        "cases.md",
        "facts.json",
        "walkthrough/index.md",
        "walkthrough/01-the-map.md",
        "walkthrough/09-one-sequence.md",
    } <= found
    assert {f"figures/learning-curve{e}" for e in (".svg", ".png", ".npz")} <= found
    assert {f"films/output-dynamics{e}" for e in (".mp4", ".gif", "-poster.png", ".npz")} <= found
    assert "figures/value-demo-3.png" in found
    assert {path for path in home.rglob("*") if path.is_file()} == set(files)


def test_more_files_of_a_still_are_placed_where_it_says_that_it_has_them(project: Project) -> None:
    about, folders = pictures(outline(), project.root / "made")
    about["learning-curve"] |= dict(marks=True, narrow=dict(width=360, height=900))
    more = {"learning-curve-narrow.svg", "learning-curve-marks.json"}
    for name in more:
        (folders["learning-curve"] / name).write_text(name)
    figures = declared("sequence_rules")
    files = site.write(
        project, config(), outline(), figures, stored("learnt"), about, folders, None
    )
    assert more == {path.name for path in files if re.search("-narrow|-marks", path.name)}
    assert not more & {path.name for path in write(project)}


def test_only_what_changed_is_written_and_what_is_gone_is_removed(project: Project) -> None:
    """Of what the record says that an earlier build placed; what a user has laid there stays."""
    before = {*write(project)}
    home = project.reports / "plus_last_even"
    notes = home / "walkthrough" / "old" / "12-mine.md"
    notes.parent.mkdir()
    notes.write_text("mine", encoding="utf-8")
    files = write(project, without="qk-space")
    gone = before - {*files}
    assert {path.name for path in gone} == {f"qk-space{ending}" for ending in site.STILL}
    assert not [path for path in gone if path.exists()]
    assert notes.read_text(encoding="utf-8") == "mine"
    assert {path for path in home.rglob("*") if path.is_file()} == {*files, notes}
    files = write(project)
    for path in files:
        os.utime(path, ns=(10**18, 10**18))
    measured = copy.deepcopy(stored("learnt"))
    measured["facts"]["recency"]["text"] = "some other number"
    write(project, measured=measured)
    touched = {path.name for path in files if path.stat().st_mtime_ns != 10**18}
    told = {"06-queries-keys-values.md", "07-attention.md", "10-how-it-works.md"}
    assert touched == {"facts.json", "ledger.md", "claims.md", *told}


def test_a_checkpoint_stays_when_the_final_report_is_written(project: Project) -> None:
    early = write(project, step=100)
    home = project.reports / "plus_last_even"
    assert home / "steps" / "100" / "index.md" in early
    assert not [path for path in early if "films" in path.parts]
    assert (
        "**Checkpoint: step 100.**"
        in (home / "steps" / "100" / "walkthrough" / "02-does-it-learn.md").read_text()
    )
    assert not [path for path in early if path.name.startswith("learning-curve")]
    assert (
        "**Figure 02**, “Loss against what can be known, and the rule error beneath it”"
        " (<code>learning-curve</code>), spans the whole training"
        in (home / "steps" / "100" / "walkthrough" / "02-does-it-learn.md").read_text()
    )
    final = write(project)
    assert all(path.is_file() for path in early)
    write(project, step=100)
    assert all(path.is_file() for path in final)


def test_a_picture_that_could_not_be_built_leaves_a_note(project: Project) -> None:
    files = write(project, without="qk-space")
    page = next(path for path in files if path.name == "06-queries-keys-values.md").read_text()
    assert (
        "**Figure 09**, “All queries and all keys in one plane” (<code>qk-space</code>), is not"
        " here: it could not be built." in page
    )


def test_the_list_of_reports(project: Project) -> None:
    """Reports, with their verdict and their checkpoints; none is a page too; what is no report is
    passed over.
    """
    shared.write_shared(project)
    assert "Nothing has been built yet" in (project.reports / "index.md").read_text()
    write(project)
    write(project, step=2_000)
    (project.reports / "scratch").mkdir()
    shared.write_shared(project)
    text = (project.reports / "index.md").read_text()
    assert "[The latest even number](plus_last_even/index.md)" in text
    assert "After <code>&#43;</code>, write the most recent even number." in text
    assert "[step 2\u202f000](plus_last_even/steps/2000/index.md)" in text
    assert text.count('data-verdict="holds"') == 1


def test_every_link_and_footnote_of_a_page_has_its_end(project: Project) -> None:
    files = write(project)
    shared.write_shared(project)
    for path in files:
        if path.suffix != ".md":
            continue
        text = path.read_text()
        for target in re.findall(r"\]\(([^)#]+)", text):
            if not target.startswith("http"):
                assert (path.parent / target).resolve().is_file(), (path.name, target)
        assert set(re.findall(r"\[\^(\w+)\](?!:)", text)) == set(
            re.findall(r"^\[\^(\w+)\]:", text, re.M)
        ), path.name
        assert set(re.findall(r'popovertarget="card-(\w+)"', text)) == set(
            re.findall(r'id="card-(\w+)"', text)
        ), path.name


@pytest.mark.parametrize("built", [False, True], ids=["fresh", "built"])
def test_the_site_builds_strictly(project: Project, built: bool) -> None:
    """With reports and in a fresh clone without any."""
    for path in (ROOT / "docs").iterdir():
        if path.name != "rules":
            (project.docs / path.name).symlink_to(path)
    (project.root / "mkdocs.yml").symlink_to(ROOT / "mkdocs.yml")
    if built:
        write(project)
        write(project, step=100)
        shared.write_shared(project)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(project.site)],
        cwd=project.root,
        capture_output=True,
        text=True,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stderr
    pages = list(project.site.rglob("*.html"))
    hosts = re.compile(r"<(?:script|link|img|video|source)[^>]+(?:src|href)=\"?(?:https?:)?//")
    assert not [page for page in pages if hosts.search(page.read_text())]
    if built:
        report = json.loads((project.site / "rules" / "plus_last_even" / "facts.json").read_text())
        assert report["rule"]["title"] == "The latest even number"
