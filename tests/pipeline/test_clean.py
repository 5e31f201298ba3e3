"""`reportgen clean`: what a build wrote is removed by its own record, and nothing else, ever."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from places import ROOT

from reportgen.cli import main
from reportgen.errors import ProjectError
from reportgen.files import digest_of
from reportgen.pipeline import cleaning
from reportgen.pipeline.store import MANIFEST, Store, key_of
from reportgen.placed import INDEX_TASK, SITE_TASK, WRITTEN, Record, pages_task
from reportgen.project import LOCK, TEXTS, VERDICTS, Project

KEY = key_of({})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Two reports, one with a checkpoint, pages of all reports and a site, as builds leave them."""
    monkeypatch.setattr("reportgen.pages.shared.write_shared", lambda project, **options: [])
    (tmp_path / "home").mkdir()
    project = Project(tmp_path / "home")
    (project.root / "mkdocs.yml").touch()
    project.docs.mkdir()
    (project.docs / "mine.md").write_text("by hand")
    Store(project.store).claim() if project.store.is_dir() else project.store.mkdir()
    Store(project.store).claim()
    (project.store / LOCK).touch()
    for name in ("one", "two"):
        built(project, f"{name}/facts", {})
        home = project.report(name)
        built(
            project, pages_task(name, None), {home / "index.md": b"", home / "figures/a.png": b""}
        )
    step = project.report("one", 20)
    built(project, pages_task("one", 20), {step / "index.md": b"step"})
    built(project, INDEX_TASK, {project.reports / "index.md": b"all"})
    built(project, SITE_TASK, {project.site / "index.html": b"", project.site / "a/b.html": b""})
    for folder, name in ((TEXTS, f"{KEY}.npz"), (VERDICTS, f"{KEY}.json")):
        (project.store / folder).mkdir()
        (project.store / folder / name).touch()
    return project


def built(project: Project, task: str, files: dict[Path, bytes]) -> Path:
    """A task whose products are in the store and whose files are placed."""
    store = Store(project.store)
    Record(project, task).place(files)
    with store.scratch() as scratch:
        made = scratch / "products"
        made.mkdir()
        (made / "out.txt").write_text(task)
        names = {
            path.relative_to(project.root).as_posix(): digest_of(content)
            for path, content in files.items()
        }
        (made / WRITTEN).write_text(json.dumps(names))
        artefact = store.keep(made, task, KEY, 1.0)
    store.remember(task, KEY, {}, artefact)
    return artefact.folder


