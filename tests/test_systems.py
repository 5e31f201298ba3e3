"""Systems are found, not listed: one may lie in a folder of its own, and one that is gone is missed
by no other.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from places import ROOT

from reportgen.pipeline.tasks import plan
from reportgen.project import Project

COMMAND = "from reportgen.cli import main; main(prog_name='reportgen')"
SYSTEMS = (
    "input_to_output",
    "repeated_sequences",
    "sequence_rules",
    "sequence_to_sequence",
    "text",
)
REPORTS = (  # one of each
    "max_of_k",
    "induction",
    "plus_last_even",
    "reverse_increment_4",
    "one_layer",
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package with its templates and configurations, and nothing else."""
    for name in ("reportgen", "templates", "configs"):
        shutil.copytree(ROOT / name, tmp_path / "copy" / name)
    return tmp_path / "copy"


def run(package: Path, *arguments: str, project: Path) -> subprocess.CompletedProcess[str]:
    (project / "mkdocs.yml").write_text("site_name: test\n")
    return subprocess.run(
        [sys.executable, "-c", COMMAND, "--project", str(project), *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=package,
        env=os.environ | {"PYTHONPATH": str(package)},
    )


def named(names: Iterable[str]) -> list[str]:
    return [word for name in names for word in ("--rule", name)]


def python(package: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=package,
        env=os.environ | {"PYTHONPATH": str(package)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_that_is_gone_is_missed_by_no_other(
    package: Path, tmp_path: Path, system: str
) -> None:
    """Without its folders the others are found, a report of each is planned, and all of its own say
    why they are not.
    """
    shutil.rmtree(package / "reportgen" / "systems" / system)
    shutil.rmtree(package / "templates" / system)
    others = [name for name in SYSTEMS if name != system]
    found = "from reportgen.system import systems; print(*systems())"
    assert python(package, found).split() == others
    (tmp_path / "project").mkdir()
    rules = f"""
from reportgen.rules.base import all_rules
print(*(slug for slug, cls in all_rules().items() if cls.system == {system!r}))"""
    mine = set(python(ROOT, rules).split())
    told = {
        path.stem
        for path in (ROOT / "configs").glob("*.yaml")
        if any(
            f"name: {slug}," in path.read_text() or f"name: {slug}}}" in path.read_text()
            for slug in mine
        )
    }
    assert told & {*REPORTS}
    names = sorted(told | {*REPORTS})
    done = run(package, "build", *named(names), "--dry-run", project=tmp_path / "project")
    assert "Traceback" not in done.stderr
    for name in names:
        assert (f"train {name}/train" in done.stdout) != (name in told), name
        assert (f"{name} was not built:" in done.stderr.splitlines()) == (name in told)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_may_lie_in_a_folder_of_the_project(
    package: Path, tmp_path: Path, system: str
) -> None:
    """Moved there without a changed line it is planned as before, task by task."""
    project = tmp_path / "project"
    (project / "systems").mkdir(parents=True)
    before = run(package, "build", *named(REPORTS), "--dry-run", project=project)
    assert before.returncode == 0, before.stderr
    shutil.move(package / "reportgen" / "systems" / system, project / "systems" / system)
    after = run(package, "build", *named(REPORTS), "--dry-run", project=project)
    assert after.returncode == 0, after.stderr
    tasks = lambda done: [line.split(":")[0] for line in done.stdout.splitlines()]
    assert tasks(after) == tasks(before)


@pytest.mark.parametrize(
    ("system", "report"),
    [*zip(SYSTEMS, REPORTS)],
)
def test_what_a_system_says_is_made_anew_where_it_changes(system: str, report: str) -> None:
    """Facts and verdicts, and the pages that say them, go by every fact, claim and declaration."""
    inner = Path("reportgen") / "systems" / system
    told = [path for part in ("facts", "claims") for path in (ROOT / inner / part).glob("*.py")]
    wanted = {f"source {inner / 'system.py'}"} | {f"source {p.relative_to(ROOT)}" for p in told}
    tasks = {task.name: task for task in plan(Project(ROOT), [report])}
    for name in (f"{report}/facts", f"{report}/pages"):
        inputs = tasks[name].inputs
        assert wanted <= set(inputs() if callable(inputs) else inputs), name
