"""What was accepted of a project's reports: kept whole or not at all, compared, and refused where
it is something else. Every message with its whole text.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from diffwork import build, drawn, toy
from PIL import Image

from reportgen.cli import main
from reportgen.diff.accepted import Shelf
from reportgen.diff.built import at
from reportgen.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    build(tmp_path)
    return tmp_path


def reportgen(project: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, ["--project", str(project), *arguments])
    assert "Traceback" not in result.output
    return result


def refused(project: Path, *arguments: str) -> str:
    result = reportgen(project, *arguments)
    assert result.exit_code == 2, result.output
    return result.stderr.strip()


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_was_accepted_is_what_is_checked(project: Path) -> None:
    done = reportgen(project, "accept")
    kept = project / "configs" / "accepted" / "toy"
    assert set(files(kept)) == {"facts.json", "figures/plot.png"}
    assert done.output.startswith("toy: accepted for the first time; configs/accepted/toy, 0.0 MB")
    checked = reportgen(project, "check")
    assert (checked.exit_code, checked.output) == (0, "toy: nothing moved\n")
    before = files(project)
    reportgen(project, "check", "toy")
    assert files(project) == before  # it only reads


def test_what_moved_since_is_told_and_accepted(project: Path) -> None:
    reportgen(project, "accept", "toy")
    build(project, toy(0.6), digit=9)
    told = reportgen(project, "check")
    assert told.exit_code == 1
    assert told.output.endswith("toy: 1 fact moved, 1 figure moved\n")
    assert "beyond both" in told.output
    build(project, toy(0.6, "fails"), digit=9)
    assert reportgen(project, "check").exit_code == 3
    again = reportgen(project, "accept").output
    assert again.startswith("toy: 1 verdict changed, 1 fact moved, 1 figure moved; configs/")
    assert reportgen(project, "check").exit_code == 0


def test_a_flip_is_told_with_the_wording_that_was_kept(project: Path) -> None:
    """Pages are not kept, what they said of each claim is."""
    reportgen(project, "accept")
    folder = build(project, toy(verdict="fails"))
    page = (folder / "index.md").read_text(encoding="utf-8").replace("It errs.", "It never errs.")
    (folder / "index.md").write_text(page, encoding="utf-8")
    told = json.loads(reportgen(project, "check", "--json").output)
    (flipped,) = told["reports"][0]["claims"]["flipped"]
    assert flipped == dict(
        id="errs",
        statement="The network errs",
        old="holds",
        new="fails",
        old_wording="It errs.",
        new_wording="It never errs.",
    )


def test_pictures_that_look_the_same_keep_their_files(project: Path) -> None:
    """So that a review shows what changed."""
    reportgen(project, "accept")
    kept = project / "configs" / "accepted" / "toy" / "figures" / "plot.png"
    before = kept.read_bytes()
    built = project / "docs" / "rules" / "toy" / "figures" / "plot.png"
    drawn(line=1e-3).save(built)
    reportgen(project, "accept")
    assert kept.read_bytes() == before
    drawn(9).save(built)
    reportgen(project, "accept")
    assert kept.read_bytes() != before


def test_facts_are_kept_a_line_each(project: Path) -> None:
    """And come back as they were, but for their details."""
    reportgen(project, "accept")
    path = project / "configs" / "accepted" / "toy" / "facts.json"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum('"meaning"' in line for line in lines) == 1
    assert sum(line.startswith('  ["') for line in lines) == 2
    found = Shelf(path.parent.parent).build("toy").measured["facts"]["error"]
    wanted = at(project / "docs" / "rules" / "toy", "").measured["facts"]["error"]
    assert {**found, "parts": None} == {**without_details(wanted), "parts": None}
    assert [part for part in found["parts"]] == [(n, p) for n, p in wanted["parts"]]


def without_details(fact: Any) -> dict[str, Any]:
    return {key: value for key, value in fact.items() if key != "details"}


def test_an_interrupted_accept_leaves_what_was_there(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it ends: while it writes, and while one takes the other's place."""
    reportgen(project, "accept")
    root = project / "configs" / "accepted"
    before = files(root)
    build(project, toy(0.9), digit=9)
    real, shelf = os.replace, Shelf.of(Project(project))
    new = at(project / "docs" / "rules" / "toy", "")
    for last in range(4):
        done = list[str]()

        def once(old: Any, to: Any, last: int = last, done: list[str] = done) -> None:
            if len(done) == last:
                raise KeyboardInterrupt
            done.append(str(to))
            real(old, to)

        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", once)
            with pytest.raises(KeyboardInterrupt):
                shelf.accept(new)
        assert files(Shelf.of(Project(project)).root) == before, last
    shelf.accept(new)
    assert files(root) != before
    assert sorted(path.name for path in root.iterdir()) == ["toy"]


