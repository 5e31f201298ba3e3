"""The test of the house: one system is one folder of the package, one of templates, one of tests;
all else stands without these three.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

FOLDERS = ("reportgen/systems", "templates", "tests/systems")
OTHER = {  # system -> a committed run of another one
    "input_to_output": "inputs_learnt",
    "repeated_sequences": "inputs_learnt",
    "sequence_rules": "text_learnt",
    "sequence_to_sequence": "full_learnt",
    "text": "repeats_learnt",
}
EXAMPLE = {  # tests of what all systems share, whose example is this one: each leaves the list
    "sequence_rules": (
        "cli/test_serve.py",
        "core/test_model.py",
        "core/test_train.py",
        "drawing/test_figures.py",
        "drawing/test_render.py",
        "fuzz/test_fuzz_runs.py",
        "measure/test_claims.py",
        "measure/test_not_finite.py",
        "pages/test_shared_pages.py",
        "test_benchmarks.py",
    )
}


def copy(to: Path) -> Path:
    """This checkout, without what no test reads."""
    left = shutil.ignore_patterns(".*", "site", "test-results")
    return Path(shutil.copytree(ROOT, to, ignore=left))


@pytest.mark.parametrize("system", OTHER)
def test_all_else_stands_without_it(tmp_path: Path, system: str) -> None:
    """Every other test can be collected, and the pages of another system are as they were."""
    checkout = copy(tmp_path / "checkout")
    for folder in FOLDERS:
        shutil.rmtree(checkout / folder / system)
    left = [f"--ignore=tests/{file}" for file in EXAMPLE.get(system, ())]
    pages = f"test_the_pages_say_what_they_said and {OTHER[system]}"
    done = subprocess.run(
        [sys.executable, *("-m", "pytest", "-p", "no:cacheprovider", "tests"), *left, "-k", pages],
        capture_output=True,
        text=True,
        timeout=600,
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert done.stdout.splitlines()[0].split()[0] == ".", done.stdout


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_system_has_its_folder(folder: str) -> None:
    """And the folders of systems are those of systems alone."""
    found = {path.name for path in (ROOT / folder).iterdir() if path.is_dir()}
    assert found - {"shared", "__pycache__"} == {*OTHER}


def test_the_list_of_examples_names_files_that_are_there() -> None:
    for files in EXAMPLE.values():
        assert all((ROOT / "tests" / file).is_file() for file in files)
