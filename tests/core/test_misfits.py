"""What a configuration alone decides is found before anything is trained, with the place and the
way on.
"""

import json
import os
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from places import CONFIGS

from reportgen import project as projects
from reportgen.cli import main
from reportgen.cli.rebuild import Answer
from reportgen.cli.rebuild import _planned as planned
from reportgen.core import config as configs
from reportgen.core.data.misfits import misfits
from reportgen.errors import ConfigError
from reportgen.pipeline.tasks import plan
from reportgen.project import Project
from reportgen.system import system_of

ALTERNATING = '''"""Every other token is the parity of the number before it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from reportgen.rules.base import FREE, Demand, Rule, rule


@rule
@dataclass(frozen=True)
class Parity(Rule):
    """After a number comes a word for its parity; after a word, any number."""

    system = "sequence_rules"
    slug = "parity_word"
    title = "Parity in words"
    summary = "After each number, write whether it is even."
    class_names: ClassVar = {"number": "number", "word": "word"}

    highest: int

    @property
    def vocabulary(self):
        return (*range(self.highest + 1), "even", "odd")

    @property
    def classes(self):
        return {t: "word" if isinstance(t, str) else "number" for t in self.vocabulary}

    @property
    def trigger(self):
        return None

    def demand(self, prefix):
        if not prefix or isinstance(prefix[-1], str):
            return FREE
        return Demand(frozenset({"odd" if prefix[-1] % 2 else "even"}))

    def weights(self, prefix):
        numbers = self.highest + 1
        return np.append(np.full(numbers, 1 / numbers), np.zeros(2))

    def state(self, prefix):
        return prefix[-1] if prefix else None
'''


def values(name: str, changes: Mapping[str, object]) -> dict:
    found = deepcopy(yaml.safe_load((CONFIGS / f"{name}.yaml").read_text(encoding="utf-8")))
    for key, value in changes.items():
        section, _, inner = key.partition(".")
        found[section][inner] = value
    return found


def told(name: str, changes: Mapping[str, object]) -> list[str]:
    return [words for _, words in misfits(configs.from_values(values(name, changes)))]


def test_windows_that_all_end_where_nothing_is_asked(project: Project) -> None:
    """The contexts that are offered instead do hold something to follow."""
    path = project.root / "configs" / "even_window.yaml"
    changes = {"data.length": [13, 13], "model.n_ctx": 12, "data.sequences": 200}
    found = values("plus_last_even", changes) | dict(
        name="even_window", rule=dict(name="parity_word", highest=4)
    )
    path.write_text(yaml.safe_dump(found, sort_keys=False), encoding="utf-8")
    config = configs.load(path, rules=project.rules)
    with pytest.raises(ConfigError) as error:
        plan(project, ["even_window"])
    assert (
        str(error.value)
        == f"{path}:19:3: model.n_ctx: got 12: no window ends where the rule decides the next"
        " token, "
        "with sequences of data.length [13, 13]; allowed: one of 6, 7, 8, 9, 10, 11"
    )
    for n_ctx in range(6, 12):
        found["model"]["n_ctx"] = n_ctx
        assert not list(misfits(configs.from_values(found, rules=project.rules)))
    assert config.model.n_ctx == 12


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        (
            "plus_last_even",
            {"data.holdout": 1},
            (
                "data.holdout: got 1: no window ends where the rule decides the next token; raise"
                " it, with 500 there is one"
            ),
        ),
        (
            "plus_last_even",
            {"data.holdout": 12, "report.demonstrations": 6},
            (
                "report.demonstrations: got 6: only 1 of 41 held-out windows can be followed:"
                " different ones that end with a visible answer, hold another, and none that lies"
                " before them; lower it, or raise data.holdout"
            ),
        ),
        (
            "copy_modulo",
            {"rule.highest": 99},
            (
                "rule: copy_modulo: more than 40,000 states for prefixes up to 64; let `state`"
                " forget what no longer matters; or shorten data.length or model.n_ctx"
            ),
        ),
        (
            "plus_last_even",
            {"model.n_ctx": 2},
            (
                "model.n_ctx: got 2: no window that ends with a visible answer holds another, with "
                "sequences of data.length [20, 50]; allowed: one of 4, 5, 6, 7"
            ),
        ),
        (
            "conditional_transform",
            {"data.holdout": 2, "data.length": [11, 40]},
            (
                "data.holdout: got 2: more than half of the windows are of one sequence, and some"
                " facts set each beside one of another; raise it"
            ),
        ),
        (
            "one_layer",
            {"data.holdout": 0.001, "data.windows": 3},
            (
                "data.holdout: got 0.001: more than half of the 3 windows are of one block (1 in"
                " all), and some facts set each beside one of another; raise it or data.windows, or"
                " lower data.block"
            ),
        ),
        (
            "one_layer",
            {"data.validation": 0.0001, "data.block": 60},
            (
                "data.validation: got 0.0001: that leaves 1 window of model.n_ctx 32 tokens,"
                " allowed: at least 2; raise it, or lower model.n_ctx"
            ),
        ),
    ],
)
def test_what_pages_could_not_show(name: str, changes: Mapping[str, object], words: str) -> None:
    assert told(name, changes) == [words]


@pytest.mark.parametrize(
    "name", ["plus_last_even", "induction", "reverse_increment_4", "one_layer"]
)
def test_shipped_configurations_fit(name: str) -> None:
    assert told(name, {}) == []