def test_a_kill_between_two_places_is_mended(project: Path) -> None:
    """Nothing runs at its end then: the next command brings back what had been set aside."""
    reportgen(project, "accept")
    root = project / "configs" / "accepted"
    before = files(root)
    os.replace(root / "toy", root / ".toy.old")
    (root / ".toy.new").mkdir()
    assert reportgen(project, "check").output == "toy: nothing moved\n"
    assert files(root) == before
    assert sorted(path.name for path in root.iterdir()) == ["toy"]


def test_a_deleted_report_is_told_and_forgotten(project: Path) -> None:
    reportgen(project, "accept")
    (project / "configs" / "toy.yaml").unlink()
    told = reportgen(project, "check")
    assert told.output == (
        "toy: its configuration is gone; `reportgen accept toy` forgets it\ngone: toy\n"
    )
    assert told.exit_code == 1
    done = reportgen(project, "accept", "toy")
    assert done.output == "toy: its configuration is gone; removed configs/accepted/toy\n"
    assert not (project / "configs" / "accepted" / "toy").exists()


def test_a_report_that_nobody_accepted_is_told(project: Path) -> None:
    reportgen(project, "accept")
    (project / "configs" / "more.yaml").write_text("name: more\n", encoding="utf-8")
    folder = project / "docs" / "rules" / "more"
    folder.mkdir()
    (folder / "facts.json").write_text(json.dumps(toy(name="more")), encoding="utf-8")
    told = reportgen(project, "check")
    assert told.output == (
        "toy: nothing moved\nmore: built, and nothing was accepted of it yet; look at it, then"
        " `reportgen accept more`\n"
    )
    assert told.exit_code == 0


def kept_as(project: Path, **other: object) -> Path:
    """What was accepted, as if something else had written it."""
    reportgen(project, "accept")
    path = project / "configs" / "accepted" / "toy" / "facts.json"
    said = json.loads(path.read_text(encoding="utf-8")) | other
    path.write_text(json.dumps(said), encoding="utf-8")
    return path


def test_another_report_is_refused(project: Path) -> None:
    path = kept_as(project, name="other")
    assert refused(project, "check") == (
        f"{path} is of another report, 'other', and not of toy; `reportgen accept toy` writes it"
        " anew"
    )
    reportgen(project, "accept", "toy")
    assert reportgen(project, "check").exit_code == 0


def test_another_version_is_refused(project: Path) -> None:
    path = kept_as(project, format=9)
    assert refused(project, "check") == (
        f"{path} is of another version (format 9, this one reads 1); `reportgen accept toy` writes"
        " it anew"
    )
    path = kept_as(project, facts=dict(error=dict(label="Wrong answers")))
    said = refused(project, "diff", "accepted:toy", "toy")
    assert said == (
        f"{path} is damaged: facts.error.value is missing; `reportgen accept toy` writes it anew"
    )


