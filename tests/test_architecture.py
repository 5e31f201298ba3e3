"""Data flows one way, so imports do too; libraries have owners; nothing heavy is loaded in vain."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import reportgen

PACKAGE = Path(reportgen.__file__).parent
ROOMS = """errors memory files names document project children surroundings placed vocabulary rules config data model gradient runs judge train trace hooked interventions writing exact shared study facts
           figures outline render pages site build cli __main__""".split()
OWNERS = {
    "torch": {
        "data",
        "model",
        "gradient",
        "runs",
        "judge",
        "train",
        "trace",
        "hooked",
        "interventions",
        "writing",
        "exact",
    },
    "matplotlib": {"figures", "render"},
    "jinja2": {"pages"},
    "sklearn": {"figures"},
    "PIL": {"figures", "render"},
    "imageio_ffmpeg": {"render"},
    "concurrent": {"build"},
    "multiprocessing": set(),
    "dask": {"build"},
    "distributed": {"build"},
    "click": {"cli"},
    "rich": {"cli"},
    "argparse": set(),
    "pickle": {"build"},
}
LIGHT = ("facts", "figures", "outline", "pages", "site", "build", "cli")
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 250  # lines: a file is one concept
SHRINKING = {  # files that are longer still: no longer than this, and each leaves the list when it fits
    "build/graph.py": 314,
    "build/tasks.py": 425,
    "cli/__init__.py": 345,
    "exact/enumerate.py": 282,
    "facts/attention.py": 365,
    "facts/base.py": 311,
    "facts/embeddings.py": 298,
    "facts/inputs/patching.py": 325,
    "facts/losses.py": 289,
    "facts/repeats/behaviour.py": 294,
    "facts/repeats/patching.py": 261,
    "facts/text/catalogue.py": 302,
    "facts/text/forward_maps.py": 286,
    "facts/text/neurons.py": 256,
    "facts/training.py": 253,
    "figures/attention_matrix.py": 279,
    "figures/learning_curve.py": 396,
    "figures/parts/direct_logits.py": 303,
    "figures/parts/tokenmaps.py": 334,
    "figures/parts/vectors.py": 361,
    "figures/qk_attention.py": 311,
    "figures/qk_focus.py": 273,
    "figures/qkv_overview.py": 295,
    "figures/residual_stream.py": 275,
    "figures/sequence_embeddings.py": 264,
    "figures/style.py": 288,
    "figures/token_embeddings.py": 276,
    "figures/value_output.py": 268,
    "outline.py": 301,
    "pages/page.py": 344,
    "study.py": 275,
    "trace.py": 302,
    "train.py": 301,
}
files = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))


def room_of(path: Path, package: Path = PACKAGE) -> str:
    return path.relative_to(package).parts[0].removesuffix(".py")


def imports(tree: ast.Module) -> Iterator[str]:
    """Dotted names of all imports, also of those inside functions; those for the type checker alone do not count."""
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
        if other and room in ROOMS and ROOMS.index(other) > ROOMS.index(room):
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


@files
def test_imports_point_downstream(path: Path) -> None:
    """A room imports from itself and from rooms before it; a library is used by its owners; only the command line prints."""
    room = room_of(path)
    assert room in (*ROOMS, "__init__"), f"{room} is not a room yet: give it a place in ROOMS"
    assert not problems(room, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("room", "source", "found"),
    [
        ("facts", "import torch", "facts may not import torch"),
        ("facts", "def f():\n    from torch import nn", "facts may not import torch"),
        ("study", "from reportgen import figures", "study may not import figures"),
        ("study", "from reportgen.facts.base import Fact", "study may not import facts"),
        ("render", "print(1)", "render may not print()"),
        ("site", "import sys\nsys.argv", "site may not read sys.argv"),
    ],
)
def test_the_guard_sees_what_it_guards_against(room: str, source: str, found: str) -> None:
    """Each rule of the architecture, broken."""
    assert problems(room, source) == [found]


def strangers(path: Path, source: str, package: Path = PACKAGE) -> list[str]:
    """What a file in a family's folder reads out of another family's."""
    room, *inner = path.relative_to(package).parts
    if len(inner) < 2 or room not in ("facts", "figures"):
        return []
    families = {
        p.name for p in (package / "facts").iterdir() if p.is_dir() and p.name != "__pycache__"
    }
    read = {
        name.split(".")[2]
        for name in imports(ast.parse(source))
        if name.startswith(("reportgen.facts.", "reportgen.figures."))
    }
    return sorted((read & families) - {inner[0]}) if inner[0] in families else []


@files
def test_a_family_reads_no_other_family(path: Path) -> None:
    """What two families share lies beside their folders, not in one of them."""
    assert strangers(path, path.read_text(encoding="utf-8")) == []


def test_the_guard_of_families_sees_what_it_guards_against() -> None:
    mine = PACKAGE / "figures" / "text" / "mine.py"
    assert strangers(mine, "from reportgen.facts.repeats.pairs import FEATURES") == ["repeats"]
    assert (
        strangers(
            mine,
            "from reportgen.facts.text import losses\nfrom reportgen.facts.patching import Pairs",
        )
        == []
    )
    assert strangers(
        PACKAGE / "facts" / "repeats" / "mine.py", "import reportgen.figures.inputs.mlp_weights"
    ) == ["inputs"]


@files
def test_a_file_is_one_concept(path: Path) -> None:
    """No file is longer than 250 lines, and none is called utils."""
    assert path.stem != "utils"
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= SHRINKING.get(str(path.relative_to(PACKAGE)), LONGEST)


def test_what_fits_leaves_the_list_of_long_files() -> None:
    """The list of files that are still too long names only such files."""
    short = [
        name
        for name in SHRINKING
        if not (PACKAGE / name).is_file()
        or len((PACKAGE / name).read_text(encoding="utf-8").splitlines()) <= LONGEST
    ]
    assert short == []


@files
def test_a_file_says_what_it_means(path: Path) -> None:
    """Every module begins with a docstring."""
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), (
        "say what this file is about in its first line"
    )


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
    everything = "from reportgen.figures.base import all_figures\nall_figures()\nfrom reportgen.facts.base import listed\nlisted()\nimport reportgen.build.tasks"
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
    planned = f"from pathlib import Path\nfrom reportgen.build.tasks import plan\nfrom reportgen.project import Project\nplan(Project(Path({str(PACKAGE.parent)!r})), ['plus_last_even'])"
    assert loaded(planned, *heavy, "jinja2") == []
    assert (
        loaded(
            "import reportgen.site, reportgen.figures.comparison\nfrom reportgen.facts.base import listed\nlisted()",
            *heavy,
        )
        == []
    )


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
    """What runs elsewhere runs here by the same word: every step of a workflow is an action or a target of the Makefile."""
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
