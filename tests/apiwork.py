"""A project in which a report was built, without building it: a committed run and what is measured
of it now, in a store.
"""

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from conftest import committed
from places import ROOT

from reportgen.core import config as configs
from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of
from reportgen.files import write_json
from reportgen.measure.measure import measure
from reportgen.pipeline.store import Store
from reportgen.pipeline.work import FACTS, RUN
from reportgen.project import Project

SHIPPED = {"plus_last_even": "shipped", "induction": "repeats_learnt"}  # report -> committed run


@cache
def built(name: str) -> Study:
    """The study of a committed run with all the data that its shipped configuration asks for."""
    config = configs.load(Project(ROOT).config(name))
    run = replace(committed(SHIPPED[name]).run, config=config.told())
    return study_of(config, run)


@cache
def measured(name: str) -> dict[str, Any]:
    """What a build would have stored of it."""
    return measure(built(name))


def keep(project: Project, task: str, file: str, content: bytes | dict[str, Any]) -> None:
    """Put a product of a task into the store of a project."""
    store = Store(project.store)
    with store.scratch() as folder:
        if isinstance(content, bytes):
            (folder / file).write_bytes(content)
        else:
            write_json(folder / file, content)
        artefact = store.keep(folder, task, "0" * 32, 1.0)
    store.remember(task, "0" * 32, {}, artefact)


def project_with(*names: str) -> Project:
    """A project in which these reports were built."""
    project = empty_project()
    for name in names:
        run: Run = built(name).run
        keep(project, f"{name}/train", RUN, run.to_bytes())
        keep(project, f"{name}/facts", FACTS, measured(name))
    return project


def empty_project() -> Project:
    """A project in which nothing was built."""
    root = Path(mkdtemp(prefix="reportgen-tests-"))
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "docs").mkdir()
    return Project(root)
