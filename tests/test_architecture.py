"""Data flows one way, so imports do too; libraries have owners; nothing heavy is loaded in vain."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import house
import pytest
import yaml

import reportgen

PACKAGE = Path(reportgen.__file__).parent
ROOMS = """errors extensions memory files digests names project children surroundings placed
           vocabulary system rules core measure drawing systems pages pipeline offline diff api cli
           regressions __main__""".split()
OWNERS = {
    "torch": {"core", "systems.data", "systems.evaluation", "systems.view"},
    "matplotlib": {"drawing", "systems.figures", "systems.comparison"},
    "jinja2": {"pages"},
    "sklearn": {"drawing", "systems.figures"},
    "PIL": {"drawing", "diff", "regressions"},
    "imageio": {"drawing"},
    "imageio_ffmpeg": {"drawing", "diff"},
    "concurrent": {"pipeline"},
    "multiprocessing": set(),
    "dask": {"pipeline"},
    "distributed": {"pipeline"},
    "click": {"cli"},
    "rich": {"cli"},
    "argparse": set(),
    "pickle": {"pipeline"},
}
LIGHT = ("measure", "drawing", "systems", "pages", "pipeline", "cli")
FILES = sorted(PACKAGE.rglob("*.py"))


def wrong(finds: Callable[[Path], object]) -> dict[str, object]:
    """What is found in each file of the package that something is found in: one test for all
    files, since thousands of tests take longer than what they look at.
    """
    return {str(p.relative_to(PACKAGE)): found for p in FILES if (found := finds(p))}


def room_of(path: Path, package: Path = PACKAGE) -> str:
    """The room of a file; of a system also the part of it, as in `systems.figures`."""
    parts = path.relative_to(package).with_suffix("").parts
    return f"systems.{parts[2]}" if parts[0] == "systems" and len(parts) > 2 else parts[0]


def imports(tree: ast.Module) -> Iterator[str]:
    """Dotted names of all imports, also of those inside functions; those for the type checker alone
    do not count.
    """
    hidden = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def problems(room: str, source: str) -> list[str]:
    """What a file in this room does that the architecture forbids."""
    tree, found = ast.parse(source), []
    for name in imports(tree):
        library, *rest = name.split(".")
        if room not in OWNERS.get(library, {room}):
            found.append(f"{room} may not import {library}")
        other = rest[0] if library == "reportgen" and rest and rest[0] in ROOMS else None
        mine = room.partition(".")[0]
        if other and mine in ROOMS and ROOMS.index(other) > ROOMS.index(mine):
            found.append(f"{room} may not import {other}")
    calls = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    words = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    if room != "cli":
        found += [f"{room} may not {name}()" for name in ("print", "input") if name in calls]
        found += [f"{room} may not read sys.argv" for _ in {"sys.argv"} & words]
    return found


def test_every_file_has_a_room() -> None:
    no_room = lambda path: room_of(path).partition(".")[0] not in (*ROOMS, "__init__")
    assert wrong(no_room) == {}, "not a room yet: give it a place in ROOMS"


def test_imports_point_downstream() -> None:
    """A room imports from itself and from rooms before it; a library is used by its owners; only
    the command line prints.
    """
    assert wrong(lambda path: problems(room_of(path), path.read_text(encoding="utf-8"))) == {}


@pytest.mark.parametrize(
    ("room", "source", "found"),
    [
        ("facts", "import torch", "facts may not import torch"),
        ("facts", "def f():\n    from torch import nn", "facts may not import torch"),
        ("render", "print(1)", "render may not print()"),
        ("site", "import sys\nsys.argv", "site may not read sys.argv"),
    ],
)
def test_the_guard_sees_what_it_guards_against(room: str, source: str, found: str) -> None:
    """Each rule of the architecture, broken."""
    assert problems(room, source) == [found]


def strangers(path: Path, source: str, package: Path = PACKAGE) -> list[str]:
    """What a file of a system reads out of another one."""
    room, *inner = path.relative_to(package).parts
    if room != "systems" or len(inner) < 2:
        return []
    read = {
        name.split(".")[2]
        for name in imports(ast.parse(source))
        if name.startswith("reportgen.systems.")
    }
    return sorted(read - {inner[0]})


def test_a_system_reads_no_other_system() -> None:
    """What two systems share lies above them, not in one of them."""
    assert wrong(lambda path: strangers(path, path.read_text(encoding="utf-8"))) == {}


def test_the_guard_of_systems_sees_what_it_guards_against() -> None:
    mine = PACKAGE / "systems" / "text" / "figures" / "mine.py"
    theirs = "from reportgen.systems.repeated_sequences.facts.pairs import FEATURES"
    assert strangers(mine, theirs) == ["repeated_sequences"]
    own = (
        "from reportgen.systems.text.facts import losses\nfrom reportgen.measure.patching import P"
    )
    assert strangers(mine, own) == []


def test_only_systems_know_systems() -> None:
    """Whoever else names one would have to change when it goes."""

    def named(path: Path) -> list[str]:
        names = {*imports(ast.parse(path.read_text(encoding="utf-8")))}
        return sorted(name for name in names if name.startswith("reportgen.systems."))

    assert wrong(lambda path: not room_of(path).startswith("systems") and named(path)) == {}


def test_a_file_has_a_name_from_which_it_is_found() -> None:
    """None is called utils."""
    assert wrong(lambda path: path.stem == "utils") == {}


def test_the_code_is_no_longer_or_looser_than_allowed() -> None:
    """Files, functions and types, by the table of `make house`; the rest of that takes its time."""
    assert [f"{m.name}: {m.value}, {m.problem}" for m in house.read(house.ROOT) if m.problem] == []


def test_a_file_says_what_it_means() -> None:
    """Every module begins with a docstring."""
    silent = lambda path: not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert wrong(silent) == {}, "say what these files are about in their first line"


def loaded(statement: str, *libraries: str) -> list[str]:
    """Which of the libraries a fresh Python has loaded after a statement."""
    code = (
        f"{statement}\nimport sys\nprint(*(name for name in {libraries!r} if name in sys.modules))"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()


def test_reading_and_writing_load_no_torch() -> None:
    """Facts, figures, pages, site, build and the command line are imported without torch."""
    rooms = [
        room for room in LIGHT if (PACKAGE / room).is_dir() or (PACKAGE / f"{room}.py").is_file()
    ]
    assert rooms == list(LIGHT)
    everything = (
        "from reportgen.system import systems\nfrom reportgen.measure.fact import facts_of\nfrom"
        " reportgen.drawing.figure import figures_of\nfor each in systems().values():"
        " figures_of(each), facts_of(each)\nimport reportgen.pipeline.tasks"
    )
    assert (
        loaded(
            "\n".join(f"import reportgen.{room}" for room in rooms) + "\n" + everything,
            "torch",
            "distributed",
        )
        == []
    )


def test_planning_and_pages_load_nothing_that_draws() -> None:
    """A build is planned, and pages are written, without torch, matplotlib and SciPy."""
    heavy = ("torch", "matplotlib", "scipy")
    planned = (
        "from pathlib import Path\nfrom reportgen.pipeline.tasks import plan\nfrom"
        f" reportgen.project import Project\nplan(Project(Path({str(PACKAGE.parent)!r})),"
        " ['plus_last_even'])"
    )
    assert loaded(planned, *heavy, "jinja2") == []
    assert (
        loaded(
            "import reportgen.pages.site, reportgen.systems.sequence_rules.comparison\nfrom"
            " reportgen.system import systems\nfrom reportgen.measure.fact import facts_of\nfor"
            " each in systems().values(): facts_of(each)",
            *heavy,
        )
        == []
    )


def test_importing_the_package_loads_nothing() -> None:
    """What it offers is loaded when it is asked for, also for a list of the names."""
    told = "import reportgen\ndir(reportgen)\nreportgen.ReportError"
    heavy = ("torch", "numpy", "matplotlib", "pydantic", "reportgen.api", "reportgen.project")
    assert loaded(told, *heavy) == []
    assert loaded(f"{told}\nreportgen.Report", "reportgen.api", "matplotlib") == ["reportgen.api"]


def test_the_command_line_starts_with_little() -> None:
    """`--help` needs no library of the rooms behind it."""
    assert (
        loaded(
            "import reportgen.cli",
            "torch",
            "matplotlib",
            "numpy",
            "pydantic",
            "jinja2",
            "mkdocs",
            "distributed",
        )
        == []
    )


def test_workflows_only_call_make() -> None:
    """What runs elsewhere runs here by the same word: every step of a workflow is an action or a
    target of the Makefile.
    """
    root = PACKAGE.parent
    targets = {
        line.split(":")[0]
        for line in (root / "Makefile").read_text(encoding="utf-8").splitlines()
        if ": " in line and line[0].isalpha()
    }
    workflows = [
        yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((root / ".github" / "workflows").glob("*.yml"))
    ]
    commands = [
        step["run"]
        for flow in workflows
        for job in flow["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    assert len(workflows) == 2
    assert commands
    assert {command.removeprefix("make ") for command in commands} <= targets
