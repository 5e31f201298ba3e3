"""`reportgen new project` and `new text`, by the package as it is installed: from a wheel, outside
of any checkout.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from places import ROOT

from reportgen import __version__
from reportgen.project import MARKER

COMMAND = "from reportgen.cli import main; main(prog_name='reportgen')"
TINY = dict(
    data=dict(sequences=200, holdout=100),
    training=dict(steps=40, seeds=2, checkpoint_every=10),
)
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def reportgen(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line of the unpacked wheel, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)

    def run(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-c", COMMAND, *arguments],
            cwd=where,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=600,
            env=os.environ | {"PYTHONPATH": str(folder)},
        )

    where = "import reportgen; print(reportgen.__file__)"
    said = subprocess.run(
        [sys.executable, "-P", "-c", where],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(folder)},
    )
    assert said.stdout.startswith(str(folder)), said.stdout
    return run


@pytest.fixture(scope="module")
def begun(reportgen: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as it is begun."""
    folder = tmp_path_factory.mktemp("work")
    done = reportgen(folder, "new", "project", "mine")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "wrote 11 files into mine; README.md there says what each is for\n"
        "then  `cd mine`, `reportgen build --rule latest_number` and `reportgen serve`\n"
    )
    return folder / "mine"


def test_a_wheel_has_what_the_package_needs_and_nothing_of_users(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for name in (
        "package_mkdocs.yml",
        "package_assets/reportgen.css",
        "package_assets/live/start.js",
        "package_assets/fonts/Roboto-Regular.woff2",
        "package_templates/shared/glossary.md",
        "package_configs/plus_last_even.yaml",
        "cli/starters/project/.github/workflows/pages.yml.txt",
        "py.typed",
    ):
        assert f"reportgen/{name}" in names, name
    assert not [name for name in names if name.startswith(("tests/", "docs/", "configs/"))]


def test_a_project_builds_and_shows_its_pages(begun: Path, reportgen: Run) -> None:
    """With styles and scripts, from any folder within it; the second build has nothing to do."""
    config = begun / "configs" / "latest_number.yaml"
    values = yaml.safe_load(config.read_text(encoding="utf-8"))
    for section, sizes in TINY.items():
        values[section] |= sizes
    config.write_text(yaml.safe_dump(values), encoding="utf-8")
    arguments = ("build", "--own", "--only", "learning-curve")
    done = reportgen(begun / "docs", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path.name for path in (begun / "docs" / "rules").iterdir() if path.is_dir()} >= {
        "latest_number",
        "assets",
    }
    page = (begun / "site" / "rules" / "latest_number" / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:href|src)="([^"]*rules/assets/[^"]*|[^"]*../assets/[^"]+)"', page)
    assert {Path(name).name for name in named} >= {"reportgen.css", "start.js", "films.js"}
    for name in named:
        assert (begun / "site" / "rules" / "latest_number" / name).resolve().is_file(), name
    again = reportgen(begun, *arguments)
    assert "nothing to do" in again.stdout or "ran" not in again.stdout, again.stdout


def test_the_test_of_its_rule_passes(begun: Path, wheel: Path, reportgen: Run) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=begun,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
    )
    assert done.returncode == 0, done.stdout


def test_its_files_say_what_they_are(begun: Path) -> None:
    assert (begun / "requirements.txt").read_text() == f"reportgen=={__version__}\npytest\n"
    settings = (begun / MARKER).read_text(encoding="utf-8")
    assert 'site_name: "mine"' in settings
    assert "site_description" not in settings
    assert (begun / "README.md").read_text(encoding="utf-8").startswith("# mine\n")
    for name in ("check", "pages"):
        flow = yaml.safe_load((begun / f".github/workflows/{name}.yml").read_text())
        assert flow["permissions"] == {"contents": "read"}
        commands = [
            step["run"] for job in flow["jobs"].values() for step in job["steps"] if "run" in step
        ]
        assert commands[0] == "pip install -r requirements.txt"
        assert all(each.startswith(("pip ", "reportgen ", "python -m pytest")) for each in commands)


