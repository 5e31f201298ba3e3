"""The command line with two pictures a report, and with a fault at a moment: `python -m faults.small`."""

import os
import sys
from pathlib import Path

from faults import inside, moment
from reportgen.build import graph, tasks
from reportgen.cli import main
from reportgen.figures.declared import Declared, declared
from reportgen.project import Project

KEPT = ("embedding-scatter", "embeddings-dynamics", "embedding-map", "embedding-dynamics")
configurations = Project.configs


def kept(family: str) -> dict[str, Declared]:
    """A still and a film, where a family has dozens."""
    return {slug: figure for slug, figure in declared(family).items() if slug in KEPT}


def own(project: Project) -> dict[str, Path]:
    """The configurations of the project, so that all of them take seconds too."""
    return {n: p for n, p in configurations(project).items() if p.is_relative_to(project.root)}


if __name__ == "__main__":
    os.environ[moment.BUILD] = str(os.getpid())
    Project.configs = own  # type: ignore[method-assign]
    tasks.declared, graph.perform = kept, inside.perform  # type: ignore[assignment]
    if sys.argv[1:2] == ["rebuild"]:
        from reportgen.cli import rebuild

        rebuild.main(sys.argv[2:])
    else:
        main(prog_name="reportgen")
