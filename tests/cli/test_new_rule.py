"""`reportgen new rule`: three files that work as they are, nothing written over, nothing half done;
and the README's table of rules.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from places import ROOT
from rulework import SETTINGS

from reportgen.cli import main
from reportgen.cli.reading import built
from reportgen.core import config as configs
from reportgen.pipeline.tasks import plan
from reportgen.project import Project
from reportgen.rules.base import all_rules, rule_called
from reportgen.rules.outside import own_rules

ALLOWED = "allowed: a lower-case name (a letter, then letters, digits, _; at most 64)"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    return Project(tmp_path)


def new_rule(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project.root), "new", "rule", *arguments])


def files(project: Project) -> list[str]:
    """All files but those of the store, where verdicts on rules are kept."""
    return sorted(
        str(path.relative_to(project.root))
        for path in project.root.rglob("*")
        if path.is_file() and not {"__pycache__", ".reportgen"} & {*path.parts}
    )


def passes(project: Project, name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/test_{name}.py"],
        cwd=project.root,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout


def test_a_new_rule_works_as_it_is(project: Project) -> None:
    result = new_rule(project, "my_rule")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (
        result.stdout
        == """\
wrote rules/my_rule.py: what may follow what; change `demand`, and `state` with it
wrote configs/my_rule.yaml: how much data, how large a network, how long a training
wrote tests/test_my_rule.py: the rule said a second time; change it too, and run\
 `python -m pytest tests/test_my_rule.py`
