"""The command line: exit codes, what it says, what it loads."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import fakework
import pytest
from click.testing import CliRunner, Result
from places import ROOT

from reportgen import __version__
from reportgen.cli import main
from reportgen.pipeline.artefact import Artefact
from reportgen.pipeline.store import Store
from reportgen.pipeline.task import Task
from reportgen.pipeline.tasks import plan
from reportgen.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n")
    (tmp_path / "docs").mkdir()
    return tmp_path


def reportgen(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project), *arguments])


def store_facts(project: Path, task: str) -> None:
    """Facts as a build stores them."""
    fact = dict(
        text="0.981",
        interval="0.975 to 0.986",
        exhaustive=False,
        n=1234,
        of="positions",
        meaning="How often it errs.",
        function="reportgen.systems.sequence_rules.facts.errors.error",
        baseline=dict(label="chance", value=0.5),
        floor=None,
        parts=[["answer 4", dict(text="0.9", n=12)]],
        details={},
    )
    claim = dict(
        statement="It finds the answer.",
        verdict="partly",
        holds_if="more than .95",
        partly_if="more than .5",
        reason="Half is chance.",
        rests_on=["error"],
        seeds=dict(holds=[0, 2], partly=[], fails=[1]),
    )
    case = dict(fact="error", of="positions")
    claim["decisive"] = [
        case | dict(what="“Error”, answer 4", text="0.975", interval="", n=1000),
        case | dict(what="“Error”, answer 6", text="0.990", interval="0.980 to 0.995", n=234),
    ]
    store = Store(project / ".reportgen")
    with store.scratch() as scratch:
        folder = scratch / "products"
        folder.mkdir()
        (folder / "facts.json").write_text(
            json.dumps(dict(facts={"error": fact}, claims={"finds": claim}))
        )
        store.remember(task, "k", {}, store.keep(folder, task, "k", 1.0))


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Make `build` plan these tasks (word -> work) for any rule."""

    def plan(**works: Callable) -> None:
        tasks = [
            Task(f"toy/{word}", "figures", work, dict(word=word, log=str(tmp_path / "log")))
            for word, work in works.items()
        ]
        monkeypatch.setattr(
            "reportgen.pipeline.tasks.plan", lambda project, names, **options: tasks
        )

    return plan


def test_help_names_every_command(project: Path) -> None:
    result = reportgen(project, "--help")
    assert result.exit_code == 0
    assert all(
        f"\n  {name} " in result.output
        for name in ("build", "list", "show", "serve", "offline", "clean", "schema")
    )


def test_every_command_and_option_is_documented() -> None:
    """The README tells of every command; what it tells of exists."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    below = {name: getattr(each, "commands", [""]) for name, each in main.commands.items()}
    names = [f"{name} {more}".rstrip() for name, inner in below.items() for more in inner]
    assert "new system" in names
    assert not [name for name in names if f"`reportgen {name}" not in readme]
    options = {o for p in main.commands["build"].params for o in p.opts if o.startswith("--")}
    assert not [o for o in options if o not in readme]


def test_version(project: Path) -> None:
    assert reportgen(project, "--version").output == f"reportgen, version {__version__}\n"


def test_runs_as_a_module() -> None:
    """`python -m reportgen` is the same command line."""
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", "--version"], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["reportgen,", "version", __version__]


def test_schema_is_json(project: Path) -> None:
    schema = json.loads(reportgen(project, "schema").output)
    assert schema["title"] == "reportgen configuration"
    assert "plus_last_even" in json.dumps(schema["properties"]["rule"])


@pytest.mark.parametrize(
    "arguments", [["--help"], ["list"], ["show", "plus_last_even"], ["build", "--help"]]
)
def test_quick_answers_load_little(arguments: list[str], project: Path) -> None:
    """Help, list and show answer without torch, matplotlib, NumPy or the libraries of
    configurations.
    """
    store_facts(project, "plus_last_even/facts")
    code = f"""
