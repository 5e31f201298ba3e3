"""The fixtures that `pip install reportgen[check]` has, in the tests of a project of one's own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from diffwork import build, toy
from places import ROOT

# those alone that the extra brings: all that is installed takes seconds to load
PLUGINS = ("-p", "pytest_datadir.plugin", "-p", "pytest_regressions.plugin")
TESTS = """
from pathlib import Path
from PIL import Image

def test_report(report_regression):
    report_regression("toy")

def test_picture(picture_regression):
    with Image.open(Path(__file__).parents[1] / "docs/rules/toy/figures/plot.png") as picture:
        picture_regression(picture, "plot")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    build(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_mine.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["reportgen.regressions"]\n', "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return tmp_path


def pytest_of(project: Path, *options: str) -> tuple[int, str]:
    told = ("-q", "--no-header", "-p", "no:cacheprovider", *PLUGINS, *options)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *told],
        cwd=project,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return done.returncode, done.stdout


def test_what_differs_fails_until_it_is_accepted(project: Path) -> None:
    code, said = pytest_of(project)
    assert code == 1
    assert "nothing was accepted of toy; look at the report" in said
    assert "no baseline plot.png; if it should have one: pytest --force-regen" in said
    pytest_of(project, "--force-regen")
    assert pytest_of(project)[0] == 0
    build(project, toy(0.6), digit=9)
    code, said = pytest_of(project)
    assert code == 1
    assert "2 failed" in said
    assert (
        "toy: 1 fact moved, 1 figure moved; what differs is in test-results/toy.html. If it is"
        " right: reportgen accept toy"
    ) in said
    assert "old, new and difference are in test-results/plot.png" in said
    assert {path.name for path in (project / "test-results").iterdir()} == {"toy.html", "plot.png"}