then  `reportgen build --rule my_rule`; docs/add-a-rule.md goes through all of it
"""
    )
    assert files(project) == [
        "configs/my_rule.yaml",
        "mkdocs.yml",
        "rules/my_rule.py",
        "tests/test_my_rule.py",
    ]
    cls = rule_called("my_rule", project.rules)
    assert (cls.__name__, cls.slug, cls.title) == ("MyRule", "my_rule", "My rule")
    assert len(plan(project, ["my_rule"])) > 10
    passes(project, "my_rule")


def test_what_is_written_keeps_the_style_of_the_package(project: Project) -> None:
    new_rule(project, "my_rule")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--line-length",
            "160",
            "--select",
            "E,F,I,UP,B,D101",
            str(project.root),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_a_test_of_a_rule_that_was_changed_alone_fails(project: Project) -> None:
    new_rule(project, "my_rule")
    path = project.rules / "my_rule.py"
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("reversed(range(len(prefix)))", "range(len(prefix))")
        .replace("    def state", "    def _state"),
        encoding="utf-8",
    )
    with pytest.raises(AssertionError, match=r"test_long_prefixes|test_every_short_prefix"):
        passes(project, "my_rule")


@pytest.mark.parametrize("like", sorted(all_rules(system="sequence_rules")))
def test_a_copy_of_any_rule_is_that_rule_under_another_name(project: Project, like: str) -> None:
    result = new_rule(project, "copy", "--from", like)
    assert result.exit_code == 0, result.stderr
    copy = configs.load(project.config("copy"), rules=project.rules)
    name = (
        like
        if SETTINGS.get(like, {}).get("rule", {}).get("name") == like
        else next(n for n in SETTINGS if SETTINGS[n]["rule"]["name"] == like)
    )
    given = configs.load(ROOT / "configs" / f"{name}.yaml")
    plain = lambda config: (
        {key: value for key, value in config.as_dict().items() if key != "name"}
        | {"rule": {k: v for k, v in config.as_dict()["rule"].items() if k != "name"}}
    )
    assert plain(copy) == plain(given)
    assert (copy.name, copy.rule.slug, type(copy.rule).__name__) == ("copy", "copy", "Copy")


def test_a_copy_of_a_rule_of_ones_own_has_a_test_that_passes(project: Project) -> None:
    new_rule(project, "first_one")
    assert new_rule(project, "second_one", "--from", "first_one").exit_code == 0
    passes(project, "second_one")
    assert set(own_rules(project.rules).rules) == {"first_one", "second_one"}


@pytest.mark.parametrize(
    "name",
    [
        "two words",
        "../evil",
        "a/b",
        "Upper",
        "9lives",
        "_hidden",
        "x" * 65,
        "",
        "é",
        "<b>",
        "a.b",
        "a\n",
    ],
)
def test_a_name_that_cannot_be_one_is_refused(project: Project, name: str) -> None:
    result = new_rule(project, "--", name)
    assert (result.exit_code, result.stderr) == (
        2,
        f"rule {name!r}: {ALLOWED}; take another, for example smallest_since\n",
    )
    assert files(project) == ["mkdocs.yml"]


def test_a_word_of_python_is_refused(project: Project) -> None:
    assert (
        new_rule(project, "lambda").stderr
        == f"rule 'lambda': {ALLOWED}, and this is a word of Python; take another, for example"
        " smallest_since\n"
    )


def test_a_name_that_is_taken_is_refused(project: Project) -> None:
    assert (
        new_rule(project, "lucky7").stderr
        == f"rule 'lucky7': stands in {ROOT}/reportgen/rules/lucky7.py already; take another name,"
        " or copy it with `reportgen new rule NAME --from lucky7`\n"
    )
    assert (
        new_rule(project, "lucky7_open").stderr
        == "rule 'lucky7_open': a report of this name is configured in"
        f" {ROOT}/configs/lucky7_open.yaml; take another name\n"
    )
    assert files(project) == ["mkdocs.yml"]


@pytest.mark.parametrize("there", ["rules/my_rule.py", "tests/test_my_rule.py"])
def test_nothing_is_written_over(project: Project, there: str) -> None:
    path = project.root / there
    path.parent.mkdir()
    path.write_text("mine")
    result = new_rule(project, "my_rule")
    assert (result.exit_code, result.stderr) == (
        2,
        (
            f"{path}: there already, and nothing is written over; take another name than 'my_rule',"
            " or move it away\n"
        ),
    )
    assert path.read_text() == "mine"
    assert files(project) == sorted([there, "mkdocs.yml"])


def test_an_unknown_rule_to_copy_names_the_nearest(project: Project) -> None:
    result = new_rule(project, "mine", "--from", "lucky8")
    assert result.exit_code == 2
    assert result.stderr.startswith("no rule is called 'lucky8' (did you mean 'lucky7'?); known: ")


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(project: Project) -> None:
    (project.root / "tests").write_text("a file, not a folder")
    result = new_rule(project, "my_rule")
    assert (result.exit_code, result.stderr) == (
        2,
        (
            f"{project.root}/tests/test_my_rule.py: cannot be written: {project.root}/tests is no"
            " folder; nothing was left behind, so mend that and try again\n"
        ),
    )
    assert sorted(path.name for path in project.root.iterdir()) == ["mkdocs.yml", "tests"]


def test_a_slug_that_is_not_written_plainly_is_not_copied(project: Project) -> None:
    new_rule(project, "mine")
    path = project.rules / "mine.py"
    path.write_text(
        path.read_text(encoding="utf-8").replace('slug = "mine"', 'slug = "mi" + "ne"'),
        encoding="utf-8",
    )
    assert (
        new_rule(project, "other", "--from", "mine").stderr
        == f'{path}: its slug is not written as one line, slug = "mine"; copy the file by hand\n'
    )


def test_the_readme_lists_every_configuration() -> None:
    """The same words that `reportgen list` shows, in the same order."""
    readme = (
        (ROOT / "README.md").read_text(encoding="utf-8").split("## The rules")[1].split("\n## ")[0]
    )
    told = re.findall(r"^\| `(\w+)` \| (.+) \|$", readme, re.M)
    project = Project(ROOT)
    assert told == [
        (name, built(project, name, path)[0][-1])
        for name, path in project.configs().items()
        if name in SETTINGS
    ]
    others = (
        (ROOT / "README.md")
        .read_text(encoding="utf-8")
        .split("## Other systems")[1]
        .split("\n## ")[0]
    )
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", others, re.M)) == {
        name: built(project, name, path)[0][-1]
        for name, path in project.configs().items()
        if name not in SETTINGS
    }