import sys
from reportgen.cli import main
try:
    main({["--project", str(project), *arguments]!r})
except SystemExit as end:
    assert end.code == 0
slow = ("torch", "matplotlib", "numpy", "pydantic", "jinja2", "mkdocs")
loaded = [name for name in slow if name in sys.modules]
assert not loaded, loaded
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_list_begins_with_the_projects_own(project: Path) -> None:
    """Before those of the package, of which one of the same name is left out."""
    (project / "configs").mkdir()
    for name in ("lucky7", "zebra"):
        (project / "configs" / f"{name}.yaml").write_text(f"# Of {name}.\n")
    found = list(Project(project).configs())
    assert found[:2] == ["lucky7", "zebra"]
    assert found[2:] == [name for name in Project(ROOT).configs() if name != "lucky7"]
    shown = reportgen(project, "list").output
    assert shown.index("zebra") < shown.index("copy_modulo")


def test_list_says_what_is_built(project: Path) -> None:
    """A rule, when its pages were written, its checkpoints, and what it is."""
    row = lambda: next(
        line
        for line in reportgen(project, "list").output.splitlines()
        if " plus_last_even " in line
    )
    assert "not built" in row()
    store_facts(project, "plus_last_even/pages")
    (project / "docs/rules/plus_last_even/steps/300").mkdir(parents=True)
    (project / "docs/rules/plus_last_even/index.md").touch()
    assert "not built" not in row()
    assert "300" in row()
    assert "write the most recent even number" in row()


def test_show_tells_facts_and_claims(project: Path) -> None:
    """All of them as tables, or one with everything that is known of it; a misspelt one gets the
    nearest.
    """
    store_facts(project, "plus_last_even/facts")
    store_facts(project, "plus_last_even/facts@300")
    everything = reportgen(project, "show", "plus_last_even").output
    assert all(
        words in everything
        for words in ("error", "0.981", "0.975 to 0.986", "1\u202f234", "finds", "partly", "2 of 3")
    )
    assert reportgen(project, "show", "plus_last_even", "--step", "300").exit_code == 0
    assert (
        "How often it errs."
        in reportgen(project, "show", "plus_last_even", "--fact", "error").output
    )
    assert (
        "Half is chance." in reportgen(project, "show", "plus_last_even", "--claim", "finds").output
    )
    claim = reportgen(project, "show", "plus_last_even", "--claim", "finds").output
    assert "“Error”, answer 4: 0.975 (exhaustive, n 1\u202f000)" in claim
    assert "“Error”, answer 6: 0.990 (0.980 to 0.995, n 234)" in claim
    wrong = reportgen(project, "show", "plus_last_even", "--fact", "eror")
    assert (wrong.exit_code, wrong.stderr) == (
        2,
        "no fact is called 'eror' (did you mean 'error'?); known: error\n",
    )


def test_a_build_ends_with_a_table(project: Path, planned: Callable) -> None:
    """Exit code 0, what ran or was reused, no bars in a file."""
    planned(a=fakework.say, b=fakework.say)
    first, second = (reportgen(project, "build", "--rule", "toy", "--jobs", "1") for _ in range(2))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "2 ran" in first.output
    assert "2 reused" in second.output
    assert "\r" not in first.output
    assert "\x1b" not in first.output


def test_a_failure_is_told_and_the_rest_is_built(project: Path, planned: Callable) -> None:
    """Exit code 1; what failed and why; the traceback only with --debug."""
    planned(a=fakework.mistake, b=fakework.say)
    result = reportgen(project, "build", "--rule", "toy", "--jobs", "1")
    assert result.exit_code == 1
    assert "1 ran, 1 failed" in result.output
    assert "failed toy/a: the loss became nan at step 3 (seed 1, training.lr 9.0)" in result.output
    assert "Traceback" not in result.output
    assert (
        "Traceback" in reportgen(project, "build", "--rule", "toy", "--jobs", "1", "--debug").output
    )


