"""Which figures a report has, in which chapters they stand, and what their numbers are: an outline
file is the only source of numbers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reportgen import names
from reportgen.core.config import Config
from reportgen.core.config.needs import NEEDS, lacks
from reportgen.core.document import Document, Value, dotted, read
from reportgen.drawing.declared import Declared
from reportgen.errors import ConfigError, OutlineError, nearest
from reportgen.project import Project

# series of an outline file -> what its numbers begin with
SERIES = {"main": "", "S": "S", "X": "X", "D": "D"}
UNLISTED = "A"  # figures that the outline does not list
OVERVIEW = "overview.md.j2"  # the first page's template, unless the outline names another
WORDS = ("overview", "cover")  # keys of an outline that hold one word
KEYS = {
    "chapters": ("slug", "title", "template", "needs"),
    "figures": ("slug", "in", "series", "each"),
}
REQUIRED = {"chapters": ("slug", "title"), "figures": ("slug",)}


@dataclass(frozen=True)
class Entry:
    """One picture of a report."""

    slug: str  # of its figure
    number: str  # "02", "D1", "S3", "X1", "A1"
    file: str  # name of its files: the slug, or "value-demo-1" for one of several demonstrations
    demonstration: int | None = None  # which one it shows, from 0
    chapter: str | None = None  # slug of the chapter that shows it; None for the appendix
    lacking: str = ""  # why this configuration cannot have it; empty if it can


@dataclass(frozen=True)
class Chapter:
    """A page of the walkthrough: a question, and the pictures that answer it."""

    slug: str
    title: str
    template: str
    entries: tuple[Entry, ...]
    needs: tuple[str, ...] = ()  # keys of `config.needs.NEEDS`, which it cannot be without
    lacking: str = ""  # why this configuration cannot have it; empty if it can


@dataclass(frozen=True)
class Outline:
    """All chapters in reading order, and the pictures of the appendix."""

    name: str
    chapters: tuple[Chapter, ...]
    appendix: tuple[Entry, ...]
    left_out: tuple[Entry, ...] = ()  # pictures that this configuration cannot have
    left_out_chapters: tuple[Chapter, ...] = ()
    overview: str = OVERVIEW  # template of the first page
    # slug of the picture that stands for a report in the gallery; None: what its facts suggest
    cover: str | None = None

    def fitted(self, config: Config, figures: Mapping[str, Declared]) -> "Outline":
        """The outline without what a configuration cannot have, which is left out with its reason;
        numbers stay. A picture that the outline never named is not missed.
        """
        told = [replace(c, lacking=lacks(config, c.needs)) for c in self.chapters]
        fit = lambda entry, besides="": replace(
            entry, lacking=lacks(config, figures[entry.slug].needs) or besides
        )
        chapters = [
            replace(c, entries=tuple(fit(entry, c.lacking) for entry in c.entries)) for c in told
        ]
        appendix = [fit(entry) for entry in self.appendix]
        kept = lambda entries: tuple(entry for entry in entries if not entry.lacking)
        lost = (
            entry
            for entry in (*(e for c in chapters for e in c.entries), *appendix)
            if entry.lacking and not entry.number.startswith(UNLISTED)
        )
        shown = tuple(replace(c, entries=kept(c.entries)) for c in chapters if not c.lacking)
        return replace(
            self,
            chapters=shown,
            appendix=kept(appendix),
            left_out=tuple(lost),
            left_out_chapters=tuple(c for c in chapters if c.lacking),
        )

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every picture, in reading order."""
        return (*(entry for chapter in self.chapters for entry in chapter.entries), *self.appendix)

    def entry(self, file: str) -> Entry:
        """The picture with this file name; OutlineError with the nearest ones otherwise."""
        for entry in self.entries:
            if entry.file == file:
                return entry
        known = [entry.file for entry in self.entries]
        raise OutlineError(
            f"outline {self.name!r} has no picture {file!r}{nearest(file, known)}; it has:"
            f" {', '.join(known)}"
        )