@pytest.mark.parametrize(
    ("there", "words"),
    [
        (
            "README.md",
            "{root}/README.md: there already, and nothing is written over; take another name than"
            " 'again', or move it away\n",
        ),
        ("", "again: is no folder; name one that is empty or not there yet\n"),
    ],
)
def test_nothing_that_is_there_is_touched(
    tmp_path: Path, reportgen: Run, there: str, words: str
) -> None:
    root = tmp_path / "again"
    if there:
        root.mkdir()
    (root / there).write_text("mine")
    done = reportgen(tmp_path, "new", "project", "again")
    assert (done.returncode, done.stderr) == (2, words.replace("{root}", str(root)))
    assert [path.read_text() for path in tmp_path.rglob("*") if path.is_file()] == ["mine"]


def test_a_name_that_is_markup_is_no_title(tmp_path: Path, reportgen: Run) -> None:
    assert reportgen(tmp_path, "new", "project", "a *b* <i>").returncode == 0
    root = tmp_path / "a *b* <i>"
    assert (root / "README.md").read_text(encoding="utf-8").startswith("# Reports\n")
    assert 'site_name: "Reports"' in (root / MARKER).read_text(encoding="utf-8")


def test_a_text_of_ones_own(begun: Path, tmp_path: Path, reportgen: Run) -> None:
    """It is copied into the project if it lies elsewhere, and what it gets can be built."""
    text = "".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))
    )
    (tmp_path / "pages.txt").write_text(text[:20_000], encoding="utf-8")
    done = reportgen(begun, "new", "text", "my_pages", str(tmp_path / "pages.txt"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"copied {tmp_path / 'pages.txt'} to texts/my_pages.txt: a report publishes the text that"
        " it reads\n"
        "wrote configs/my_pages.yaml: one layer of attention, trained on its characters\n"
        "then  `reportgen build --rule my_pages`\n"
    )
    given = yaml.safe_load((begun / "configs" / "my_pages.yaml").read_text(encoding="utf-8"))
    assert given["rule"]["file"] == "../texts/my_pages.txt"
    assert given["data"]["block"] == 333
    planned = reportgen(begun, "build", "--rule", "my_pages", "--dry-run")
    assert planned.returncode == 0, planned.stderr
    inside = begun / "texts" / "my_pages.txt"
    done = reportgen(begun, "new", "text", "same", str(inside))
    assert (done.returncode, done.stdout.count("copied")) == (0, 0)
    shutil.rmtree(begun / "texts")
    for name in ("my_pages", "same"):
        (begun / "configs" / f"{name}.yaml").unlink()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "short",
            "abc" * 1_000,
            "{file}: holds 3,000 characters; a report needs 3,900, so that some of them can be held"
            " out in pieces that are apart; give a longer text\n",
        ),
        (
            "latest_number",
            "abc" * 2_000,
            "text 'latest_number': a report of this name is configured in"
            " {root}/configs/latest_number.yaml; take another name\n",
        ),
        (
            "Upper",
            "abc" * 2_000,
            "text 'Upper': allowed: a lower-case name (a letter, then letters, digits, _; at most"
            " 64); take another, for example my_letters\n",
        ),
    ],
)
def test_a_text_that_cannot_be_one(
    begun: Path, tmp_path: Path, reportgen: Run, name: str, text: str, words: str
) -> None:
    file = tmp_path / "given.txt"
    file.write_text(text)
    before = {path for path in begun.rglob("*") if ".reportgen" not in path.parts}
    done = reportgen(begun, "new", "text", name, str(file))
    wanted = words.replace("{file}", str(file)).replace("{root}", str(begun))
    assert (done.returncode, done.stderr) == (2, wanted)
    assert {path for path in begun.rglob("*") if ".reportgen" not in path.parts} == before