def clean(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--project", str(project.root), "clean", *arguments])


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, where it lies."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_all_that_was_built_is_removed(project: Project) -> None:
    """The lock file and hand-written pages stay."""
    result = clean(project)
    removed = "removed docs/rules\nremoved what was built in .reportgen\nremoved site\n"
    assert (result.exit_code, result.output) == (0, removed)
    assert {*everything(project.root)} == {"mkdocs.yml", "docs/mine.md", ".reportgen/lock"}
    assert clean(project).output == "nothing to remove\n"


def test_what_somebody_has_changed_stays_and_is_named(project: Project) -> None:
    """A page with a line of one's own, by every way of cleaning; the next one only says that it is
    there.
    """
    for page in (project.report("one"), project.report("one", 20), project.reports):
        with (page / "index.md").open("a") as file:
            file.write("A line of my own.\n")
    result = clean(project, "one", "--step", "20")
    edited = "left alone, as it is not what a build wrote there: somebody has changed it\n"
    assert (result.exit_code, result.output) == (0, f"docs/rules/one/steps/20/index.md: {edited}")
    result = clean(project)
    assert (
        result.output
        == "removed what was built in docs/rules\nremoved what was built in .reportgen\nremoved"
        " site\n"
        "docs/rules: left alone, as no record says that a build wrote it: one/steps/20/index.md\n"
        f"docs/rules/index.md, docs/rules/one/index.md: {edited}"
    )
    kept = {"index.md", "one/index.md", "one/steps/20/index.md"}
    assert {*everything(project.reports)} == kept
    assert (
        clean(project).output == "docs/rules: left alone, as no record says that a build wrote it: "
        f"{', '.join(sorted(kept))}\n"
    )


def test_a_page_that_a_build_takes_away_stays_where_somebody_has_changed_it(
    project: Project,
) -> None:
    page, said = project.report("one") / "index.md", list[str]()
    page.write_text("mine")
    Record(project, pages_task("one", None), said.append).place({})
    assert page.read_text() == "mine"
    assert [line.partition(": ")[0] for line in said] == ["docs/rules/one/index.md"]


def test_what_matplotlib_remembers_of_fonts_goes_too(project: Project) -> None:
    fonts = project.store / "_matplotlib"
    fonts.mkdir()
    for name in ("fontlist-v390.json", "fontlist-v390.json.matplotlib-lock"):
        (fonts / name).touch()
    assert "left alone" not in clean(project).output
    assert not fonts.exists()
    fonts.mkdir()
    (fonts / "matplotlibrc").touch()
    assert "_matplotlib/matplotlibrc" in clean(project).output


def test_one_report_or_one_checkpoint(project: Project) -> None:
    result = clean(project, "one", "--step", "20")
    assert (result.exit_code, result.output) == (0, "removed docs/rules/one/steps/20\n")
    assert sorted(os.listdir(project.store / "one")) == ["facts", "pages"]
    assert sorted(os.listdir(project.report("one"))) == ["figures", "index.md"]
    result = clean(project, "one")
    assert (result.exit_code, result.output) == (
        0,
        "removed docs/rules/one\nremoved .reportgen/one\n",
    )
    assert (project.report("two") / "index.md").is_file()
    owners = ["_rules", "_site", "_texts", "lock", "store.json", "two"]
    assert sorted(os.listdir(project.store)) == owners


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../..", "../../beside", "/", "/tmp", "one/..", "one/../..", "./one"),
        *("one/", "one/steps", "*", "o?e", "[o]ne", "~", "one\0", "one\n", "\none", "ONE", "оne"),
        *("ｏne", "x" * 300, "x" * 5000, "_site", "_scratch", "lock", "series", "index", "compare"),
        *("con", "nul", "com1", "steps", "figures", "films", "store.json", ".reportgen", "--"),
    ],
    ids=ascii,
)
def test_what_is_no_name_removes_nothing(project: Project, name: str, tmp_path: Path) -> None:
    """Whatever stands for a name: one sentence, exit code 2, and every file where it was."""
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "precious.txt").write_text("precious")
    before = everything(tmp_path)
    for way in ([name], [str(beside)], [name, "--step", "20"]):
        result = clean(project, "--", *way)
        if way == ["--"]:
            continue
        assert result.exit_code == 2
        assert "no report can be called" in result.stderr or "Usage" in result.stderr
        assert len(result.stderr) < 400
        assert result.exception is None or isinstance(result.exception, SystemExit)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("step", ["-1", "1.5", "x", "", "9" * 400, "1e3", "../20", "0x14"])
def test_what_is_no_step_removes_nothing(project: Project, step: str) -> None:
    before = everything(project.root)
    for command in (["clean", "one"], ["show", "one"], ["build", "--rule", "plus_last_even"]):
        arguments = ["--project", str(project.root), *command, "--step", step]
        assert CliRunner().invoke(main, arguments).exit_code == 2
    assert everything(project.root) == before


def test_a_report_that_is_not_there(project: Project) -> None:
    result = clean(project, "onne")
    assert result.exit_code == 2
    assert result.stderr.startswith("no configuration is called 'onne'")


def test_what_no_build_wrote_stays_and_is_named(project: Project) -> None:
    """In pages, in the site, and in every corner of the store."""
    key = project.store / "one" / "facts" / KEY
    mine = [
        project.report("one") / "notes.md",
        project.report("one") / "figures" / "mine.png",
        project.site / "CNAME",
        project.site / ".git" / "config",
        project.store / "notes.txt",
        project.store / "one" / "notes.txt",
        project.store / "one" / "facts" / "notes.txt",
        key / "notes.txt",
    ]
    shutil.copytree(project.store / "two" / "facts", project.store / "My-copy" / "facts")
    mine += [path for path in (project.store / "My-copy").rglob("*") if path.is_file()]
    for path in mine:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    result = clean(project)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "removed what was built in docs/rules",
        "removed what was built in .reportgen",
        "removed what was built in site",
        (
            "docs/rules: left alone, as no record says that a build wrote it: one/figures/mine.png,"
            " one/notes.md"
        ),
        (
            ".reportgen: left alone, as no record says that a build wrote it: "
            f"My-copy/facts/{KEY}/manifest.json, My-copy/facts/{KEY}/out.txt, "
            f"My-copy/facts/{KEY}/written.json and 6 more"
        ),
        "site: left alone, as no record says that a build wrote it: .git/config, CNAME",
    ]
    kept = {str(path.relative_to(project.root)) for path in mine}
    assert {*everything(project.root)} == kept | {"mkdocs.yml", "docs/mine.md", ".reportgen/lock"}


