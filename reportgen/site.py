"""Stored facts, verdicts, captions and pictures become the pages of one report; only files whose bytes differ are written."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reportgen.config import Config
from reportgen.facts.base import listed
from reportgen.figures.declared import Declared
from reportgen.outline import Entry, Outline
from reportgen.pages import reports as shelf
from reportgen.pages import series
from reportgen.pages.environment import Pages, environment, rendered
from reportgen.pages.report import Report
from reportgen.project import SHEETS, Project
from reportgen.rules.base import Rule

STILL = (".png", ".dark.png", ".svg", ".dark.svg", ".npz")
FILM = (".mp4", ".gif", "-poster.png", ".npz")
FACTS = (
    "facts.json"  # what the pages were written from, for download and for the pages of all reports
)
PANELS = "comparison.npz"  # what this report adds to the sheets of all reports
# the first one that a report has stands for it: where it looks, if its rule asks to look back, else what follows each token
GALLERY = {
    True: ("output-landscape", "attention-by-lag", "next-token-map", "learning-curve"),
    False: ("output-landscape", "next-token-map", "attention-by-lag", "learning-curve"),
}
INDEX, COMPARE, SERIES = "index.md", "compare.md", "series.md"
STEPS = "steps"
Content = bytes | Path  # what a file holds, or the file it is a copy of


def write(
    project: Project,
    config: Config,
    outline: Outline,
    figures: Mapping[str, Declared],
    measured: Mapping[str, Any],
    pictures: Mapping[str, Mapping[str, Any]],
    folders: Mapping[str, Path],
    step: int | None,
    *,
    panels: Path | None = None,
) -> list[Path]:
    """Write the pages of a report, or of one checkpoint of it, and return all its files.

    `measured` is what `facts.json` holds; `pictures` says title, caption, alt text and size of each picture by file name, and
    `folders` where its files lie. A picture that is missing from either has a note in its place. Files no longer listed are removed
    last; the pages of checkpoints stay when the final report is written.
    """
    facts, claims = listed(config.rule.family)
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
    )
    home = project.report(config.name, step)
    own: dict[str, Content] = {PANELS: panels} if panels is not None else {}
    files = {
        home / path: content
        for path, content in {
            **_pages(project, report),
            **_pictures(outline, there, folders),
            **own,
        }.items()
    }
    for path, content in files.items():
        place(path, content)
    _remove_others(home, files, keep=home / STEPS if step is None else None)
    return list(files)


def write_shared(
    project: Project, *, seconds: Mapping[str, float] | None = None, sheets: Sequence[Path] = ()
) -> list[Path]:
    """Write the pages that speak of all reports: the gallery, by which hand-written pages reach them, and the comparison.

    `seconds` says how long trainings took, by report; `sheets` are the files that describe the pictures of all reports, each beside
    its picture.
    """
    everything = [
        about
        for folder in sorted(project.reports.glob("*"))
        if (about := _about(folder, project.reports))
    ]
    found = [
        about for about in everything if about["rule"].get("family", Rule.family) == Rule.family
    ]
    others = series.ordered([about for about in everything if about not in found])
    finished = [about for about in found if about["page"]]
    pictures = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in sheets]
    rows = [
        dict(about=about, cells=shelf.row(about, (seconds or {}).get(about["name"])))
        for about in finished
    ]
    needing = {kind: shelf.needing(finished, kind) for kind in shelf.ABLATIONS}
    made, steps = environment(project), series.steps(everything)
    led = any(step["about"] for step in steps)
    pages = {
        INDEX: rendered(
            made,
            "reports.md.j2",
            lambda: dict(
                groups=shelf.groups(found, others),
                differences=shelf.differences(everything),
                series=led,
            ),
        ),
        COMPARE: rendered(
            made,
            "compare.md.j2",
            lambda: dict(
                rows=rows,
                others=[about for about in others if about["page"]],
                needing=needing,
                ablations=shelf.ABLATIONS,
                much=shelf.much(),
                sheets=[dict(about, base=f"{SHEETS}/{about['file']}") for _, about in pictures],
            ),
        ),
    }
    if led:
        pages[SERIES] = rendered(made, "series.md.j2", lambda: dict(steps=steps))
    else:
        (project.reports / SERIES).unlink(missing_ok=True)
    files: dict[Path, Content] = {
        project.reports / name: text.encode() for name, text in pages.items()
    }
    files |= {
        project.reports / SHEETS / f"{about['file']}{ending}": path.with_name(
            f"{about['file']}{ending}"
        )
        for path, about in pictures
        for ending in STILL
    }
    for path, content in files.items():
        place(path, content)
    if (project.reports / SHEETS).is_dir():
        _remove_others(project.reports / SHEETS, files, keep=None)
    return list(files)


def panels_of(project: Project) -> list[Path]:
    """What all finished reports add to the sheets, by name of the report."""
    return sorted(project.reports.glob(f"*/{PANELS}"))


def _about(folder: Path, root: Path) -> dict[str, Any] | None:
    """What the pages of all reports say of one of them; None for a folder that holds none."""
    steps = sorted(
        (path.parent for path in folder.glob(f"{STEPS}/*/{FACTS}")), key=lambda path: int(path.name)
    )
    stored = folder / FACTS if (folder / FACTS).is_file() else steps[0] / FACTS if steps else None
    if stored is None:
        return None
    about = json.loads(stored.read_text(encoding="utf-8"))
    home = stored.parent.relative_to(root).as_posix()
    checkpoints = [
        dict(step=int(path.name), page=f"{(path / 'index.md').relative_to(root)}") for path in steps
    ]
    return (
        dict(picture=None, config={})
        | about
        | dict(
            page=f"{home}/index.md" if stored.parent == folder else None,
            home=home,
            ledger=f"{home}/ledger.md",
            checkpoints=checkpoints,
        )
    )


def _pages(project: Project, report: Report) -> dict[str, Content]:
    pages, outline = Pages(project, report), report.outline
    chapters = [
        dict(slug=c.slug, title=c.title, page=report.chapter_page(c.slug), entries=c.entries)
        for c in outline.chapters
    ]
    titled: list[tuple[str, str, dict[str, Any]]] = [
        (outline.overview, "index.md", {}),
        ("walkthrough.md.j2", "walkthrough/index.md", {}),
    ]
    titled += [
        (c.template, report.chapter_page(c.slug), dict(chapter=chapters[i]))
        for i, c in enumerate(outline.chapters)
    ]
    titled += [
        ("appendix.md.j2", "appendix.md", dict(entries=outline.appendix)),
        ("ledger.md.j2", "ledger.md", {}),
    ]
    made: dict[str, Content] = {
        path: pages.render(template, path, chapters=chapters, **more).encode()
        for template, path, more in titled
    }
    about = dict(report.measured) | dict(
        rule=dict(
            title=report.config.title,
            summary=report.config.summary,
            family=report.config.rule.family,
        ),
        config=report.config.told(),
        picture=_telling(report),
    )
    return made | {FACTS: (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()}


def _telling(report: Report) -> dict[str, Any] | None:
    """The one picture that stands for a report in the gallery."""
    file = (
        report.outline.cover
        if report.outline.cover in report.pictures
        else next(
            (
                slug
                for slug in GALLERY[(shelf.looking_back(report.measured) or 0) >= shelf.SEEN]
                if slug in report.pictures
            ),
            None,
        )
    )
    return (
        None
        if file is None
        else {key: report.pictures[file][key] for key in ("file", "title", "width", "height")}
    )


def _pictures(
    outline: Outline, pictures: Mapping[str, Mapping[str, Any]], folders: Mapping[str, Path]
) -> dict[str, Content]:
    shown: list[Entry] = [entry for entry in outline.entries if entry.file in pictures]
    where: Callable[[str], tuple[str, tuple[str, ...]]] = lambda file: (
        ("films", FILM) if pictures[file]["film"] else ("figures", STILL)
    )
    return {
        f"{where(e.file)[0]}/{e.file}{ending}": folders[e.file] / f"{e.file}{ending}"
        for e in shown
        for ending in where(e.file)[1]
    }


def place(path: Path, content: Content) -> None:
    """Make a file hold this content: written beside itself and renamed, and only if its bytes differ."""
    fresh = content if isinstance(content, bytes) else content.read_bytes()
    if path.is_file() and path.read_bytes() == fresh:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(fresh)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _remove_others(home: Path, files: Mapping[Path, Content], *, keep: Path | None) -> None:
    """Remove what lies in a report's folder and is none of its files, and folders that are empty then."""
    for path in sorted(home.rglob("*"), reverse=True):
        if keep is not None and (path == keep or keep in path.parents):
            continue
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in files:
            path.unlink()
