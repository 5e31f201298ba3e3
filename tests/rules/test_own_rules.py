"""Rules in a project's rules/ folder: found beside those of the package, broken ones told with file
and line, and known in every process.
"""

import dataclasses
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from ownwork import BANG
from places import CONFIGS

from reportgen.cli import main
from reportgen.core import config as configs
from reportgen.core.config.for_editors import schema
from reportgen.errors import ConfigError, UsageError
from reportgen.pipeline.sources import Sources
from reportgen.pipeline.tasks import plan
from reportgen.project import Project
from reportgen.rules.base import RULES, all_rules, rule_called
from reportgen.rules.outside import file_of, own_rules, source_of
from reportgen.rules.written import Written
from reportgen.system import systems

GIVEN = CONFIGS / "plus_last_even.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "configs").mkdir()
    (tmp_path / "rules" / "bang.py").write_text(BANG)
    values = yaml.safe_load(GIVEN.read_text()) | {
        "name": "bang",
        "rule": {"name": "bang_first", "letters": 4},
    }
    values["data"]["length"] = [9, 9]  # each window is a whole sequence, so the first token is seen
    (tmp_path / "configs" / "bang.yaml").write_text(yaml.safe_dump(values, sort_keys=False))
    return Project(tmp_path)


def test_a_rule_of_the_project_is_one_of_all(project: Project) -> None:
    known = all_rules(project.rules)
    assert set(known) == {*all_rules(), "bang_first"}
    assert rule_called("bang_first", project.rules) is known["bang_first"]
    assert "bang_first" not in RULES
    with pytest.raises(UsageError, match="no rule is called 'bang_first'"):
        rule_called("bang_first")
    config = configs.load(project.config("bang"), rules=project.rules)
    assert config.rule.demand(["a", "b", "!"]).tokens == {"a"}
    assert configs.from_values(config.as_dict(), rules=project.rules) == config
    assert "bang_first" in str(schema(project.rules))
    assert sorted(path.name for path in project.rules.iterdir()) == [
        "bang.py"
    ]  # nothing is written beside it


def test_an_edited_file_is_read_again_and_an_unchanged_one_is_not(project: Project) -> None:
    first = rule_called("bang_first", project.rules)
    assert rule_called("bang_first", project.rules) is first
    (project.rules / "bang.py").write_text(BANG.replace("The first letter again", "Once more"))
    assert rule_called("bang_first", project.rules).title == "Once more"
    (project.rules / "bang.py").unlink()
    assert "bang_first" not in all_rules(project.rules)


def test_two_projects_may_each_have_a_rule_of_one_name(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "bang.py").write_text(BANG.replace("The first letter again", "Once more"))
    assert rule_called("bang_first", other).title == "Once more"
    assert rule_called("bang_first", project.rules).title == "The first letter again"