def test_without_a_record_nothing_is_removed(tmp_path: Path) -> None:
    """Folders that happen to be called like ours, and were made by somebody else."""
    (tmp_path / "mkdocs.yml").touch()
    for name in (".reportgen/mine.txt", "docs/rules/mine.md", "site/index.html"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("mine")
    before = everything(tmp_path)
    result = clean(Project(tmp_path))
    assert (result.exit_code, everything(tmp_path)) == (0, before)
    assert result.output.splitlines() == [
        "docs/rules: left alone, as no record says that a build wrote it: mine.md",
        ".reportgen: left alone, as no record says that a build wrote it: mine.txt",
        "site: left alone, as no record says that a build wrote it: index.html",
    ]


def test_a_store_of_the_version_before_is_known_by_its_manifests(project: Project) -> None:
    """It has neither a mark nor lists of what was placed: `written.json` of the products says
    it.
    """
    for path in (*project.store.rglob("placed.json"), *project.store.glob("*.json")):
        path.unlink()
    (project.store / LOCK).unlink()
    assert clean(project).exit_code == 0
    assert {*everything(project.root)} == {"mkdocs.yml", "docs/mine.md", ".reportgen/lock"}


@pytest.mark.parametrize("where", ["docs/rules/one", "docs/rules", "docs", "site", ".reportgen"])
def test_links_are_not_followed(project: Project, where: str, tmp_path: Path) -> None:
    """What lies behind one stays, whatever a record says, and the link too."""
    path, aside = project.root / where, tmp_path / "aside"
    shutil.move(path, aside)
    path.symlink_to(aside)
    before = everything(aside)
    result = clean(project)
    assert result.exit_code == 0
    assert everything(aside) == before
    assert path.is_symlink()
    assert f"{where} is a link to {aside}: what lies there is left alone\n" in result.output
    assert result.output.count("is a link") == 1


@pytest.mark.parametrize("name", ["../precious", "ROOT/precious", "mkdocs.yml", "docs/mine.md"])
def test_a_record_that_leads_elsewhere_is_not_followed(project: Project, name: str) -> None:
    """Neither a list of what was placed, nor a manifest, nor what a product says was written."""
    (project.root.parent / "precious").write_text("precious")
    name = name.replace("ROOT", str(project.root.parent))
    pages = project.store / "one" / "pages"
    for path, content in (
        (pages / "placed.json", dict(files=[name])),
        (pages / KEY / WRITTEN, {name: "0"}),
        (pages / KEY / MANIFEST, dict(format=1, key=KEY, seconds=1, files={name: "0"})),
    ):
        path.write_text(json.dumps(content))
    assert clean(project, "one").exit_code == 0
    (project.store / "two" / "pages" / "placed.json").unlink()
    (project.store / "two" / "pages" / KEY / WRITTEN).write_text(json.dumps({name: "0"}))
    assert clean(project).exit_code == 0
    assert (project.root.parent / "precious").read_text() == "precious"
    assert (project.root / "mkdocs.yml").is_file()
    assert (project.docs / "mine.md").is_file()


def test_a_record_of_one_report_removes_nothing_of_another(project: Project) -> None:
    """A list that was copied from another report's, say."""
    shutil.copy(project.store / "two/pages/placed.json", project.store / "one/pages/placed.json")
    assert clean(project, "one").exit_code == 0
    assert (project.report("two") / "index.md").is_file()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"files": 3}', "[" * 100_000, '{"files": ["\\ud800"]}']
)
def test_damaged_records_stop_no_cleaning(project: Project, content: str) -> None:
    for path in (*project.store.rglob("*.json"), *project.store.rglob(MANIFEST)):
        path.write_text(content)
    result = clean(project)
    assert result.exit_code == 0
    left = {*everything(project.root)}
    assert not [name for name in left if name.startswith(".reportgen/") and "lock" not in name]


def test_a_running_build_is_not_disturbed(project: Project) -> None:
    """Exit code 2 and who is building; nothing is removed."""
    before = everything(project.root)
    with Store(project.store).locked():
        result = clean(project)
        one = clean(project, "one")
    assert everything(project.root) == before
    said = (
        f"{project.root}: another build is running here (process {os.getpid()}); wait for it, or"
        " stop it and build again\n"
    )
    assert (result.exit_code, result.stderr) == (2, said)
    assert (one.exit_code, one.stderr) == (2, said)


