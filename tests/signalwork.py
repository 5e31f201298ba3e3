"""A build by the command line whose tasks are pretended; run as a script by test_signals.py:
PROJECT WORD=WORK ... -- ARGUMENTS.
"""

import sys
from pathlib import Path

import fakework

from reportgen.cli import main
from reportgen.pipeline import tasks
from reportgen.pipeline.task import Task


def pretend(root: Path, *words: str) -> None:
    """Plan these tasks for any configuration; each has a log of its own."""
    planned = []
    for word in words:
        name, _, work = word.partition("=")
        about = dict(word=name, log=str(root / f"{name}.log"))
        planned.append(Task(f"r/{name}", "figures", getattr(fakework, work), about))
    tasks.plan = lambda project, names, **options: planned


if __name__ == "__main__":
    cut = sys.argv.index("--")
    pretend(Path(sys.argv[1]), *sys.argv[2:cut])
    main(["--project", sys.argv[1], *sys.argv[cut + 1 :]], prog_name="reportgen")
