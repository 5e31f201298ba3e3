"""`make house`: how large, how loose and how tidy the code is, each number beside what is allowed;
exit code 1 where one is over.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from places import ROOT

FUNCTION, DRAWN, FILE = 60, 100, 250  # lines: a function, one that draws, a file
COLUMNS = 100
FUNCTIONS = ("longest function", f"functions over {FUNCTION} lines")
DRAWING = ("longest function that draws", f"functions that draw over {DRAWN} lines")
STRICT = ("findings of mypy --strict", "those in what draws or writes pages")
DRAWN_IN = {"drawing", "figures", "comparison"}  # folders of what draws
FILES = ("longest file", f"files over {FILE} lines")
SCRIPTS = (f"lines of script over {COLUMNS} columns", f"scripts over {FILE} lines")
GOALS: dict[str, int | None] = {  # None: told, and without a goal
    "files that ruff would format": 0,
    "findings of ruff": 0,
    STRICT[0]: 0,
    STRICT[1]: 0,
    FUNCTIONS[0]: FUNCTION,
    FUNCTIONS[1]: 0,
    DRAWING[0]: DRAWN,
    DRAWING[1]: 0,
    FILES[0]: FILE,
    FILES[1]: 0,
    SCRIPTS[0]: 0,
    SCRIPTS[1]: 0,
    "lines that say Any": 60,
    "lines left unformatted": 10,
    "old names": 0,
    "lines of the package": None,
}
# What has not reached its goal yet, and how far it may be from it. These numbers only go down, and
# a line goes when its goal is reached.
STILL: dict[str, int] = {}


@dataclass(frozen=True)
class Measure:
    """One number, and where it comes from, the worst first."""

    name: str
    value: int
    where: tuple[str, ...] = ()

    @property
    def allowed(self) -> int | None:
        """The goal, or what is allowed until it is reached."""
        return STILL.get(self.name, GOALS[self.name])

    @property
    def problem(self) -> str:
        """What is wrong with the number; empty where nothing is."""
        goal, allowed = GOALS[self.name], self.allowed
        if goal is None or allowed is None:
            return ""
        if self.value > allowed:
            return "over: " + ", ".join(self.where[:5])
        reached = self.name in STILL and self.value <= goal
        return "its goal is reached: take it out of STILL in tests/house.py" if reached else ""


@dataclass(frozen=True)
class Source:
    """A file of code."""

    path: str  # within the checkout
    text: str

    @property
    def draws(self) -> bool:
        """Is it one that draws."""
        return bool(DRAWN_IN & {*Path(self.path).parts})

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return len(self.text.splitlines())

    def functions(self) -> Iterator[tuple[int, str]]:
        """How many lines each function has, and where it begins."""
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield length, f"{self.path}:{node.lineno} {node.name} has {length}"

    def says_any(self) -> Iterator[str]:
        """Lines with the type that allows everything, where it is not only imported."""
        imported = {
            line
            for node in ast.walk(ast.parse(self.text))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }
        return self.matches(r"\bAny\b", without=imported)

    def matches(self, pattern: str, without: set[int] | None = None) -> Iterator[str]:
        """Lines that a pattern is found in."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if re.search(pattern, line) and number not in (without or ()):
                yield f"{self.path}:{number}"


def sources(root: Path, *folders: str, kind: str = "py") -> list[Source]:
    """The files of code in these folders of a checkout, of Python or of another kind."""
    paths = [path for folder in folders for path in sorted((root / folder).rglob(f"*.{kind}"))]
    return [Source(str(p.relative_to(root)), p.read_text(encoding="utf-8")) for p in paths]


def read(root: Path) -> list[Measure]:
    """What reading the code tells."""
    package = sources(root, "reportgen")
    everything = [*package, *sources(root, "tests", "benchmarks")]
    scripts = sources(root, "docs/assets", kind="js")  # what pages run in a browser
    functions = [(each, s.draws) for s in package for each in s.functions()]
    return [
        *_lengths(*FUNCTIONS, FUNCTION, [each for each, draws in functions if not draws]),
        *_lengths(*DRAWING, DRAWN, [each for each, draws in functions if draws]),
        *_lengths(*FILES, FILE, [(s.lines, f"{s.path} has {s.lines}") for s in package]),
        _counted(
            SCRIPTS[0],
            [line for s in scripts for line in s.matches(rf"^.{{{COLUMNS + 1}}}")],
        ),
        _counted(SCRIPTS[1], [f"{s.path} has {s.lines}" for s in scripts if s.lines > FILE]),
        _counted("lines that say Any", [line for s in package for line in s.says_any()]),
        _counted(
            "lines left unformatted",
            [line for s in everything for line in s.matches(r"# fmt: (skip|off)\b")],
        ),
        _counted("old names", [line for s in package for line in s.matches(r"\bRule\.family\b")]),
        Measure("lines of the package", sum(s.lines for s in package)),
    ]


def _counted(name: str, where: list[str]) -> Measure:
    return Measure(name, len(where), tuple(where))


def _lengths(longest: str, many: str, most: int, found: list[tuple[int, str]]) -> list[Measure]:
    """The longest, and how many are longer than they should be."""
    found = sorted(found, reverse=True)
    long = [place for length, place in found if length > most]
    worst = max((length for length, _ in found), default=0)
    return [Measure(longest, worst, tuple(place for _, place in found[:1])), _counted(many, long)]


def told_by_tools(root: Path) -> list[Measure]:
    """What the formatter, the linter and the type checker find."""
    concise = ("--output-format", "concise", ".")
    commands = {
        "files that ruff would format": ("ruff", "format", "--check", *concise),
        "findings of ruff": ("ruff", "check", *concise),
    }
    strict = ("mypy", "--strict", "--no-error-summary", "--cache-dir", ".mypy_cache/strict")
    loose: dict[bool, list[str]] = {False: [], True: []}
    for found in findings(root, *strict):
        loose[bool({*DRAWN_IN, "pages"} & {*Path(found).parts})].append(found)
    return [
        *(_counted(name, findings(root, *command)) for name, command in commands.items()),
        *(_counted(name, loose[draws]) for name, draws in zip(STRICT, (False, True))),
    ]


def findings(root: Path, *command: str) -> list[str]:
    """Where a tool finds something; RuntimeError where it could not do its work."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=root, capture_output=True, text=True
    )
    lines = re.findall(r"^(\S+?:\d+)(?::\d+)?: (?!note:)", done.stdout, re.MULTILINE)
    if done.returncode not in (0, 1) or bool(done.returncode) != bool(lines):
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return lines


def main(root: Path = ROOT) -> int:
    """Print every number beside what is allowed; 1 where one is over."""
    measures = told_by_tools(root) + read(root)
    print(f"{'':36}{'measured':>10}{'allowed':>10}{'goal':>8}")
    for each in measures:
        numbers = (each.value, each.allowed, GOALS[each.name])
        shown = "".join(f"{'-' if n is None else n:>{w}}" for n, w in zip(numbers, (10, 10, 8)))
        print(f"{each.name:36}{shown}  {each.problem}".rstrip())
    return int(any(each.problem for each in measures))


if __name__ == "__main__":
    sys.exit(main())