@dataclass(frozen=True)
class _Item:
    """One mapping of an outline file and the line it begins on."""

    values: Mapping[str, Any]
    line: int


def load(
    project: Project, name: str, *, demonstrations: int, figures: Mapping[str, Declared]
) -> Outline:
    """The outline with this name; OutlineError lists everything wrong with its file.

    A picture's number is its position among the figures of its series, in the order of the file. A
    figure of `figures` that the file does not list goes to the appendix as A1, A2, ...
    """
    names.check(name, "report.outline:", pattern=names.SLUG, error=OutlineError)
    path = project.template(f"outlines/{name}.yaml")
    sections, words, problems = _read(path)
    chapters, listed = sections["chapters"], sections["figures"]
    problems += _repeated(chapters, "chapter") + _repeated(listed, "figure")
    problems += [
        (
            i.line,
            (
                f"chapter {i.values['slug']!r}: no template {names.unbroken(_template(i))}; write"
                " it, or name another one with template:"
            ),
        )
        for i in chapters
        if not _exists(project, _template(i))
    ]
    problems += [
        (
            i.line,
            (
                f"chapter {i.values['slug']!r}: needs: got {need!r}, allowed:"
                f" {', '.join(NEEDS)}{nearest(need, NEEDS)}"
            ),
        )
        for i in chapters
        for need in _needs(i)
        if need not in NEEDS
    ]
    overview, cover = words.get("overview", (OVERVIEW, 1)), words.get("cover")
    if not _exists(project, overview[0]):
        problems.append(
            (
                overview[1],
                (
                    f"overview: no template {names.unbroken(overview[0])}; write it, or name"
                    " another one"
                ),
            )
        )
    if cover and cover[0] not in figures:
        problems.append(
            (
                cover[1],
                (
                    f"cover: no figure is called {cover[0]!r}{nearest(cover[0], figures)}; known:"
                    f" {', '.join(sorted(figures))}"
                ),
            )
        )
    slugs = list(dict.fromkeys(item.values["slug"] for item in chapters))
    for item in listed:
        problems += [(item.line, words) for words in _wrong(item.values, slugs, figures)]
    if problems:
        raise OutlineError("\n".join(f"{path}:{line}: {words}" for line, words in sorted(problems)))
    entries = list(_numbered(listed, demonstrations, figures))
    of = lambda slug: tuple(entry for entry in entries if entry.chapter == slug)
    shown = tuple(
        Chapter(c.values["slug"], c.values["title"], _template(c), of(c.values["slug"]), _needs(c))
        for c in chapters
    )
    return Outline(name, shown, of(None), overview=overview[0], cover=cover and cover[0])


def _template(chapter: _Item) -> str:
    return chapter.values.get("template", f"chapters/{chapter.values['slug']}.md.j2")


def _needs(chapter: _Item) -> tuple[str, ...]:
    return tuple(str(chapter.values.get("needs", "")).split())


def _exists(project: Project, template: str) -> bool:
    return not names.file_problem(template) and any(
        (folder / template).is_file() for folder in project.template_folders
    )


def _numbered(
    listed: Sequence[_Item], demonstrations: int, figures: Mapping[str, Declared]
) -> Iterator[Entry]:
    counts: dict[str, int] = {}

    def number(prefix: str) -> str:
        counts[prefix] = counts.get(prefix, 0) + 1
        return f"{prefix}{counts[prefix]}" if prefix else f"{counts[prefix]:02}"

    for item in listed:
        slug, chapter = item.values["slug"], item.values.get("in")
        prefix = SERIES[item.values.get("series", "main")]
        if "each" in item.values:
            yield from (
                Entry(slug, number(prefix), f"{slug}-{i + 1}", i, chapter)
                for i in range(demonstrations)
            )
        else:
            yield Entry(slug, number(prefix), slug, None, chapter)
    known = {item.values["slug"] for item in listed}
    yield from (Entry(slug, number(UNLISTED), slug) for slug in figures if slug not in known)


