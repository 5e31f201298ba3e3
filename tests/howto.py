"""A how-to page is followed as a reader would follow it: its files are written, its commands are
run, and what they print is what the page shows.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from places import ROOT

BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```', re.M | re.S)
INTO = re.compile(r"(?P<path>\S+): (?P<side>before|after) (?P<line>.+)")
LINES = re.compile(r"[─-╿]+")  # what draws a table
NUMBER = re.compile(r"\d+\.\d+")
CLOSE = 0.02  # share by which a measured number may differ between machines


@dataclass(frozen=True)
class Block:
    """One block of code of a page."""

    kind: str  # "python", "sh", "text", ...
    title: str  # the file it is, or the file and a line beside which it stands; or empty
    text: str

    @property
    def path(self) -> str:
        """The file."""
        into = INTO.fullmatch(self.title)
        return into["path"] if into else self.title

    def put(self, root: Path) -> None:
        """Write it into a folder as its title says."""
        path, into = root / self.path, INTO.fullmatch(self.title)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = self.text
        if into:
            before = path.read_text(encoding="utf-8").splitlines(keepends=True)
            (at,) = (i for i, line in enumerate(before) if line.strip() == into["line"])
            at += into["side"] == "after"
            text = "".join([*before[:at], text, *before[at:]])
        path.write_text(text, encoding="utf-8")


@dataclass(frozen=True)
class Page:
    """A page and its blocks, from top to bottom."""

    text: str

    @classmethod
    def of(cls, name: str) -> "Page":
        """The page of this name in `docs/`."""
        return cls((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8"))

    @property
    def blocks(self) -> list[Block]:
        """Its blocks of code."""
        return [Block(*found) for found in BLOCK.findall(self.text)]

    @property
    def commands(self) -> list[str]:
        """Every command, in order."""
        return [line for b in self.blocks if b.kind == "sh" for line in b.text.splitlines()]

    def follow(self, root: Path, *, skip: Collection[str] = ()) -> None:
        """Write and run all of it in a folder, but for some commands; AssertionError where a
        command fails, or prints something else than the page shows under it, or where the page
        shows something else of a file than is in it.
        """
        assert set(skip) <= set(self.commands)
        printed = ""
        for block in self.blocks:
            if block.kind == "sh":
                wanted = [line for line in block.text.splitlines() if line not in skip]
                printed = "".join(run(root, command) for command in wanted)
            elif block.kind == "text":
                assert shows(block.text, printed), f"the page:\n{block.text}\nand now:\n{printed}"
            elif block.title == block.path and (there := root / block.path).is_file():
                text = there.read_text(encoding="utf-8")
                assert block.text in text, f"{block.path} on the page:\n{block.text}\nhere:\n{text}"
            elif block.title:
                block.put(root)


def run(root: Path, command: str, *, fails: bool = False) -> str:
    """What a command prints in a folder. It must end well, or, where that is wanted, badly; then
    what it says of that comes along.
    """
    program, *arguments = shlex.split(command)
    prefix = [sys.executable, *(["-m", "reportgen"] if program == "reportgen" else [])]
    mine = root if (root / "reportgen").is_dir() else ROOT
    done = subprocess.run(
        [*prefix, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(mine), "COLUMNS": "100"},
        timeout=600,
    )
    said = f"{done.stdout}{done.stderr}"
    assert bool(done.returncode) == fails, f"{command}\n{said}"
    return said if fails else done.stdout


def shows(page: str, printed: str) -> bool:
    """Does a page show what was printed, where `…` stands for anything. Spaces, the lines of tables
    and the last digits of measured numbers do not count.
    """
    found, at = _words(printed), 0
    for part in page.split("…"):
        if (wanted := _words(part)) and (at := _after(wanted, found, at)) < 0:
            return False
    return True


def _words(text: str) -> list[str]:
    return LINES.sub(" ", text).split()


def _after(wanted: list[str], found: list[str], start: int) -> int:
    """Where some words end in what was found, from a place on; -1 where they do not come."""
    return next(
        (
            i + len(wanted)
            for i in range(start, len(found) - len(wanted) + 1)
            if all(map(_same, wanted, found[i:]))
        ),
        -1,
    )


def _same(one: str, other: str) -> bool:
    numbers: Iterator[tuple[str, str]] = zip(NUMBER.findall(one), NUMBER.findall(other))
    return NUMBER.sub("#", one) == NUMBER.sub("#", other) and all(
        abs(float(a) - float(b)) <= CLOSE * max(abs(float(a)), abs(float(b))) for a, b in numbers
    )