def test_demonstrations_come_from_what_is_held_out() -> None:
    for name, section, most in (
        ("induction", {"data.holdout": 2}, "2, the size of data.holdout"),
        ("reverse_increment_4", {"data.holdout": 2}, "2, the size of data.holdout"),
        ("one_layer", {"data.windows": 2}, "2, the number of windows"),
    ):
        with pytest.raises(ConfigError, match=f"got 3, allowed: at most {most}"):
            configs.from_values(values(name, section | {"report.demonstrations": 3}))


def test_what_was_measured_once_is_not_tried_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record of the last build says with what; another value or another rule file, and it is
    tried.
    """
    found = values("plus_last_even", {"data.sequences": 200, "data.holdout": 200})
    path = project.root / "configs" / "mine.yaml"
    path.write_text(yaml.safe_dump(found | {"name": "mine"}, sort_keys=False), encoding="utf-8")
    [facts] = [task for task in plan(project, ["mine"]) if task.name == "mine/facts"]
    inputs = facts.inputs() if callable(facts.inputs) else facts.inputs
    folder = project.store / "mine" / "facts"
    folder.mkdir(parents=True)
    record = dict(key="k", inputs=dict(inputs), seconds=1.0, built=1.0)
    (folder / "last.json").write_text(json.dumps(record), encoding="utf-8")
    drawn: list[str] = []
    monkeypatch.setattr(
        "reportgen.core.data.misfits.system_of",
        lambda config: drawn.append(config.name) or system_of(config),
    )
    plan(project, ["mine"])
    assert drawn == []
    path.write_text(path.read_text().replace("holdout: 200", "holdout: 201"), encoding="utf-8")
    plan(project, ["mine"])
    assert drawn == ["mine"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    (tmp_path / "configs").mkdir()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "parity_word.py").write_text(ALTERNATING)
    return Project(tmp_path)


def reportgen(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project.root), *arguments])


BROKEN = {
    "cycle": "name: cycle\nx: &a [*a]\n",
    "twice": "name: twice\nrule: {name: lucky7}\nrule: {name: lucky7}\n",
    "bytes": b"\xff\xff",
    "huge": "name: 1" + "0" * 5000,
}


@pytest.fixture
def broken(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with one sound configuration and several that cannot be read, and no others."""
    packaged = projects.packaged
    monkeypatch.setattr(
        projects,
        "packaged",
        lambda kind: project.root / "none" if kind == "configs" else packaged(kind),
    )
    good = values("plus_last_even", {"data.sequences": 200, "data.holdout": 200})
    folder = project.root / "configs"
    (folder / "good.yaml").write_text(yaml.safe_dump(good | {"name": "good"}))
    for name, content in BROKEN.items():
        path = folder / f"{name}.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "dangling.yaml").symlink_to(folder / "gone")
    (folder / "folder.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    return project


def test_list_shows_what_can_be_read_and_says_why_the_rest_cannot(broken: Project) -> None:
    folder = broken.root / "configs"
    shown = reportgen(broken, "list")
    assert shown.exit_code == 0
    assert "│ good" in shown.stdout
    told = [line.removeprefix(f"{folder}/") for line in shown.stderr.splitlines()]
    assert told == [
        "bytes.yaml: is not UTF-8 text (byte 0); save it as UTF-8",
        "cycle.yaml:2:8: not YAML: *a stands within what it names, without end",
        "dangling.yaml: cannot be read: No such file or directory",
        "folder.yaml: cannot be read: it is a folder, not a file",
        "huge.yaml:1:7: name: a number of 5,001 characters, allowed: at most 100",
        "pipe.yaml: cannot be read: it is a pipe, not a file",
        "twice.yaml:3:1: rule: given twice, first at 2:1; keep one of them",
    ]


def test_the_others_are_built_and_the_exit_code_says_that_not_all_were(broken: Project) -> None:
    done = reportgen(broken, "build", "--all", "--dry-run")
    assert done.exit_code == 1
    assert "train good/train: would run" in done.stdout
    for name in (*BROKEN, "dangling", "folder", "pipe"):
        assert f"{name} was not built:\n{broken.root / 'configs' / name}.yaml" in done.stderr
    assert reportgen(broken, "build", "--rule", "good", "--dry-run").exit_code == 0
    assert reportgen(broken, "build", "--rule", "cycle", "--dry-run").exit_code == 2


def test_of_several_that_are_named_the_sound_ones_are_built(broken: Project) -> None:
    """As with --all, the others are told at the end; a name that there is not is told at once."""
    asked = lambda *names: reportgen(
        broken, "build", "--dry-run", *(word for name in names for word in ("--rule", name))
    )
    done = asked("bytes", "good", "dangling", "good")
    assert done.exit_code == 1
    assert "train good/train: would run" in done.stdout
    assert done.stderr.splitlines() == [
        line
        for name, words in (
            ("bytes", ": is not UTF-8 text (byte 0); save it as UTF-8"),
            ("dangling", ": cannot be read: No such file or directory"),
        )
        for line in (f"{name} was not built:", f"{broken.root / 'configs' / name}.yaml{words}")
    ]
    done = asked("good", "good_one")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("no configuration is called 'good_one' (did you mean 'good'?)")


def test_where_nothing_that_is_named_can_be_built_all_is_told(broken: Project) -> None:
    done = reportgen(broken, "build", "--rule", "bytes", "--rule", "dangling", "--dry-run")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"{broken.root}/configs/bytes.yaml: is not UTF-8 text (byte 0); save it as UTF-8",
        f"{broken.root}/configs/dangling.yaml: cannot be read: No such file or directory",
    ]


def test_serving_goes_on_beside_broken_files(broken: Project) -> None:
    answer = Answer()
    tasks = planned(broken, ["good", "cycle", "pipe"], answer)
    assert "good/train" in {task.name for task in tasks}
    assert set(answer.held) == {"cycle", "pipe"}
