"""Trials of rules: once for each content, again where something else decides, and what was tried is
what runs.
"""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from ownwork import BANG, bang
from places import CONFIGS

from reportgen.core import config as configs
from reportgen.errors import ConfigError, RuleError, UsageError
from reportgen.pipeline.sources import Sources
from reportgen.pipeline.store import digest_of
from reportgen.project import Project
from reportgen.rules import trial
from reportgen.rules.base import rule_called
from reportgen.rules.folder import found
from reportgen.rules.outside import own_rules, source_of
from reportgen.rules.trial import Verdict
from reportgen.rules.written import read

GIVEN = CONFIGS / "plus_last_even.yaml"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "bang.py").write_text(BANG)
    return folder


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The file of each trial that is made; no process remembers one."""
    made: list[str] = []
    once = trial._trial

    def counted(job: str, files: tuple[str, ...], limits: tuple[float, float]) -> Verdict:
        made.append(Path(files[0]).name)
        return once(job, files, limits)

    monkeypatch.setattr(trial, "_trial", counted)
    trial._tried.cache_clear()
    return made


def again(folder: Path) -> None:
    """Look at a folder as a new process would."""
    trial._tried.cache_clear()
    found(folder)


def test_a_file_is_tried_once_for_each_content(rules: Path, trials: list[str]) -> None:
    """Whatever its times say: neither a touch nor the same size hides or makes a change."""
    again(rules)
    again(rules)
    os.utime(rules / "bang.py", (1, 1))
    again(rules)
    assert trials == ["bang.py"]
    about = (rules / "bang.py").stat()
    (rules / "bang.py").write_text(BANG.replace("0.3", "0.4"))
    os.utime(rules / "bang.py", ns=(about.st_atime_ns, about.st_mtime_ns))
    again(rules)
    assert trials == ["bang.py"] * 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-3]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"bang_first", b"lucky7   ")),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\xff" * 99),
        lambda path: (path.unlink(), path.mkdir()),
        lambda path: (path.unlink(), path.symlink_to("nowhere")),
        lambda path: (path.unlink(), os.mkfifo(path)),
        lambda path: (path.unlink(), path.mkdir(), (path / "mine").write_text("mine")),
    ],
    ids=[
        "cut",
        "changed",
        "empty",
        "no text",
        "a folder",
        "a dangling link",
        "a pipe",
        "a full folder",
    ],
)
def test_a_damaged_verdict_is_made_again(
    rules: Path, trials: list[str], damage: Callable[[Path], object]
) -> None:
    again(rules)
    [kept] = (rules.parent / ".reportgen" / "_rules").iterdir()
    damage(kept)
    assert set(found(rules).files) == {"bang_first"} or trial._tried.cache_clear()
    again(rules)
    assert set(found(rules).files) == {"bang_first"}
    assert trials == ["bang.py"] * 2
    again(rules)
    assert trials == ["bang.py"] * 2  # what was damaged is whole again
    assert kept.is_file()
    mine = [path.read_text() for path in rules.parent.rglob("mine")]
    assert mine in ([], ["mine"]), "somebody's file is lost"


def test_a_store_that_cannot_be_written_stops_nothing(rules: Path, trials: list[str]) -> None:
    """One process tries a file once; the next one tries it again."""
    (rules.parent / ".reportgen").write_text("in the way")
    trial._tried.cache_clear()
    for _ in range(3):
        assert set(found(rules).files) == {"bang_first"}
    assert trials == ["bang.py"]


def test_another_version_tries_again(
    rules: Path, trials: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    again(rules)
    monkeypatch.setattr(trial, "_ways", lambda: "another")
    again(rules)
    assert trials == ["bang.py"] * 2


def test_a_verdict_holds_until_what_it_rests_on_changes() -> None:
    """A limit that was reached and is higher now, and a module that was missing and is there."""
    late = Verdict(broken="late", limits=(10.0, 2.0))
    assert late.holds((10.0, 2.0))
    assert late.holds((5.0, 1.0))
    assert not late.holds((60.0, 2.0))
    assert not late.holds((10.0, 8.0))
    assert Verdict(broken="?", missing="no_such_thing.part").holds((10.0, 2.0))
    assert not Verdict(broken="?", missing="json").holds((10.0, 2.0))
    assert not Verdict(broken="?", lasts=False).holds((10.0, 2.0))


def test_more_time_can_be_given(
    rules: Path, trials: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (rules / "bang.py").write_text("import time\n\ntime.sleep(1)\n" + BANG)
    monkeypatch.setenv("REPORTGEN_RULE_SECONDS", "0.5")
    again(rules)
    [error] = found(rules).broken
    assert (
        str(error)
        == f"{rules / 'bang.py'}:3: did not end within 0.5 s (REPORTGEN_RULE_SECONDS=60 gives it a "
        f"minute); mend the file or move it out of {rules}"
    )
    monkeypatch.setenv("REPORTGEN_RULE_SECONDS", "60")
    again(rules)
    assert set(found(rules).files) == {"bang_first"}


@pytest.mark.parametrize("value", ["", "soon", "0", "-1", "nan", "inf"])
def test_a_limit_is_a_number(rules: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("REPORTGEN_RULE_SECONDS", value)
    with pytest.raises(UsageError) as error:
        found(rules)
    assert (
        str(error.value)
        == f"REPORTGEN_RULE_SECONDS: got {value!r}, allowed: a number above 0; usual: 20"
    )


def test_a_helper_belongs_to_the_rule(rules: Path) -> None:
    """It is found without a path, a change of it runs the rule anew, and it is in the inputs of
    every task.
    """
    (rules / "bang.py").write_text(
        BANG.replace("\n\n\n@rule", "\n\nfrom _shared import WORDS\n\n\n@rule").replace(
            '"After `!`, write the first token."', "WORDS"
        )
    )
    (rules / "_shared.py").write_text("from _words import WORDS\n")
    (rules / "_words.py").write_text("WORDS = 'One.'\n")
    (rules / "_other.py").write_text("1 / 0\n")
    first = rule_called("bang_first", rules)
    assert first.summary == "One."
    inputs = Sources().of(source_of(first))
    assert {"source rules/bang.py", "source rules/_shared.py", "source rules/_words.py"} <= set(
        inputs
    )
    assert "source rules/_other.py" not in inputs
    (rules / "_words.py").write_text("WORDS = 'Two.'\n")
    second = rule_called("bang_first", rules)
    assert second.summary == "Two."
    changed = Sources().of(source_of(second))
    assert [name for name in changed if changed[name] != inputs[name]] == ["source rules/_words.py"]


def test_inputs_are_those_that_ran(rules: Path) -> None:
    """A file that is edited after it was read is told as it was read."""
    written = source_of(rule_called("bang_first", rules))
    (rules / "bang.py").write_text("changed")
    assert Sources().of(written)["source rules/bang.py"] == digest_of(BANG.encode())


def test_two_files_may_share_a_helper(rules: Path) -> None:
    for name in ("one", "two"):
        (rules / f"{name}.py").write_text(bang(name, end="from _shared import N\nassert N == 3"))
    (rules / "_shared.py").write_text("N = 3\n")
    assert set(own_rules(rules).rules) == {"bang_first", "one", "two"}
    assert own_rules(rules).broken == ()


@pytest.mark.parametrize("changed", ["bang.py", "_shared.py"])
def test_a_rule_that_changes_while_it_is_built_is_noticed(rules: Path, changed: str) -> None:
    """By the process that runs a task, which reads the file again."""
    (rules / "bang.py").write_text(bang("bang_first", end="import _shared"))
    (rules / "_shared.py").write_text("N = 3\n")
    rule = rule_called("bang_first", rules)(letters=4)  # type: ignore[call-arg]
    sent = pickle.dumps(rule)
    assert pickle.loads(sent) == rule
    (rules / changed).write_text((rules / changed).read_text() + "\n")
    with pytest.raises(RuleError) as error:
        pickle.loads(sent)
    assert str(error.value) == f"{rules / 'bang.py'}: changed since the build began; build again"


def test_parameters_of_classes_of_the_file_travel(rules: Path, tmp_path: Path) -> None:
    """An enumeration in the rule's own file, in a process that has not seen it."""
    import subprocess
    import sys

    top = "from enum import Enum\n\n\nclass Kind(str, Enum):\n    PLAIN = 'plain'\n\n\n@rule"
    (rules / "bang.py").write_text(
        BANG.replace("@rule", top).replace("    letters:", "    kind: Kind\n    letters:")
    )
    rule = rule_called("bang_first", rules)
    from pydantic import TypeAdapter

    made = TypeAdapter(rule).validate_python(dict(kind="plain", letters=3))
    code = "import pickle, sys\nprint(pickle.load(sys.stdin.buffer).kind.value)"
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(made), capture_output=True, check=True
    )
    assert done.stdout.strip() == b"plain"


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "rules").write_text("")
    [error] = found(tmp_path / "rules").broken
    assert (
        str(error)
        == f"{tmp_path / 'rules'}: rules of one's own are files in a folder of this name, and"
        " this is "
        "no folder; move it away"
    )
    assert own_rules(tmp_path / "rules").rules == {}


