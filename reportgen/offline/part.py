"""A project that has some reports of another one, and the pages of all reports made of these."""

import os
import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from reportgen.pages import shared
from reportgen.pages.stored import Shelf
from reportgen.pipeline.publish import training_seconds
from reportgen.project import (
    ASSETS,
    COMPARE,
    DOCS,
    GLOSSARY,
    INDEX,
    NAV,
    SERIES,
    SHEETS,
    SITE,
    STORE,
    Project,
)

WRITTEN = {INDEX, COMPARE, SERIES, GLOSSARY, SHEETS, ASSETS, NAV}  # anew


def part_of(
    project: Project, names: Collection[str], root: Path, say: Callable[[str], None]
) -> Project:
    """The project, made in a folder that is not there yet; `say` is told what it cannot show."""
    others = {*Shelf(project).names()} - {*names}

    def left(above: str, inner: list[str]) -> set[str]:
        return {*inner} & (others | WRITTEN) if Path(above) == project.reports else set()

    root.mkdir(parents=True)
    for path in sorted(project.root.iterdir()):
        if path.name not in (DOCS, SITE, STORE):
            _there_too(path, root / path.name)
    shutil.copytree(project.docs, root / DOCS, ignore=left)
    made = Project(root, project.outside_files)
    shared.write_shared(made, seconds=training_seconds(project), say=say)
    return made


def _there_too(path: Path, at: Path) -> None:
    try:
        os.symlink(path, at)
    except OSError:  # Windows lets only some make links
        (shutil.copytree if path.is_dir() else shutil.copy2)(path, at)