def test_a_store_of_another_version_is_refused(project: Path) -> None:
    store = project / ".reportgen"
    store.mkdir()
    (store / "store.json").write_text('{"format": 9}', encoding="utf-8")
    assert refused(project, "diff", "toy", "toy") == (
        f"{store} is of another version (format 9, this one has 1); `reportgen build --rule toy`"
        " builds toy again"
    )


def test_facts_of_another_version_are_refused(project: Path) -> None:
    folder = build(project, dict(name="toy"))
    assert refused(project, "diff", str(folder), str(folder)) == (
        f"{folder / 'facts.json'} is damaged: step is missing; if another version built it,"
        " `reportgen build` there writes it again"
    )


def test_what_is_not_there_is_told_with_the_way_on(project: Path) -> None:
    root = project / "configs" / "accepted"
    assert refused(project, "check") == (
        f"{root}: nothing was accepted yet; look at your reports, then `reportgen accept`"
    )
    assert refused(project, "check", "toy") == (
        f"{root / 'toy'}: nothing was accepted of toy; look at the report, then `reportgen accept"
        " toy`"
    )
    assert refused(project, "diff", "accepted", "toy") == (
        "accepted: what was accepted is nothing; `reportgen accept` keeps builds"
    )
    (project / "docs" / "rules" / "toy" / "facts.json").unlink()
    unbuilt = "toy is not built; `reportgen build --rule toy` builds it"
    assert refused(project, "accept", "toy") == unbuilt
    assert refused(project, "diff", "toy", "toy") == unbuilt
    assert refused(project, "diff", "toy@5", "toy") == (
        "toy is not built at step 5; `reportgen build --rule toy --step 5` builds it"
    )
    assert refused(project, "accept") == (
        f"{project}: no report of its own is built; `reportgen build --own` builds them, and"
        " `reportgen accept NAME` takes any other that is"
    )


def git(project: Path, *words: str) -> None:
    user = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(project), *user, *words], check=True, capture_output=True)


def test_a_revision_is_compared_by_what_was_accepted_then(project: Path) -> None:
    assert refused(project, "diff", "git:HEAD", "toy") == (
        f"git:HEAD: {project} lies in no git repository; compare with a copy of docs/rules that you"
        " keep before a build, or with what `reportgen accept` keeps"
    )
    git(project, "init", "--quiet")
    git(project, "add", "configs")
    git(project, "commit", "--quiet", "-m", "A configuration")
    assert refused(project, "diff", "git:HEAD", "toy") == (
        "git:HEAD: nothing had been accepted there (no configs/accepted/); a build of that revision"
        " is made by `git worktree add FOLDER HEAD`, a build there, and `reportgen diff FOLDER"
        " ...`"
    )
    assert refused(project, "diff", "git:--help", "toy") == (
        "git:--help: git knows no such revision; `git log --oneline --all` lists them"
    )
    reportgen(project, "accept")
    git(project, "add", "configs")
    git(project, "commit", "--quiet", "-m", "What was accepted")
    build(project, toy(0.6), digit=9)
    reportgen(project, "accept")
    told = reportgen(project, "diff", "git:HEAD:toy", "accepted")
    assert told.exit_code == 1
    assert told.output.endswith("toy: 1 fact moved, 1 figure moved\n")


def test_without_git_the_way_on_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert refused(project, "diff", "git:HEAD", "toy") == (
        "git cannot be started (No such file or directory); compare folders instead of revisions"
    )


def test_a_damaged_picture_that_was_kept_is_told(project: Path) -> None:
    reportgen(project, "accept")
    path = project / "configs" / "accepted" / "toy" / "figures" / "plot.png"
    path.write_bytes(path.read_bytes()[:100])
    told = reportgen(project, "check", "--json")
    (moved,) = json.loads(told.output)["reports"][0]["figures"]["moved"]
    assert moved["how"] == "the old file cannot be read as a picture"
    reportgen(project, "accept")
    with Image.open(path) as mended:
        mended.load()
