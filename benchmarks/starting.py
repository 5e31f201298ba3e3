"""How soon the command line answers, against one that imports everything it may need at its top."""

import sys

from benchmarks.measure import ROOT, Line, Sample, Size, Variant, command_sample, in_turn

COMMANDS = {"help": ("--help",), "list": ("list",)}
EVERYTHING = "import torch, numpy, scipy, matplotlib.figure, jinja2, pydantic, mkdocs.config;"
START = "from reportgen.cli import main; main(prog_name='reportgen')"


def lines(size: Size) -> list[Line]:
    out = []
    for slug, arguments in COMMANDS.items():
        plain, ours = in_turn(
            size.runs,
            lambda: answer(EVERYTHING + START, arguments),
            lambda: answer(START, arguments),
        )
        out.append(
            Line(
                slug,
                f"reportgen {' '.join(arguments)}",
                Variant("imports where they are used", ours),
                Variant("imports at the top", plain),
                note="Whole processes, from the start of Python to its end.",
            )
        )
    return out


def answer(code: str, arguments: tuple[str, ...]) -> Sample:
    """One run of the command line."""
    return command_sample([sys.executable, "-c", code, *arguments], folder=ROOT)[0]
