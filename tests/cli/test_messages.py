"""What a user reads when something is wrong: the whole text, with the place and the way on. Nothing
is trained, and exit code 2 says so.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from buildwork import Listener
from click.testing import CliRunner, Result
from places import CONFIGS

from reportgen.cli import main
from reportgen.core import config as configs
from reportgen.errors import RunError, nearest
from reportgen.pipeline.graph import Graph
from reportgen.pipeline.running import run
from reportgen.pipeline.store import Store
from reportgen.pipeline.task import Task
from reportgen.pipeline.tasks import check_step
from reportgen.pipeline.work import train

GIVEN = CONFIGS / "plus_last_even.yaml"
KNOWN = sorted(path.stem for path in GIVEN.parent.glob("*.yaml"))


def changed(**sections: dict[str, object]) -> dict:
    """The values of plus_last_even, some of them changed."""
    values = yaml.safe_load(GIVEN.read_text(encoding="utf-8"))
    return {
        key: value | sections.get(key, {}) if isinstance(value, dict) else value
        for key, value in values.items()
    }


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    (tmp_path / "configs").mkdir()
    return tmp_path


def reportgen(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project), *arguments])


def refused(project: Path, *arguments: str) -> str:
    """The message of a wrong use; no store begins, and no traceback is shown."""
    result = reportgen(project, *arguments)
    assert result.exit_code == 2, result.output
    assert not (project / ".reportgen").exists()
    assert "Traceback" not in result.output
    return result.stderr.strip()


def test_unknown_rule(project: Path) -> None:
    assert (
        refused(project, "build", "--rule", "plus_last_evne")
        == f"no configuration is called 'plus_last_evne'{nearest('plus_last_evne', KNOWN)};"
        f" `reportgen list` shows all: {', '.join(KNOWN)}"
    )


def test_no_rule(project: Path) -> None:
    assert refused(
        project, "build"
    ) == "which rule? `reportgen build --rule NAME`, --own or --all; there are " + ", ".join(KNOWN)


def test_no_project(tmp_path: Path) -> None:
    assert (
        refused(tmp_path, "build", "--all")
        == f"{tmp_path}: no mkdocs.yml there; a project is a folder with one (--project FOLDER)"
    )


def test_three_mistakes_three_lines(project: Path) -> None:
    path = project / "configs" / "mine.yaml"
    text = GIVEN.read_text(encoding="utf-8").replace("name: plus_last_even\n", "name: mine\n", 1)
    text = (
        text.replace("sequences: 2000", "sequences: none")
        .replace("lr: 1.0e-3", "lr: -1")
        .replace("demonstrations: 3", "demonstrations: 3, colour: red")
    )
    path.write_text(text)
    place = lambda word: next(
        f"{path}:{i}:{line.index(word) + 1}"
        for i, line in enumerate(text.splitlines(), 1)
        if word in line
    )
    assert refused(project, "build", "--rule", "mine").splitlines() == [
        f"{place('sequences')}: data.sequences: got 'none', allowed: a whole number",
        f"{place('lr:')}: training.lr: got -1, allowed: more than 0",
        f"{place('colour')}: report.colour: unknown key",
    ]


@pytest.mark.parametrize(
    ("section", "words"),
    [
        (
            {"d_head": 3},
            (
                "model.d_head: got 3: 1 head(s) of size 3 make 3, not d_model 2; allowed without an"
                " output projection: n_heads × d_head = d_model (or set output_projection: true)"
            ),
        ),
        (
            {"n_ctx": 20},
            (
                "model.n_ctx: got 20, allowed: at most 19, one less than the shortest sequence"
                " (data.length)"
            ),
        ),
    ],
)
def test_sizes_that_do_not_fit(project: Path, section: dict, words: str) -> None:
    path = project / "configs" / "mine.yaml"
    path.write_text(yaml.safe_dump(changed(model=section) | {"name": "mine"}, sort_keys=False))
    [line] = [
        i
        for i, line in enumerate(path.read_text().splitlines(), 1)
        if line.strip().startswith(f"{next(iter(section))}:")
    ]
    assert refused(project, "build", "--rule", "mine") == f"{path}:{line}:3: {words}"


def test_a_step_that_is_no_checkpoint() -> None:
    with pytest.raises(RunError) as told:
        check_step(configs.load(GIVEN), 4711)
    assert (
        str(told.value)
        == "step 4711 is no checkpoint of plus_last_even; checkpoints are 0, 100, ... 20000; the"
        " nearest is 4700"
    )


def test_a_step_is_checked_before_anything_runs(project: Path) -> None:
    assert (
        refused(project, "build", "--rule", "plus_last_even", "--step", "7")
        == "step 7 is no checkpoint of plus_last_even; checkpoints are 0, 100, ... 20000; the"
        " nearest is 0"
    )


@pytest.mark.parametrize("saved_every", [0.0, 60.0])
def test_a_loss_that_is_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saved_every: float
) -> None:
    """Training that diverges says where, and stores nothing, saved on the way or not."""
    monkeypatch.setattr("reportgen.core.saving.SAVED_EVERY", saved_every)
    config = configs.from_values(
        changed(
            data={"sequences": 40, "holdout": 10},
            training={"steps": 40, "seeds": 2, "checkpoint_every": 20, "lr": 1e30},
        )
    )
    store = Store(tmp_path)
    [outcome] = run(
        Graph.of([Task("mine/train", "train", train, dict(config=config, seeds=(0, 1)))], store),
        Listener(),
        lambda: ThreadPoolExecutor(1),
        1,
    )
    assert outcome.state == "failed"
    assert (
        outcome.why
        == "the loss became nan at step 1 (seed 0, training.lr 1e+30); nothing was stored: lower"
        " training.lr and build again"
    )
    assert not store.folder("mine/train").exists()


def test_show_before_a_build(project: Path) -> None:
    assert (
        refused(project, "show", "plus_last_even")
        == "nothing was measured of plus_last_even yet; `reportgen build --rule plus_last_even`"
        " does"
    )


def test_clean_a_step_of_no_rule(project: Path) -> None:
    assert (
        refused(project, "clean", "--step", "3")
        == "--step 3 of which rule? `reportgen clean NAME --step 3`"
    )


def test_debug_shows_the_traceback(project: Path) -> None:
    """--debug, before or after the command, lets the error through."""
    for arguments in (["--debug", "build", "--rule", "x"], ["build", "--rule", "x", "--debug"]):
        assert reportgen(project, *arguments).exc_info[0].__name__ == "UsageError"
