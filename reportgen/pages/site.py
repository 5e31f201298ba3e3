"""Stored facts, verdicts, captions and pictures become the pages of one report; only files whose
bytes differ are written.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from reportgen.core.config import Config
from reportgen.drawing.declared import Declared, declared_by
from reportgen.files import as_json, read_json
from reportgen.measure.claim import claims_of
from reportgen.measure.fact import facts_of
from reportgen.measure.measure import check_figures
from reportgen.pages import navigation, series
from reportgen.pages import reports as shelf
from reportgen.pages.environment import Pages, environment, rendered
from reportgen.pages.measured import Measured
from reportgen.pages.outline import Entry, Outline
from reportgen.pages.report import Picture, Report, Sheet
from reportgen.pages.sandbox import Sandbox
from reportgen.pages.sandbox import read as text_of
from reportgen.pages.stored import FACTS, PANELS, Shelf, Shown, compared
from reportgen.placed import INDEX_TASK, Content, Record, pages_task, untold
from reportgen.project import (
    APPENDIX,
    CASES,
    CLAIMS,
    COMPARE,
    FIGURES,
    FILMS,
    GLOSSARY,
    INDEX,
    LEDGER,
    LIVE,
    LIVE_FILES,
    NAV,
    PLAYGROUND,
    SERIES,
    SHEETS,
    WALKTHROUGH,
    Project,
)
from reportgen.system import system_of

__all__ = ["FACTS", "PANELS", "write", "write_shared"]

STILL = (".svg", ".png", ".npz")
# of a still that has a drawing for phones, and of one whose marks can be pointed at
MORE = {"narrow": "-narrow.svg", "marks": "-marks.json"}
FILM = (".mp4", ".gif", "-poster.png", ".npz")


def write(
    project: Project,
    config: Config,
    outline: Outline,
    figures: Mapping[str, Declared],
    measured: Measured,
    pictures: Mapping[str, Picture],
    folders: Mapping[str, Path],
    step: int | None,
    *,
    panels: Path | None = None,
    live: Path | None = None,
    say: Callable[[str], None] = untold,
) -> list[Path]:
    """Write the pages of a report, or of one checkpoint of it, and return all its files.

    `measured` is what `facts.json` holds; `pictures` says title, caption, alt text and size of
    each picture by file name, and `folders` where its files lie. A picture that is missing from
    either has a note in its place. Files that an earlier build placed and that are no longer
    listed are removed last.
    """
    system = system_of(config)
    facts, claims = facts_of(system), claims_of(system)
    check_figures(claims, declared_by(system))
    needs_training = frozenset(
        slug for slug, figure in figures.items() if figure.film or figure.over_seeds
    )
    there = {
        file: about
        for file, about in pictures.items()
        if file in folders and not (step is not None and about["slug"] in needs_training)
    }
    report = Report(
        config,
        outline,
        measured,
        there,
        claims,
        frozenset(facts),
        {slug: figure.title for slug, figure in figures.items()},
        needs_training,
        step,
        live is not None,
    )
    home = project.report(config.name, step)
    own: dict[str, Content] = {PANELS: panels} if panels is not None else {}
    files = {
        home / path: content
        for path, content in {
            **_pages(project, report),
            **_pictures(outline, there, folders),
            **{f"{LIVE}/{name}": live / name for name in LIVE_FILES if live is not None},
            **own,
        }.items()
    }
    Record(project, pages_task(config.name, step), say).place(files)
    return list(files)


def write_shared(
    project: Project,
    *,
    seconds: Mapping[str, float] | None = None,
    sheets: Sequence[Path] = (),
    say: Callable[[str], None] = untold,
) -> list[Path]:
    """Write the pages that speak of all reports: the gallery and the comparison.

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
        for ending in _endings(about)
    }
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


def _pages(project: Project, report: Report) -> dict[str, Content]:
    pages, outline = Pages(project, report), report.outline
    chapters = [
        dict(slug=c.slug, title=c.title, page=report.chapter_page(c.slug), entries=c.entries)
        for c in outline.chapters
    ]
    titled: list[tuple[str, str, dict[str, object]]] = [
        (outline.overview, INDEX, {}),
        ("walkthrough.md.j2", f"{WALKTHROUGH}/{INDEX}", {}),
    ]
    titled += [
        (c.template, report.chapter_page(c.slug), dict(chapter=chapters[i]))
        for i, c in enumerate(outline.chapters)
    ]
    titled += [
        ("appendix.md.j2", APPENDIX, dict(entries=outline.appendix)),
        *((f"{page}.j2", page, {}) for page in (LEDGER, CLAIMS, CASES)),
    ]
    if report.live:
        titled.append(("playground.md.j2", PLAYGROUND, {}))
    made: dict[str, Content] = {
        path: pages.render(template, path, chapters=chapters, **more).encode()
        for template, path, more in titled
    }
    about = dict(report.measured) | dict(
        rule=dict(
            title=report.config.title,
            called=report.config.called,
            summary=report.config.summary,
            system=report.config.rule.system,
            compared=bool(system_of(report.config).sheets),
        ),
        config=report.config.told(),
        picture=shelf.cover(report),
        chapters=[(c.title, report.chapter_page(c.slug)) for c in outline.chapters],
    )
    return made | {FACTS: as_json(about).encode()}


def _endings(about: Sheet) -> tuple[str, ...]:
    """What the files of a still end with."""
    return (*STILL, *(ending for what, ending in MORE.items() if what in about))


def _pictures(
    outline: Outline, pictures: Mapping[str, Picture], folders: Mapping[str, Path]
) -> dict[str, Content]:
    shown: list[Entry] = [entry for entry in outline.entries if entry.file in pictures]
    where: Callable[[str], tuple[str, tuple[str, ...]]] = lambda file: (
        (FILMS, FILM) if pictures[file]["film"] else (FIGURES, _endings(pictures[file]))
    )
    return {
        f"{where(e.file)[0]}/{e.file}{ending}": folders[e.file] / f"{e.file}{ending}"
        for e in shown
        for ending in where(e.file)[1]
    }
