"""docs/add-a-task.md is true: its files are written, its commands are run, in a project that has
nothing else.
"""

import re
import shutil
from pathlib import Path

import pytest
from howto import Page, run
from places import ROOT

PAGE = Page.of("add-a-task")
LONG = ("reportgen build --rule difference", "reportgen serve")
FEW = {"steps: 600": "steps: 20", "checkpoint_every: 30": "checkpoint_every: 5"}
CONFIG, RULE = "configs/difference.yaml", "rules/difference.py"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which the page was followed from top to bottom, with a training of few steps."""
    root = tmp_path_factory.mktemp("task")
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "docs").mkdir()
    text = PAGE.text
    for many, few in FEW.items():
        assert text.count(many) == 1
        text = text.replace(many, few)
    Page(text).follow(root, skip=LONG)
    return root


def test_the_page_ends_with_a_report(project: Path) -> None:
    report = project / "docs" / "rules" / "difference"
    overview = (report / "index.md").read_text(encoding="utf-8")
    assert "# How far apart" in overview
    assert "There are only 144 possible inputs" in overview
    chapter = (report / "walkthrough" / "05-how-it-works.md").read_text(encoding="utf-8")
    assert "**We cannot say how this network answers.**" in chapter
    assert (report / "figures" / "margins-of-inputs.svg").is_file()
    assert (report / "films" / "inputs-over-training.mp4").is_file()


WRONG = (  # what is changed: file, what stands there, what is put there
    (RULE, "abs(inputs[0] - inputs[1])", "next(COUNT) % 12"),
    (RULE, "abs(inputs[0] - inputs[1])", "hash(str(inputs)) % 12"),
    (RULE, "abs(inputs[0] - inputs[1])", "min(inputs) - max(inputs)"),
    (CONFIG, "numbers: 12", "numbers: 1"),
    (CONFIG, "numbers: 12", "numbers: 1001"),
    (CONFIG, "train_share: 0.7", "train_share: 0.001"),
    (CONFIG, "train_share: 0.7", "split: list, train: [[0, 1], [0, 1]]"),
    (CONFIG, "batch: 101", "batch: 102"),
)
TOLD = [
    row.group(1)
    for row in re.finditer(r"^\| .* \| `(.*)`.* \|$", PAGE.text.split("## When")[1], re.M)
]


@pytest.mark.parametrize(("number", "wrong"), list(enumerate(WRONG)), ids=lambda x: str(x)[:40])
def test_what_is_wrong_is_told_as_the_page_says(
    project: Path, tmp_path: Path, number: int, wrong: tuple[str, str, str]
) -> None:
    assert len(TOLD) == len(WRONG)
    copy = Path(shutil.copytree(project, tmp_path / "copy", ignore=shutil.ignore_patterns(".*")))
    file, right, now = wrong
    text = (copy / file).read_text(encoding="utf-8")
    assert text.count(right) == 1
    text = text.replace(right, now).replace("@rule\n", "COUNT = iter(range(10**9))\n\n\n@rule\n")
    (copy / file).write_text(text, encoding="utf-8")
    said = run(copy, "reportgen build --rule difference --no-site", fails=True)
    assert TOLD[number] in " ".join(said.replace("`", "").split())
