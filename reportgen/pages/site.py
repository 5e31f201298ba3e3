"""Stored facts, verdicts, captions and pictures become the pages of one report; only files whose
bytes differ are written.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from reportgen.core.config import Config
from reportgen.drawing.declared import Declared, declared_by
from reportgen.files import as_json
from reportgen.measure.claim import claims_of
from reportgen.measure.fact import facts_of
from reportgen.measure.measure import check_figures
from reportgen.pages import reports as shelf
from reportgen.pages.environment import Pages
from reportgen.pages.measured import Measured
from reportgen.pages.outline import Entry, Outline
from reportgen.pages.report import Picture, Report, Sheet
from reportgen.pages.stored import FACTS, PANELS
from reportgen.placed import Content, Record, pages_task, untold
from reportgen.project import (
    APPENDIX,
    CASES,
    CLAIMS,
    FIGURES,
    FILMS,
    INDEX,
    LEDGER,
    LIVE,
    LIVE_FILES,
    PLAYGROUND,
    WALKTHROUGH,
    Project,
)
from reportgen.system import system_of

__all__ = ["FACTS", "PANELS", "write"]

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


def endings(about: Sheet) -> tuple[str, ...]:
    """What the files of a still end with."""
    return (*STILL, *(ending for what, ending in MORE.items() if what in about))


def _pictures(
    outline: Outline, pictures: Mapping[str, Picture], folders: Mapping[str, Path]
) -> dict[str, Content]:
    shown: list[Entry] = [entry for entry in outline.entries if entry.file in pictures]
    where: Callable[[str], tuple[str, tuple[str, ...]]] = lambda file: (
        (FILMS, FILM) if pictures[file]["film"] else (FIGURES, endings(pictures[file]))
    )
    return {
        f"{where(e.file)[0]}/{e.file}{ending}": folders[e.file] / f"{e.file}{ending}"
        for e in shown
        for ending in where(e.file)[1]
    }
