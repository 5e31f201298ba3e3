"""The command line with two pictures a report, and with a fault at a moment: `python -m
faults.small`.
"""

import os
import sys
from pathlib import Path

from faults import inside, moment
from reportgen.cli import main
from reportgen.drawing.declared import Declared, declared_by
from reportgen.pipeline import running, tasks
from reportgen.project import Project
from reportgen.system import System

KEPT = ("embedding-scatter", "embeddings-dynamics", "embedding-map", "embedding-dynamics")
configurations = Project.configs


def kept(system: System) -> dict[str, Declared]:
    """A still and a film, where a system has dozens."""
    return {slug: figure for slug, figure in declared_by(system).items() if slug in KEPT}


def own(project: Project, **_: bool) -> dict[str, Path]:
    """The configurations of the project, so that all of them take seconds too."""
    return configurations(project, own=True)


if __name__ == "__main__":
    os.environ[moment.BUILD] = str(os.getpid())
    Project.configs = own  # type: ignore[method-assign]
    tasks.declared_by, running.perform = kept, inside.perform  # type: ignore[assignment]
    if sys.argv[1:2] == ["rebuild"]:
        from reportgen.cli import rebuild

        rebuild.main(sys.argv[2:])
    else:
        main(prog_name="reportgen")
