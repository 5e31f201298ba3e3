"""The command line with two pictures a report, and with a fault at a moment: `python -m faults.small`.

The processes that a build starts import this module too, so what it changes holds in all of them.
"""

import functools
import os
import sys
from pathlib import Path

from faults import moment
from reportgen.build import publish, tasks, work
from reportgen.build.worker import Job
from reportgen.cli import main
from reportgen.figures.declared import Declared, declared
from reportgen.project import Project

KEPT = ("embedding-scatter", "embeddings-dynamics", "embedding-map", "embedding-dynamics")
learn, configurations = work.train, Project.configs


def kept(family: str) -> dict[str, Declared]:
    """A still and a film, where a family has dozens."""
    return {slug: figure for slug, figure in declared(family).items() if slug in KEPT}


@functools.wraps(learn)
def train(job: Job) -> None:
    """Training that saves its state at every step, where others wait for a minute."""
    from reportgen import train as training

    training.SAVED_EVERY = 0.0
    learn(job)


def own(project: Project) -> dict[str, Path]:
    """The configurations of the project, so that all of them take seconds too."""
    return {n: p for n, p in configurations(project).items() if p.is_relative_to(project.root)}


Project.configs = own  # type: ignore[method-assign]
tasks.declared = kept  # type: ignore[assignment]
work.train = train
publish.training_seconds = (
    lambda project: {}
)  # what a page says of time differs from build to build
moment.listen()

if __name__ == "__main__":
    os.environ[moment.BUILD] = str(os.getpid())
    if sys.argv[1:2] == ["rebuild"]:
        from reportgen.cli import rebuild

        rebuild.main(sys.argv[2:])
    else:
        main(prog_name="reportgen")
