"""The site of the reports that are built, as a zip that works unpacked, without a server."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import UsageError, nearest
from reportgen.offline import archive, pages, scripts
from reportgen.offline.part import part_of
from reportgen.offline.search import searchable
from reportgen.pages.stored import Shelf
from reportgen.pipeline.documents import check_documents
from reportgen.pipeline.store import Store
from reportgen.pipeline.website import mkdocs, named
from reportgen.placed import untold
from reportgen.project import MARKER, Project

FILE = "offline.zip"  # in the project's folder, if no other is named


@dataclass(frozen=True)
class Written:
    """What was written."""

    path: Path
    size: int  # bytes
    reports: Sequence[str]
    remarks: Sequence[str]  # on what its pages lack


def write(
    project: Project,
    names: Sequence[str],
    path: Path,
    *,
    say: Callable[[str], None] = untold,
) -> Written:
    """Write the zip, of all reports where none is named.

    UsageError for what is not built, and for a place where no zip can lie; StageError where mkdocs
    fails, or pages do what no page opened from a file can.
    """
    archive.check_place(path)
    there = Shelf(project).names()
    wanted = _wanted(names, there)
    check_documents(project)
    store = Store(project.store)
    with store.locked(), store.scratch() as scratch:
        whole = {*wanted} == {*there}
        shown = project if whole else part_of(project, wanted, scratch / "project", say)
        site = scratch / "site"
        files = ("--config-file", str(shown.root / MARKER), "--site-dir", str(site))
        program = ("-m", "mkdocs", "build", "--no-strict", "--quiet", *files)
        mkdocs(shown, program, named(project))
        work_as_files(site)
        return Written(path, archive.packed(site, path), wanted, pages.remarks(site))


def work_as_files(site: Path) -> None:
    """Change a built site so that its pages work when they are opened as files."""
    entries = pages.opened_as_files(site)
    scripts.bundled(site, entries)
    searchable(site)
    scripts.data_held(site, pages.borrowed(site))


def _wanted(names: Sequence[str], there: Collection[str]) -> list[str]:
    """The reports that are meant; UsageError for those that are not built."""
    if not there:
        raise UsageError(
            "nothing is built yet; `reportgen build --rule NAME` builds a report, and --all every"
            " one"
        )
    for name in names:
        if name not in there:
            raise UsageError(
                f"no report {name!r} is built{nearest(name, there)}; `reportgen build --rule NAME`"
                f" builds one, and there are {', '.join(there)}"
            )
    return sorted({*names}) or list(there)