def _wrong(
    values: Mapping[str, Any], chapters: Sequence[str], figures: Mapping[str, Declared]
) -> Iterator[str]:
    """What is wrong with one figure of an outline."""
    slug = values["slug"]
    if slug not in figures:
        yield (
            f"no figure is called {slug!r}{nearest(str(slug), figures)}; known:"
            f" {', '.join(sorted(figures))}"
        )
    if (chapter := values.get("in")) is not None and chapter not in chapters:
        yield (
            f"figure {slug!r}: in: got {chapter!r}, allowed:"
            f" {', '.join(chapters)}{nearest(str(chapter), chapters)}"
        )
    if (series := values.get("series", "main")) not in SERIES:
        yield f"figure {slug!r}: series: got {series!r}, allowed: {', '.join(SERIES)}"
    if values.get("each", "demonstration") != "demonstration":
        yield f"figure {slug!r}: each: got {values['each']!r}, allowed: demonstration"


def _repeated(items: Sequence[_Item], what: str) -> list[tuple[int, str]]:
    first: dict[str, int] = {}
    twice = []
    for item in items:
        slug = item.values["slug"]
        if slug in first:
            twice.append(
                (item.line, f"{what} {slug!r} stands twice; the first is on line {first[slug]}")
            )
        first.setdefault(slug, item.line)
    return twice


def _read(
    path: Path,
) -> tuple[dict[str, list[_Item]], dict[str, tuple[str, int]], list[tuple[int, str]]]:
    """The mappings of both sections with their lines, single words with theirs, and what is wrong
    with the form of the file.
    """
    found = _document(path)
    line = lambda *key: found.place(key).line
    root, sections = found.values, {section: list[_Item]() for section in KEYS}
    if not isinstance(root, dict):
        return sections, {}, [(1, f"an outline is a mapping with the keys {', '.join(KEYS)}")]
    problems = [(p.place.line, f"{dotted(p.key)}: {p.words}") for p in found.problems]
    allowed = (*KEYS, *WORDS)
    problems += [
        (line(key), f"unknown key {key!r}, allowed: {', '.join(allowed)}{nearest(key, allowed)}")
        for key in root
        if key not in allowed
    ]
    words = {key: (_said(value), line(key)) for key, value in root.items() if key in WORDS}
    for section, keys in KEYS.items():
        items = root.get(section)
        if not isinstance(items, list):
            wanted = f"a list of mappings with the keys {', '.join(keys)}"
            told = "wanted" if section in root else "missing; it is"
            problems.append((line(section), f"{section}: {told} {wanted}"))
            continue
        for index, value in enumerate(items):
            key = (section, index)
            item, wrong = _item(value, section, lambda *inner, key=key: line(*key, *inner))
            problems += wrong
            sections[section] += [item] if item else []
    return sections, words, problems


def _document(path: Path) -> Document:
    """What a file holds; OutlineError for what is no YAML."""
    try:
        return read(path)
    except ConfigError as error:
        raise OutlineError(str(error)) from error


def _said(value: Value) -> str:
    """A word of an outline; what is none is named by what it is."""
    kinds: dict[type, str] = {dict: "a mapping", list: "a list", type(None): "nothing"}
    return kinds.get(type(value)) or str(value)


def _item(
    value: Value, section: str, line: Callable[..., int]
) -> tuple[_Item | None, list[tuple[int, str]]]:
    allowed = KEYS[section]
    if not isinstance(value, dict):
        return None, [(line(), f"{section}: wanted a mapping with the keys {', '.join(allowed)}")]
    values = {key: _said(inner) for key, inner in value.items()}
    unknown = lambda key: f"unknown key {key!r}, allowed: {', '.join(allowed)}"
    problems = [
        (line(key), f"{section}: {unknown(key)}{nearest(key, allowed)}")
        for key in values
        if key not in allowed
    ]
    problems += [
        (line(), f"{section}: missing key {key!r}")
        for key in REQUIRED[section]
        if key not in values
    ]
    if wrong := names.problem(values.get("slug", "x"), pattern=names.SLUG):
        problems.append((line(), f"{section}: slug {names.shown(values['slug'])}: {wrong}"))
    return (None if problems else _Item(values, line())), problems