def test_a_parameter_that_cannot_be_stored_is_told(rules: Path) -> None:
    (rules / "bang.py").write_text(
        BANG.replace("    letters:", "    kinds: frozenset[str]\n    letters:")
    )
    values = yaml.safe_load(GIVEN.read_text()) | dict(
        name="bang", rule=dict(name="bang_first", letters=4, kinds=["a"])
    )
    path = rules.parent / "bang.yaml"
    path.write_text(yaml.safe_dump(values))
    with pytest.raises(ConfigError) as error:
        configs.load(path, rules=rules)
    assert (
        "rule: " + str(rules / "bang.py") + ": bang_first: the parameters cannot be stored (Object "
        "of type frozenset is not JSON serializable); a parameter is a number, a text, true, false "
        f"or null, or a list of these; mend the file or move it out of {rules}"
    ) in str(error.value)


def test_a_sound_configuration_is_tried_once(rules: Path, trials: list[str]) -> None:
    values = yaml.safe_load(GIVEN.read_text()) | dict(
        name="bang", rule=dict(name="bang_first", letters=4)
    )
    path = rules.parent / "bang.yaml"
    for letters in (4, 4, 5, 5):
        trial._tried.cache_clear()
        path.write_text(
            yaml.safe_dump(values | dict(rule=dict(name="bang_first", letters=letters)))
        )
        configs.load(path, rules=rules)
    assert trials == ["bang.py"] * 3  # the file, and each of two configurations
    assert read(rules / "bang.py").digest
    assert Project(rules.parent).store.is_dir()