def test_an_interrupted_clean_is_finished_by_the_next(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped at any of its steps: the next one removes the rest, and nothing that was not
    built.
    """
    (project.report("one") / "notes.md").write_text("mine")
    whole, aside = project.root, project.root.with_name("aside")
    shutil.copytree(whole, aside)
    real_unlink, real_replace, stopped = Path.unlink, os.replace, 0
    for last in range(200):
        shutil.rmtree(whole)
        shutil.copytree(aside, whole)
        left = last

        def step() -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt

        def unlink(path: Path, **options: bool) -> None:
            if "." not in path.name or not path.name.startswith("."):
                step()
            real_unlink(path, **options)

        def replace(*given: object) -> None:
            step()
            real_replace(*given)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", unlink)
            patch.setattr(os, "replace", replace)
            try:
                cleaning.clean(project)
                break
            except KeyboardInterrupt:
                stopped += 1
        cleaning.clean(project)
        kept = {"mkdocs.yml", "docs/mine.md", ".reportgen/lock", "docs/rules/one/notes.md"}
        assert {*everything(whole)} == kept, f"stopped after {last} steps"
    assert stopped > 20


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A checkout whose environment make has made, with a reportgen that only says it was called."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / ".made").touch()
    (tmp_path / "test-results").mkdir()
    for name in (".reportgen", "site", "docs/rules"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "mine").touch()
    return tmp_path


def make_clean(folder: Path, *, ends_with: int | None) -> subprocess.CompletedProcess[str]:
    if ends_with is not None:
        program = folder / ".venv" / "bin" / "reportgen"
        program.write_text(f'#!/bin/sh\necho "reportgen $@"\nexit {ends_with}\n')
        program.chmod(0o755)
    command = ["make", "--no-print-directory", "clean"]  # these tests may be run by make themselves
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_make_clean_leaves_to_reportgen_what_builds_wrote(made: Path) -> None:
    """It removes the environment and the pictures of failed tests, which make itself has made."""
    done = make_clean(made, ends_with=0)
    assert (done.returncode, done.stdout) == (0, "reportgen clean\nrm -rf test-results\n")
    assert sorted(os.listdir(made)) == [".reportgen", "Makefile", "docs", "site"]
    assert len([*made.rglob("mine")]) == 3


def test_make_clean_removes_no_environment_that_it_has_not_made(made: Path) -> None:
    (made / ".venv" / ".made").unlink()
    done = make_clean(made, ends_with=0)
    assert ".venv: left alone, as make has not made it\n" in done.stdout
    assert (made / ".venv" / "bin" / "reportgen").is_file()
    done = make_clean(made, ends_with=0)
    (made / ".venv" / "bin" / "reportgen").unlink()
    done = make_clean(made, ends_with=None)
    said = ".venv/bin/reportgen is not there, so what was built is left: make report installs it\n"
    assert said in done.stdout
    assert len([*made.rglob("mine")]) == 3


def test_make_clean_stops_where_a_build_is_running(made: Path) -> None:
    assert make_clean(made, ends_with=2).returncode != 0
    assert (made / ".venv" / ".made").is_file()
    assert (made / "test-results").is_dir()


HOLDS = """
import sys, time
from pathlib import Path
from reportgen.pipeline.store import Store
with Store(Path(sys.argv[1])).locked():
    print("held", flush=True)
    time.sleep(120)
"""


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    """Killed without a chance to let go: the next build begins at once."""
    store = Store(tmp_path / ".reportgen")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HOLDS, str(store.root)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(ProjectError, match=f"process {process.pid}") as told, store.locked():
            pass
        assert "another build is running here" in str(told.value)
        process.send_signal(signal.SIGKILL)
        process.wait()
    begun = time.monotonic()
    with store.locked():
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("kind", "said"),
    [("folder", "a folder"), ("link", "a link"), ("dangling", "a link")],
)
def test_a_lock_that_is_no_file(tmp_path: Path, kind: str, said: str) -> None:
    store = Store(tmp_path / ".reportgen")
    store.root.mkdir()
    path = store.root / LOCK
    if kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("elsewhere")
        if kind == "link":
            (store.root / "elsewhere").touch()
    with pytest.raises(ProjectError) as told, store.locked():
        pass
    assert (
        str(told.value)
        == f"{path} is {said}, but a lock has to be a file; move it away and build again"
    )


def test_a_lock_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / ".reportgen")

    def refused(*given: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(store.root / LOCK))

    monkeypatch.setattr("filelock.FileLock.acquire", refused)
    with pytest.raises(ProjectError, match="Permission denied; nothing that was") as told:
        with store.locked():
            pass
    assert str(told.value).startswith(f"{store.root / LOCK}: ")


def test_an_odd_holder_is_not_repeated(tmp_path: Path) -> None:
    """Whatever lies where the process is written down: the message says that it is not known."""
    store = Store(tmp_path / ".reportgen")
    with store.locked():
        for content in ("", "x\ny", "9" * 100):
            (store.root / "lock.holder").write_text(content)
            with pytest.raises(ProjectError, match=r"\(process unknown\)"), store.locked():
                pass
