"""What the page on trust says, held against the code."""

import ast
import re

import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pagework import ROOT

from reportgen.cli import main
from reportgen.pages.environment import environment
from reportgen.project import Project

PAGE = (ROOT / "docs/trust.md").read_text(encoding="utf-8")
FILES = sorted((ROOT / "reportgen").rglob("*.py"))
RUNS = {  # what runs a program that somebody else wrote -> the files that may, as the page says
    "pickle": {
        "pipeline/worker_pool.py",
        "pipeline/worker_process.py",
    },  # between a build and the processes it began
    "marshal": set(),
    "eval": set(),
    "exec": {"rules", "measure/programs.py", "measure/network_lines.py"},  # lines of facts
    "unsafe_load": set(),
    "full_load": set(),
    "distributed": {"pipeline"},
    "load_config": {"cli/server.py"},
}


def used(source: str) -> set[str]:
    """Names that are called, read as an attribute, or imported."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").split(".")[0], *(alias.name for alias in node.names)}
    return found


@pytest.mark.parametrize("name", RUNS)
def test_programs_of_others_run_where_the_page_says(name: str) -> None:
    places = {
        str(path.relative_to(ROOT / "reportgen"))
        for path in FILES
        if name in used(path.read_text(encoding="utf-8"))
    }
    assert {p for p in places if not {p, p.split("/")[0]} & RUNS[name]} == set()
    assert places or not RUNS[name]


def test_the_guard_sees_what_it_guards_against() -> None:
    for source in ("import pickle", "from pickle import loads", "eval('1')", "yaml.unsafe_load(x)"):
        assert used(source) & set(RUNS)


def test_templates_run_in_the_sandbox() -> None:
    assert isinstance(environment(Project(ROOT)), ImmutableSandboxedEnvironment)


def test_the_page_is_found_and_names_what_there_is() -> None:
    """Linked from the first page and from the README; its commands and options are the
    program's.
    """
    for place, link in (("docs/index.md", "(trust.md)"), ("README.md", "(docs/trust.md)")):
        assert link in (ROOT / place).read_text(encoding="utf-8")
    known = {
        option
        for command in (main, *main.commands.values())
        for parameter in command.params
        for option in parameter.opts
    }
    assert set(re.findall(r"`(--[a-z-]+)", PAGE)) <= known
    assert set(re.findall(r"`reportgen ([a-z]+)", PAGE)) <= set(main.commands)
