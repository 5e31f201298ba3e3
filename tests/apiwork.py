"""A project in which a report was built, without building it: a committed run and what was measured
of it, in a store.
"""

import json
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import yaml
from places import ROOT, RUNS

from reportgen.core import config as configs
from reportgen.core.runs import Run
from reportgen.core.study import Study, study_of
from reportgen.files import write_json
from reportgen.pipeline.store import Store
from reportgen.pipeline.work import FACTS, RUN
from reportgen.project import Project


@cache
def shipped() -> Study:
    """The displayed seed of a shipped configuration, with all the data that it asks for."""
    config = configs.load(Project(ROOT).config("plus_last_even"))
    return study_of(config, Run.load(RUNS / "shipped.safetensors"))


def keep(project: Project, task: str, file: str, content: bytes | dict[str, object]) -> None:
    """Put a product of a task into the store of a project."""
    store = Store(project.store)
    with store.scratch() as folder:
        if isinstance(content, bytes):
            (folder / file).write_bytes(content)
        else:
            write_json(folder / file, content)
        artefact = store.keep(folder, task, "0" * 32, 1.0)
    store.remember(task, "0" * 32, {}, artefact)


def project_with(study: Study, measured: Mapping[str, object]) -> Project:
    """A project in which the report of a study was built, and this was measured of it."""
    project, name = empty_project(), study.config.name
    (project.root / "configs").mkdir()
    path = project.root / "configs" / f"{name}.yaml"
    path.write_text(yaml.safe_dump(json.loads(json.dumps(study.config.as_dict()))))
    keep(project, f"{name}/train", RUN, study.run.to_bytes())
    keep(project, f"{name}/facts", FACTS, dict(measured))
    return project


def empty_project() -> Project:
    """A project in which nothing was built."""
    root = Path(mkdtemp(prefix="reportgen-tests-"))
    shutil.copy(ROOT / "mkdocs.yml", root)
    (root / "docs").mkdir()
    return Project(root)