def test_only_what_was_written_now_is_offered(
    project: Path, planned: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that a failed build left as they were are said to be of an earlier one."""
    for page in (project / "docs/rules/toy/index.md", project / "site/rules/toy/index.html"):
        page.parent.mkdir(parents=True)
        page.touch()
    monkeypatch.setattr("reportgen.cli.terminal.SITE_TASK", "toy/site")
    command = ("build", "--rule", "toy", "--jobs", "1", "--force", "figures")
    last = lambda *more: reportgen(project, *command, *more).output.splitlines()[-1]
    planned(pages=fakework.say, site=fakework.mistake)
    assert last("--no-site") == "open docs/rules/toy/index.md, or `reportgen serve`"
    old = "{} is of an earlier build: this one did not write it"
    assert last() == old.format("site/rules/toy/index.html")
    planned(pages=fakework.mistake, site=fakework.say)
    assert last("--no-site") == old.format("docs/rules/toy/index.md")
    assert last() == old.format("site/rules/toy/index.html")
    planned(pages=fakework.constant, site=fakework.constant)
    assert last() == "open site/rules/toy/index.html, or `reportgen serve`"


def test_dry_run_and_explain(project: Path, planned: Callable) -> None:
    """--dry-run says what would run and why, and runs nothing; --explain says it of what ran."""
    planned(a=fakework.say)
    assert (
        "figures toy/a: would run, never built"
        in reportgen(project, "build", "--rule", "toy", "--dry-run").output
    )
    assert not (project / "log").exists()
    assert "never built" in reportgen(project, "build", "--rule", "toy", "--explain").output
    forced = reportgen(project, "build", "--rule", "toy", "--explain", "--force", "figures").output
    assert "forced (--force figures)" in forced


def test_explain_names_file_and_values(project: Path) -> None:
    """Another learning rate: everything says which file, which key, from what to what; a template
    says which.
    """
    (project / "configs").mkdir()
    path = project / "configs" / "mine.yaml"
    path.write_text(
        (ROOT / "configs/plus_last_even.yaml")
        .read_text()
        .replace("name: plus_last_even\n", "name: mine\n", 1)
    )
    store = Store(project / ".reportgen")
    for task in plan(Project(project), ["mine"], site=False):
        if not callable(task.inputs):
            store.folder(task.name).mkdir(parents=True)
            store.remember(task.name, "k", dict(task.inputs), Artefact(project, {}, 1.0))
    path.write_text(
        path.read_text()
        .replace("lr: 1.0e-3", "lr: 2.0e-3")
        .replace("demonstrations: 3", "demonstrations: 2")
    )
    (project / "templates").mkdir()
    (project / "templates" / "appendix.md.j2").write_text("Another appendix.\n")
    lines = reportgen(
        project, "build", "--rule", "mine", "--no-site", "--dry-run"
    ).output.splitlines()
    of = lambda name: next(line for line in lines if f" mine/{name}:" in line)
    lr, demonstrations = (
        "configs/mine.yaml training.lr 0.001 -> 0.002",
        "configs/mine.yaml report.demonstrations 3 -> 2",
    )
    assert of("train-1") == f"train mine/train-1: would run, because {lr}"
    assert (
        of("learning-curve")
        == f"figures mine/learning-curve: would run, because {lr}, {demonstrations}, mine/train"
        " runs"
    )
    assert "templates/appendix.md.j2 is new" in of("pages")


def test_a_time_limit_is_more_than_nothing(project: Path) -> None:
    assert reportgen(project, "build", "--rule", "plus_last_even", "--timeout", "0").exit_code == 2


def test_an_unknown_stage_is_wrong_use(project: Path) -> None:
    assert (
        reportgen(project, "build", "--rule", "plus_last_even", "--force", "figure").exit_code == 2
    )