@pytest.mark.parametrize(
    "answer",
    ["", "{}", "[]", "3", "null", "[" * 100_000, '{"broken": 3}', '{"broken": "?"}', '{"gives": 1'],
)
def test_an_answer_that_is_none_is_a_broken_file(
    rules: Path, trials: list[str], monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """Whatever a rule has made of the process that answers: a verdict, never a traceback."""

    def process(folder: Path, seconds: float) -> tuple[int, bool]:
        (folder / "answer").write_text(answer)
        return 0, False

    monkeypatch.setattr(trial, "_process", process)
    [error] = found(rules).broken
    assert (
        str(error)
        == f"{rules / 'bang.py'}: ended its process with exit code 0; mend the file or move it"
        " out of "
        f"{rules}"
    )


@pytest.mark.parametrize("gives", ["null", "{}", "[]", "7", '{"a": 1}', '{"a": ["A", "1"]}'])
def test_what_a_file_gives_is_a_list_of_rules(
    rules: Path, trials: list[str], monkeypatch: pytest.MonkeyPatch, gives: str
) -> None:
    def process(folder: Path, seconds: float) -> tuple[int, bool]:
        (folder / "answer").write_text(f'{{"gives": {gives}}}')
        return 0, False

    monkeypatch.setattr(trial, "_process", process)
    [error] = found(rules).broken
    assert str(error).startswith(f"{rules / 'bang.py'}: its trial ends without a list of its rules")


@pytest.mark.parametrize(
    "line", ["torch.set_default_dtype(torch.float64)", "torch.set_num_threads(3)"]
)
def test_a_library_that_a_rule_imports_stays_as_it_is(rules: Path, line: str) -> None:
    """To import it is fine, whatever it exchanges in Python itself."""
    (rules / "bang.py").write_text(bang("bang_first", end=f"import torch\n{line}"))
    (rules / "other.py").write_text(bang("other", end="import torch"))
    there = found(rules)
    assert set(there.files) == {"other"}
    [error] = there.broken
    at = (rules / "bang.py").read_text().splitlines().index(line) + 1
    assert str(error).startswith(
        f"{rules / 'bang.py'}:{at}: changes how torch computes (default type, threads, gradients)"
    )