BROKEN = {
    "syntax.py": ("x = 1\ndef (:\n", "{path}:2: SyntaxError: invalid syntax"),
    "imports.py": (
        "import reportgen\nimport no_such_thing\n",
        "{path}:2: ModuleNotFoundError: No module named 'no_such_thing'",
    ),
    "raises.py": (
        "def f():\n    return 1 / 0\n\nf()\n",
        "{path}:2: ZeroDivisionError: division by zero",
    ),
    "leaves.py": ("raise SystemExit(3)\n", "{path}:1: SystemExit: 3"),
    "empty.py": ("", "{path}: no class in this file is marked with @rule"),
    "lacks.py": (
        BANG.replace('    title = "The first letter again"\n', "").replace(
            "def weights", "def chances"
        ),
        "{path}:12: BangFirst lacks title, weights",
    ),
    "slug.py": (
        BANG.replace('"bang_first"', '"../evil"'),
        (
            "{path}:12: BangFirst: slug: got '../evil', allowed: a lower-case name (a letter, then"
            " letters, digits, _; at most 64)"
        ),
    ),
    "thawed.py": (
        BANG.replace("(frozen=True)", ""),
        (
            "{path}:12: BangFirst is no frozen dataclass: write @dataclass(frozen=True) between"
            " @rule and the class"
        ),
    ),
    "taken.py": (
        BANG.replace('"bang_first"', '"lucky7"'),
        (
            "{path}:12: rule 'lucky7' stands in reportgen.rules.lucky7 already; give BangFirst"
            " another slug"
        ),
    ),
    "twice.py": (
        BANG,
        (
            "{path}:14: rule 'bang_first' stands in {folder}/bang.py already; give BangFirst"
            " another slug"
        ),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_told_with_its_line_and_stops_no_other(
    project: Project, name: str
) -> None:
    path = project.rules / name
    text, message = BROKEN[name]
    path.write_text(text)
    wanted = message.format(path=path, folder=project.rules)
    for _ in range(2):
        found = own_rules(project.rules)
        assert set(found.rules) == {"bang_first"}
        assert [str(error).split("; mend the file")[0] for error in found.broken] == [wanted]
    assert str(found.broken[0]).endswith(f"; mend the file or move it out of {project.rules}")
    assert set(all_rules(project.rules)) == {*all_rules(), "bang_first"}
    assert len(plan(project, ["bang"])) > 3


def test_a_configuration_of_a_broken_rule_names_its_file(project: Project) -> None:
    path = project.rules / "bang.py"
    path.write_text(BANG.replace("import numpy as np", "import numpi as np"))
    with pytest.raises(ConfigError) as error:
        configs.load(project.config("bang"), rules=project.rules)
    (only,) = error.value.problems
    assert (
        only == f"{project.config('bang')}:3:3: rule.name: the file that has 'bang_first' cannot be"
        f" used: {path}:6: ModuleNotFoundError: No module named 'numpi'; mend the file or move it"
        f" out of {project.rules}"
    )
    result = CliRunner().invoke(main, ["--project", str(project.root), "build", "--rule", "bang"])
    assert result.exit_code == 2
    assert f"{path}:6: ModuleNotFoundError" in result.stderr


def test_a_misspelt_system_is_the_only_thing_told(project: Project) -> None:
    """What the data of another system lack is no help."""
    path = project.rules / "bang.py"
    path.write_text(BANG.replace('system = "sequence_rules"', 'system = "sequence_rule"'))
    with pytest.raises(ConfigError) as error:
        configs.load(project.config("bang"), rules=project.rules)
    (only,) = error.value.problems
    assert f"{path}:" in only
    assert f"got 'sequence_rule', allowed: {', '.join(systems())}" in only
    assert "(did you mean 'sequence_rules'" in only


def test_a_configuration_tells_of_the_broken_file_that_concerns_it_alone(project: Project) -> None:
    """By the slug in its text, or by its name; of others how many there are."""
    (project.rules / "sad.py").write_text("import no_such_thing\n")
    (project.rules / "gone.py").symlink_to("nowhere")
    config, known = project.root / "configs" / "bad.yaml", ", ".join(all_rules(project.rules))
    for name, file in (("of_sad", "sad"), ("gone", "gone"), ("other", "")):
        (project.rules / "sad.py").write_text("import no_such_thing\nslug: str = 'of_sad'\n")
        config.write_text(GIVEN.read_text().replace("name: plus_last_even", f"name: {name}"))
        with pytest.raises(ConfigError) as error:
            configs.load(config, rules=project.rules)
        told = [said.partition(": rule.name: ")[2] for said in error.value.problems]
        first, *others = (said for said in told if said)
        if file:
            start = f"the file that has {name!r} cannot be used: {project.rules / file}.py:"
            assert first.startswith(start)
            assert not others
        else:
            (second,) = others
            assert first == f"got {name!r}, allowed: {known}"
            assert (
                second
                == f"2 files of {project.rules} cannot be used, and may have it; `reportgen list`"
                " says why"
            )


def test_list_and_build_tell_of_a_broken_file_and_go_on(project: Project) -> None:
    (project.rules / "sad.py").write_text("import no_such_thing\n")
    for command in (["list"], ["build", "--rule", "bang", "--dry-run"]):
        result = CliRunner().invoke(main, ["--project", str(project.root), *command])
        assert result.exit_code == 0
        assert (
            result.stderr.strip()
            == f"{project.rules / 'sad.py'}:1: ModuleNotFoundError: No module named"
            f" 'no_such_thing'; mend the file or move it out of {project.rules}"
        )
        assert "bang" in result.stdout


def test_all_builds_what_is_sound_and_tells_the_rest_at_the_end(project: Project) -> None:
    """A configuration with mistakes and a file of rules with one: both are told with their place,
    everything else is built, the exit code is 1.
    """
    (project.root / "configs" / "bad.yaml").write_text("name: bad\nrule: {name: bang_fist}\n")
    (project.rules / "sad.py").write_text("import no_such_thing\n")
    result = CliRunner().invoke(
        main, ["--project", str(project.root), "build", "--all", "--dry-run"]
    )
    assert result.exit_code == 1
    assert "train bang/train-1: would run" in result.stdout
    assert "train plus_last_even/train-1: would run" in result.stdout
    assert "bad/" not in result.stdout
    told = result.stderr.splitlines()
    assert told[0] == "bad was not built:"
    assert any(
        line.startswith(f"{project.root / 'configs' / 'bad.yaml'}:2:")
        and "did you mean 'bang_first'?" in line
        for line in told
    )
    assert told[-1].startswith(f"{project.rules / 'sad.py'}:1: ModuleNotFoundError")
    alone = CliRunner().invoke(
        main, ["--project", str(project.root), "build", "--rule", "bad", "--dry-run"]
    )
    assert alone.exit_code == 2


def test_no_report_takes_the_name_of_the_comparison(project: Project) -> None:
    path = project.root / "configs" / "compare.yaml"
    path.write_text(GIVEN.read_text().replace("name: plus_last_even\n", "name: compare\n", 1))
    with pytest.raises(ConfigError, match="no report can be called 'compare'") as error:
        plan(project, ["compare"])
    assert str(error.value).startswith(str(path))


def test_list_names_the_rule_of_every_configuration(project: Project) -> None:
    """Of broken ones too, as far as they can be read."""
    (project.root / "configs" / "bad.yaml").write_text("name: bad\nrule: {name: bang_fist}\n")
    (project.root / "configs" / "worse.yaml").write_text("name: [worse\n")
    found = CliRunner().invoke(main, ["--project", str(project.root), "list"])
    lines = found.stdout.splitlines()
    row = lambda name: [
        cell.strip() for cell in next(line for line in lines if f" {name} " in line).split("│")
    ]
    assert row("bad")[1:4] == ["bad", "bang_fist", "not built"]
    assert row("worse")[1:4] == ["worse", "cannot be read", "not built"]
    place = f"{project.root / 'configs' / 'worse.yaml'}:2:1"
    assert f"{place}: not YAML: expected ',' or ']', but got '<stream end>'\n" in found.stderr
    assert row("lucky7_open")[1:3] == ["lucky7_open", "lucky7"]


def test_the_schema_knows_the_rules_of_the_project(project: Project) -> None:
    assert (
        '"bang_first"'
        in CliRunner().invoke(main, ["--project", str(project.root), "schema"]).stdout
    )


def test_a_project_without_rules_of_its_own_has_those_of_the_package(tmp_path: Path) -> None:
    assert own_rules(tmp_path / "rules") == own_rules(tmp_path)
    assert all_rules(tmp_path / "rules") == all_rules()


def test_a_rule_finds_its_class_in_another_process(project: Project) -> None:
    """Configurations travel to the processes of a build, which have never seen the file."""
    config = configs.load(project.config("bang"), rules=project.rules)
    assert pickle.loads(pickle.dumps(config)) == config
    code = (
        "import pickle, sys\nconfig = pickle.load(sys.stdin.buffer)\nprint(config.rule,"
        " *config.rule.demand(['c', '!']).tokens, config.rule.tokens.names)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(config), capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == "BangFirst(letters=4) c ('a', 'b', 'c', 'd', '!')"
    (project.rules / "bang.py").write_text(BANG.replace('"bang_first"', '"bang_last"'))
    gone = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(config), capture_output=True
    )
    assert (
        f"{project.rules / 'bang.py'}: changed since the build began; build again"
        in gone.stderr.decode()
    )


def test_a_rule_of_the_package_travels_as_everything_does() -> None:
    config = configs.load(GIVEN)
    assert pickle.loads(pickle.dumps(config)) == config
    assert dataclasses.replace(config.rule, highest=8).highest == 8  # type: ignore[call-arg]


def test_a_result_depends_on_the_file_of_its_rule_and_what_that_imports(project: Project) -> None:
    cls = rule_called("bang_first", project.rules)
    written = source_of(cls)
    assert isinstance(written, Written)
    assert written.path == file_of(cls) == project.rules / "bang.py"
    found = Sources().of(source_of(cls))
    assert {
        "source rules/bang.py",
        "source reportgen/rules/base.py",
        "source reportgen/vocabulary.py",
    } <= set(found)
    inputs = lambda: {
        task.name: task.inputs
        for task in plan(project, ["bang"])
        if task.stage in ("train", "facts", "figures")
    }
    before = inputs()
    (project.rules / "bang.py").write_text(BANG + "\n# changed\n")
    after = inputs()
    differ = lambda name: {key for key in after[name] if after[name][key] != before[name][key]}
    assert differ("bang/train-1") == differ("bang/facts") == {"source rules/bang.py"}
