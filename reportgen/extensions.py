"""Installed packages that add to this one: what a project may hold, for every project.

A distribution names such a package by an entry point of the group `reportgen`. Its folder is laid
out as a project is: systems/, templates/, configs/ and rules/, each if it has something for it.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from reportgen.errors import ProjectError

GROUP = "reportgen"


@cache
def extensions() -> Mapping[str, Path]:
    """The folder of every extension, by the name of its entry point; none of them is imported.

    Errors: ProjectError for an entry point that names no package.
    """
    found = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        where = find_spec(point.module) if point.module else None
        if where is None or not where.submodule_search_locations:
            of = f" of {point.dist.name}" if point.dist else ""
            raise ProjectError(
                f"extension {point.name!r}{of}: {point.value!r} is no package; name one in its"
                f" entry point of the group {GROUP!r}, or uninstall it"
            )
        found[point.name] = Path(where.submodule_search_locations[0])
    return found


def folders(kind: str) -> list[Path]:
    """The folders `kind` (systems, templates, configs, rules) of all extensions that have one."""
    return [folder / kind for folder in extensions().values() if (folder / kind).is_dir()]
