"""Where templates are found: in the folder of a system, then in that of all; the project's own
first, under their names of 0.1 too.
"""

from pathlib import Path

import pytest
from pagework import ROOT

from reportgen.core import config as configs
from reportgen.pages.environment import environment
from reportgen.pages.sandbox import read
from reportgen.pages.templates import Templates
from reportgen.project import Project
from reportgen.system import system_called, system_of, systems

PACKAGED = ROOT / "templates"
NAMES = [  # of a system; in 0.1, and where the package asks for it
    ("repeated_sequences", "repeats/overview.md.j2", "repeated_sequences/overview.md.j2"),
    ("sequence_rules", "overview.md.j2", "overview.md.j2"),
    ("sequence_rules", "chapters/attention.md.j2", "chapters/attention.md.j2"),
    ("sequence_rules", "parts/cells.md.j2", "parts/cells.md.j2"),
    ("sequence_to_sequence", "inputs/pieces.j2", "sequence_to_sequence/pieces.j2"),
    ("text", "text/full/overview.md.j2", "text/full/overview.md.j2"),
    *((system, "macros.j2", "macros.j2") for system in ("text", "sequence_rules")),
    ("text", "outlines/one_layer.yaml", "outlines/one_layer.yaml"),
    ("repeated_sequences", "outlines/induction.yaml", "outlines/induction.yaml"),
]
names = pytest.mark.parametrize(("system", "before", "now"), NAMES)


def of(root: Path, system: str) -> Templates:
    return Templates.of(Project(root), system_called(system))


@names
def test_a_name_of_0_1_is_that_of_a_template(
    tmp_path: Path, system: str, before: str, now: str
) -> None:
    """An outline or a template of the project's own may name the package's as it did."""
    found = of(tmp_path, system)
    assert found.has(before)
    assert found.file(before) == found.file(now) == read(found, before)[1]
    assert found.file(before).relative_to(PACKAGED).parts[0] in (system, "shared")


@names
def test_a_file_where_0_1_had_it_comes_first(
    tmp_path: Path, system: str, before: str, now: str
) -> None:
    """What a project has put in the place of a template of the package stands there still."""
    own = tmp_path / "templates" / before
    own.parent.mkdir(parents=True)
    own.write_text("own", encoding="utf-8")
    assert read(of(tmp_path, system), now) == ("own", own)
    assert of(tmp_path, system).file(now) == own


@pytest.mark.parametrize("folder", ["text", "shared", "."])
def test_a_project_may_order_its_own_as_the_package_does(tmp_path: Path, folder: str) -> None:
    """In the folder of the system, in that of all, or above both."""
    own = tmp_path / "templates" / folder / "chapters/mine.md.j2"
    own.parent.mkdir(parents=True)
    own.write_text("own", encoding="utf-8")
    assert of(tmp_path, "text").file("chapters/mine.md.j2") == own
    assert of(tmp_path, "sequence_rules").has("chapters/mine.md.j2") == (folder != "text")


def test_a_system_has_what_is_its_own(tmp_path: Path) -> None:
    """The overview of one is not that of another, and pages of all reports have neither."""
    assert of(tmp_path, "sequence_rules").has("overview.md.j2")
    for found in (Templates.of(Project(tmp_path)), of(tmp_path, "text")):
        assert not found.has("overview.md.j2")
        assert found.has("reports.md.j2")


def test_the_folders_are_those_of_systems_and_that_of_all() -> None:
    assert {path.name for path in PACKAGED.iterdir()} == {"shared", *systems()}


@pytest.mark.parametrize("path", sorted(PACKAGED.glob("*/**/*.*")), ids=lambda path: path.name)
def test_a_template_names_only_its_own_and_what_all_share(path: Path) -> None:
    """The folder of a system can go without being missed by another."""
    mine = path.relative_to(PACKAGED).parts[0]
    others = [f'"{system}/' for system in systems() if system != mine]
    others += [f" {system}/" for system in systems() if system != mine]
    text = path.read_text(encoding="utf-8")
    assert not [name for name in others if name in text]


def test_every_outline_is_of_a_system_that_uses_it() -> None:
    """Each shipped outline is named by a configuration of its system, and found for it."""
    shipped = {(path.parts[-3], path.stem): path for path in PACKAGED.glob("*/outlines/*.yaml")}
    used = set()
    for path in (ROOT / "configs").glob("*.yaml"):
        config = configs.load(path)
        used.add((system_of(config).name, config.report.outline))
    assert used == set(shipped)
    for (system, name), path in shipped.items():
        assert of(ROOT, system).file(f"outlines/{name}.yaml") == path


@pytest.mark.parametrize(
    ("name", "low", "high", "said"),
    [
        ("lower", -0.3, -0.1, "worse"),
        ("lower", -0.3, 0.0, "no better"),  # it reaches the line
        ("lower", None, None, "worse"),  # exhaustive: the number alone
        ("higher", 0.1, 0.3, "worse"),
        ("higher", 0.0, 0.3, "no better"),
    ],
)
def test_a_comparison_says_more_only_where_the_whole_interval_does(
    tmp_path: Path, name: str, low: float | None, high: float | None, said: str
) -> None:
    made = environment(Project(tmp_path))
    fact = dict(value=-0.2 if name == "lower" else 0.2, low=low, high=high, exhaustive=low is None)
    macro = getattr(made.get_template("macros.j2").module, name)
    assert macro(fact, "worse", "no better") == said
