"""Names from outside: what may be one, what has one already, and what is said of the others."""

import time
from pathlib import Path

import pytest

from reportgen import names
from reportgen.errors import ConfigError, ProjectError, UsageError
from reportgen.pages.templates import Templates
from reportgen.project import (
    APPENDIX,
    COMPARE,
    FIGURES,
    FILMS,
    INDEX,
    LEDGER,
    LOCK,
    SERIES,
    SHEETS,
    STEPS,
    TAKEN,
    WALKTHROUGH,
    Project,
)

ODD = (
    "",
    ".",
    "..",
    "../../x",
    "/abs/folder",
    "a/b",
    "a\\b",
    "a\0b",
    "a\nb",
    "a\n",
    " a",
    "a ",
    "-a",
    "_a",
    "~",
    "*",
    "a.b",
    "A",
    "c:",
    "ａ",
    "аbc",
    "é",
    "e\u0301",
    "x\u202ey",
    "\ud800",
    "x" * 65,
    "x" * 100_000,
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "mkdocs.yml").touch()
    (tmp_path / "configs").mkdir()
    return Project(tmp_path)


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_what_is_no_name(name: str, project: Project) -> None:
    """Refused before it becomes a path, on one short line."""
    allowed = "allowed: a lower-case name (a letter, then letters, digits, _; at most 64)"
    assert names.problem(name) == allowed
    with pytest.raises(UsageError) as told:
        project.report(name)
    assert str(told.value) == f"report {names.shown(name)}: {allowed}; take another name"
    assert len(str(told.value)) < 200
    assert str(told.value).isprintable()
    with pytest.raises(UsageError, match="no configuration is called"):
        project.config(name)


@pytest.mark.parametrize("name", ["con", "nul", "prn", "aux", "com1", "com9", "lpt1", "lpt9"])
def test_names_of_devices(name: str) -> None:
    said = f"{name.upper()} is a device on Windows, so no file can have this name there"
    assert names.problem(name) == said
    assert names.file_problem(f"chapters/{name}.md.j2") == said
    assert names.problem(f"{name}x") == ""


@pytest.mark.parametrize("name", ["a", "plus_last_even", "x" * 64, "a1_", "coma", "com", "lock1"])
def test_what_is_a_name(name: str) -> None:
    assert names.problem(name, taken=TAKEN) == ""


def test_names_that_something_has() -> None:
    """Everything that a build makes beside reports, from the words that make it."""
    own = {LOCK, STEPS, WALKTHROUGH, FIGURES, FILMS, SHEETS}
    pages = {Path(page).stem for page in (INDEX, COMPARE, SERIES, APPENDIX, LEDGER)}
    assert own | pages <= set(TAKEN)
    assert names.problem("lock", taken=TAKEN) == ".reportgen/lock has this name"
    assert names.problem("series", taken=TAKEN) == "docs/rules/series.md has this name"
    assert names.problem("films", taken=TAKEN) == "docs/rules/NAME/films has this name"


@pytest.mark.parametrize(
    ("file", "name", "said"),
    [
        ("lock.yaml", "lock", ".reportgen/lock has this name"),
        ("compare.yaml", "compare", "docs/rules/compare.md has this name"),
        ("steps.yaml", "steps", "docs/rules/NAME/steps has this name"),
        ("nul.yaml", "nul", "NUL is a device on Windows, so no file can have this name there"),
        ("mine.yaml", "mine", "docs/rules/mine.md has this name"),
        (
            "Plus_Last_Even.yaml",
            "Plus_Last_Even",
            (
                "allowed: a lower-case name (a letter, then letters, digits, _; at most 64); "
                "it differs from plus_last_even.yaml only in case"
            ),
        ),
        (
            "a.b.yaml",
            "a.b",
            "allowed: a lower-case name (a letter, then letters, digits, _; at most 64)",
        ),
    ],
)
def test_a_file_with_a_wrong_name(project: Project, file: str, name: str, said: str) -> None:
    """Told with its place and the way on; it stops no other."""
    before = project.configs()
    path = project.root / "configs" / file
    path.touch()
    project.reports.mkdir(parents=True)
    (project.reports / "mine.md").touch()
    words = (
        f"{path}: no report can be called {name!r}: {said}; give the file and its `name` another"
    )
    assert {name: str(error) for name, error in project.misnamed().items()} == {name: words}
    with pytest.raises(ConfigError) as told:
        project.config(name)
    assert str(told.value) == words
    assert project.configs() == before


def test_what_editors_lay_beside_a_file_is_no_configuration(project: Project) -> None:
    for name in (".#mine.yaml", "._mine.yaml", ".yaml"):
        (project.root / "configs" / name).touch()
    assert project.misnamed() == {}


def test_a_name_with_a_line_break_is_told_on_one_line(project: Project) -> None:
    (project.root / "configs" / "a\nb.yaml").touch()
    [error] = project.misnamed().values()
    assert str(error).isprintable()


@pytest.mark.parametrize(
    "name", ["a/b.md", "index.md", "figures/value-demo-1.png", "a b/ü.md", ".hidden"]
)
def test_names_that_stay_below_their_folder(name: str) -> None:
    assert names.relative(name)


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/", "a\0", "c:/x", "a\\..\\b", "a\n"],
)
def test_names_that_lead_out(name: str) -> None:
    assert not names.relative(name)


@pytest.mark.parametrize("name", ["words.j2", "chapters/the-data.md.j2", "text/full/x.md.j2"])
def test_names_of_templates(name: str) -> None:
    assert names.file_problem(name) == ""


@pytest.mark.parametrize(
    "name", ["../x.j2", "/x.j2", "chapters/../x.j2", "Chapters/x.j2", "x.J2", "a/.j2", "", 3, None]
)
def test_names_of_no_template(name: object) -> None:
    said = "allowed: a file in a folder of templates, like chapters/the-data.md.j2"
    assert names.file_problem(name) == said


def test_no_template_is_looked_for_elsewhere(project: Project) -> None:
    with pytest.raises(ProjectError) as told:
        Templates.of(project).file("../mkdocs.yml")
    assert (
        str(told.value) == "no template can be called '../mkdocs.yml': "
        "allowed: a file in a folder of templates, like chapters/the-data.md.j2"
    )


def test_folders_of_steps() -> None:
    assert [names.step_of(word) for word in ("0", "20", "1" + "0" * 17)] == [0, 20, 10**17]
    odd = ("", "01", "-1", "+1", "1_0", "٣", "²", "x", "1" * 5_000)
    assert [names.step_of(word) for word in odd] == [None] * len(odd)


def test_links_on_the_way(tmp_path: Path) -> None:
    """The first thing below the root that is a link, the path itself included."""
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "page").symlink_to("deep")
    assert names.link_on(tmp_path / "real/deep/x", tmp_path) is None
    assert names.link_on(tmp_path / "link/deep/x", tmp_path) == tmp_path / "link"
    assert names.link_on(tmp_path / "real/page", tmp_path) == tmp_path / "real/page"
    assert names.link_on(tmp_path, tmp_path) is None


def test_a_long_list_of_names_is_checked_quickly(project: Project) -> None:
    for i in range(300):
        (project.root / "configs" / f"c{i}.yaml").touch()
    begun = time.monotonic()
    assert len(project.configs()) > 300
    assert time.monotonic() - begun < 1
