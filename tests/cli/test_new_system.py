"""`reportgen new system`: files that work as they are, nothing written over, nothing half done."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

ALLOWED = "allowed: a lower-case name (a letter, then letters, digits, _; at most 64)"
NONE_OVER = "there already, and nothing is written over; take another name than 'sums', or move it"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    return tmp_path


def reportgen(project: Path, *arguments: str) -> tuple[int, str, str]:
    """In a process of its own, since a system that was found stays known to a process."""
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", "--project", str(project), *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=300,
    )
    return done.returncode, done.stdout, done.stderr


def files(project: Path) -> dict[str, str]:
    """All files and what is in them, but those of the store, where verdicts on rules are kept."""
    return {
        str(path.relative_to(project)): path.read_text(encoding="utf-8")
        for path in sorted(project.rglob("*"))
        if path.is_file() and not {"__pycache__", ".reportgen"} & {*path.parts}
    }


def test_two_systems_of_one_project_do_not_meet(project: Path) -> None:
    """Each is planned with its own figure, fact and claim, and nothing of one names the other."""
    for name in ("clock", "late_clock"):
        assert reportgen(project, "new", "system", name)[0] == 0
    written = files(project)
    assert len(written) == 1 + 2 * 18
    assert not [path for path in written if "NAME" in path or "$" in written[path]]
    assert not [path for path in written if path.count("late") and '"clock"' in written[path]]
    plan = ("--rule", "clock", "--rule", "late_clock", "--dry-run", "--no-site")
    code, out, err = reportgen(project, "build", *plan)
    assert (code, err) == (0, "")
    for figure in ("clock/clock-right", "late_clock/late-clock-right"):
        assert f"figures {figure}: would run" in out


def test_what_is_written_keeps_the_style_of_the_package(project: Path) -> None:
    reportgen(project, "new", "system", "sums")
    ruff = [sys.executable, "-m", "ruff"]
    rules = ("--isolated", "--line-length", "100")
    for command in (
        ("check", *rules, "--select", "E,F,UP,B,D101"),
        ("format", "--check", *rules),
    ):
        left_out = ["--ignore", "E731"] if command[0] == "check" else []
        done = subprocess.run(
            [*ruff, *command, *left_out, str(project)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Upper", f"'Upper': {ALLOWED}; take another, for example clock_sums"),
        ("../evil", f"'../evil': {ALLOWED}; take another, for example clock_sums"),
        (
            "lambda",
            f"'lambda': {ALLOWED}, and this is a word of Python; take another, for example"
            " clock_sums",
        ),
        (
            "text",
            f"'text': a system of this name lies in {ROOT}/reportgen/systems/text; take another"
            " name",
        ),
        (
            "lucky7",
            f"'lucky7': a rule of this name stands in {ROOT}/reportgen/rules/lucky7.py; take"
            " another name",
        ),
        (
            "lucky7_open",
            f"'lucky7_open': a report of this name is configured in {ROOT}/configs/lucky7_open.yaml"
            "; take another name",
        ),
        (
            "two_dimensional",
            f"'two_dimensional': an outline of this name is {ROOT}/templates/sequence_rules/"
            "outlines/two_dimensional.yaml; take another name",
        ),
    ],
)
def test_a_name_that_cannot_be_one_or_is_taken_is_refused(
    project: Path, name: str, said: str
) -> None:
    before = files(project)
    code, out, err = reportgen(project, "new", "system", "--", name)
    assert (code, out, err) == (2, "", f"system {said}\n")
    assert files(project) == before


@pytest.mark.parametrize("there", ["systems/sums/mine.py", "templates/sums/mine", "rules/sums.py"])
def test_nothing_is_written_over(project: Path, there: str) -> None:
    path = project / there
    path.parent.mkdir(parents=True)
    path.write_text("# mine\n")
    before = files(project)
    code, out, err = reportgen(project, "new", "system", "sums")
    assert (code, out) == (2, "")
    named = path if there.startswith("rules") else path.parent
    assert f"{named}: {NONE_OVER}" in err
    assert files(project) == before


def test_what_cannot_be_written_leaves_nothing_behind(project: Path) -> None:
    """The tests come last: all else was written by then, and a system was loaded."""
    (project / "tests").write_text("a file, not a folder")
    (project / "rules").mkdir()
    code, out, err = reportgen(project, "new", "system", "sums")
    assert (code, out) == (2, "")
    assert err == (
        f"{project}/tests/test_sums.py: cannot be written: {project}/tests is no folder; nothing"
        " was left behind, so mend that and try again\n"
    )
    assert sorted(path.name for path in project.iterdir()) == ["mkdocs.yml", "rules", "tests"]


def test_what_cannot_be_read_then_leaves_nothing_behind(project: Path) -> None:
    """A broken system of the same folder stops nothing; a rule that is not there does."""
    (project / "rules").symlink_to("nowhere")
    code, out, _ = reportgen(project, "new", "system", "sums")
    assert (code != 0, out) == (True, "")
    assert sorted(path.name for path in project.iterdir()) == ["mkdocs.yml", "rules"]
