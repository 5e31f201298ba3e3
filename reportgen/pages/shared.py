"""The pages that speak of all reports: the gallery, the comparison, the series and the glossary."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from reportgen.files import read_json
from reportgen.pages import navigation, series
from reportgen.pages import reports as shelf
from reportgen.pages.assets import assets
from reportgen.pages.environment import environment, rendered
from reportgen.pages.report import Sheet
from reportgen.pages.sandbox import Sandbox
from reportgen.pages.sandbox import read as text_of
from reportgen.pages.site import endings
from reportgen.pages.stored import Shelf, Shown, compared
from reportgen.placed import INDEX_TASK, Content, Record, untold
from reportgen.project import ASSETS, COMPARE, GLOSSARY, INDEX, LIVE, NAV, SERIES, SHEETS, Project


def write_shared(
    project: Project,
    *,
    seconds: Mapping[str, float] | None = None,
    sheets: Sequence[Path] = (),
    say: Callable[[str], None] = untold,
) -> list[Path]:
    """Write the pages that speak of all reports: the gallery, the comparison and the glossary,
    with what pages need to look and to answer.

    `seconds` says how long trainings took, by report; `sheets` are the files that describe the
    pictures of all reports, each beside its picture. A report that is damaged is left out, and
    told.
    """
    pictures = [(path, read_json(path, Sheet)) for path in sheets]
    reports = Shelf(project, say).reports()
    homes = (each["home"] for each in reports)
    playable = next((home for home in homes if (project.reports / home / LIVE).is_dir()), None)
    about_sheets = [about for _, about in pictures]
    pages = _shared(environment(project), reports, seconds or {}, about_sheets, playable)
    files: dict[Path, Content] = {
        project.reports / name: text.encode() for name, text in pages.items()
    }
    files |= {
        project.reports / SHEETS / f"{about['file']}{ending}": path.with_name(
            f"{about['file']}{ending}"
        )
        for path, about in pictures
        for ending in endings(about)
    }
    files |= {project.reports / ASSETS / name: path for name, path in assets(project).items()}
    ordered = navigation.side_bar(shelf.in_order(*_kinds(reports)), project.reports, pages)
    files[project.reports / NAV] = ordered
    Record(project, INDEX_TASK, say).place(files)
    return list(files)


def _shared(
    made: Sandbox,
    reports: Sequence[Shown],
    seconds: Mapping[str, float],
    sheets: Sequence[Sheet],
    playable: str | None,
) -> dict[str, str]:
    """The pages that speak of all reports, by file name; that of the series where it leads to
    something.
    """
    found, others = _kinds(reports)
    finished = [about for about in found if about["page"]]
    steps = series.steps(reports)
    led = any(step["about"] for step in steps)
    rows = [
        dict(about=about, cells=shelf.row(about, seconds.get(about["name"]))) for about in finished
    ]
    needing = {kind: shelf.needing(finished, kind) for kind in shelf.ABLATIONS}
    gallery = lambda: dict(
        playable=playable,
        groups=shelf.groups(found, others),
        differences=shelf.differences(reports),
        series=led,
    )
    comparison = lambda: dict(
        rows=rows,
        others=[about for about in others if about["page"]],
        needing=needing,
        ablations=shelf.ABLATIONS,
        much=shelf.much(),
        sheets=[dict(about, base=f"{SHEETS}/{about['file']}") for about in sheets],
    )
    pages = {
        GLOSSARY: text_of(made.templates, GLOSSARY)[0],
        INDEX: rendered(made, "reports.md.j2", gallery),
        COMPARE: rendered(made, "compare.md.j2", comparison),
    }
    if led:
        pages[SERIES] = rendered(made, "series.md.j2", lambda: dict(steps=steps))
    return pages


def _kinds(reports: Sequence[Shown]) -> tuple[list[Shown], list[Shown]]:
    """Reports that stand side by side in one table, and the others."""
    found = [about for about in reports if compared(about["rule"])]
    return found, series.ordered([about for about in reports if about not in found])
