"""An outline file, read with the line of all that is wrong with it: it is the only source of the
numbers of figures.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase

from reportgen import names
from reportgen.core.config.needs import NEEDS
from reportgen.core.document import Document, Value, dotted, read
from reportgen.drawing.declared import Declared
from reportgen.errors import ConfigError, OutlineError, nearest
from reportgen.pages.outline import OVERVIEW, UNLISTED, Chapter, Entry, Outline
from reportgen.pages.templates import Templates

# series of an outline file -> what its numbers begin with
SERIES = {"main": "", "S": "S", "X": "X", "D": "D"}
# what `each` says: a figure for every demonstration with a number of its own, or with a letter
EACH, LETTERED = "demonstration", "lettered demonstration"
WORDS = ("overview", "cover")  # keys of an outline that hold one word
KEYS = {
    "chapters": ("slug", "title", "template", "needs"),
    "figures": ("slug", "in", "series", "each"),
}
REQUIRED = {"chapters": ("slug", "title"), "figures": ("slug",)}
Problem = tuple[int, str]  # a line, and what is wrong with it


@dataclass(frozen=True)
class _Item:
    """One mapping of an outline file and the line it begins on."""

    values: Mapping[str, str]
    line: int

    @property
    def slug(self) -> str:
        """What it is called."""
        return self.values["slug"]

    @property
    def template(self) -> str:
        """The template of a chapter."""
        return self.values.get("template", f"chapters/{self.slug}.md.j2")

    @property
    def needs(self) -> tuple[str, ...]:
        """What a chapter cannot be without."""
        return tuple(self.values.get("needs", "").split())


@dataclass(frozen=True)
class _Read:
    """What a file holds, and what is wrong with its form."""

    chapters: Sequence[_Item]
    figures: Sequence[_Item]
    overview: tuple[str, int]  # with its line, as the cover
    cover: tuple[str, int] | None
    problems: Sequence[Problem]


def load(
    templates: Templates, name: str, *, demonstrations: int, figures: Mapping[str, Declared]
) -> Outline:
    """The outline with this name; OutlineError lists everything wrong with its file.

    A picture's number is its position among the figures of its series, in the order of the file;
    lettered ones share a number. A
    figure of `figures` that the file does not list goes to the appendix as A1, A2, ...
    """
    names.check(name, "report.outline:", pattern=names.SLUG, error=OutlineError)
    path = templates.file(f"outlines/{name}.yaml")
    found = _read(path)
    if problems := [*found.problems, *_wrong(templates, found, figures)]:
        raise OutlineError("\n".join(f"{path}:{line}: {words}" for line, words in sorted(problems)))
    entries = list(_numbered(found.figures, demonstrations, figures))

    def of(slug: str | None) -> tuple[Entry, ...]:
        return tuple(entry for entry in entries if entry.chapter == slug)

    shown = tuple(
        Chapter(c.slug, c.values["title"], c.template, of(c.slug), c.needs) for c in found.chapters
    )
    cover = found.cover and found.cover[0]
    return Outline(name, shown, of(None), overview=found.overview[0], cover=cover)


def _wrong(
    templates: Templates, found: _Read, figures: Mapping[str, Declared]
) -> Iterator[Problem]:
    """What is wrong with what an outline names."""
    yield from _repeated(found.chapters, "chapter")
    yield from _repeated(found.figures, "figure")
    lost: Callable[[str], str] = lambda template: (
        f"no template {names.unbroken(template)}; write it, or name another one"
        if not templates.has(template)
        else ""
    )
    for item in found.chapters:
        if words := lost(item.template):
            yield item.line, f"chapter {item.slug!r}: {words} with template:"
        for need in item.needs:
            if need not in NEEDS:
                allowed = f"allowed: {', '.join(NEEDS)}{nearest(need, NEEDS)}"
                yield item.line, f"chapter {item.slug!r}: needs: got {need!r}, {allowed}"
    (overview, line), cover = found.overview, found.cover
    if words := lost(overview):
        yield line, f"overview: {words}"
    if cover and cover[0] not in figures:
        yield cover[1], f"cover: {_unknown(cover[0], figures)}"
    slugs = list(dict.fromkeys(item.slug for item in found.chapters))
    for item in found.figures:
        yield from ((item.line, words) for words in _wrong_figure(item.values, slugs, figures))


def _unknown(slug: str, figures: Mapping[str, Declared]) -> str:
    known = ", ".join(sorted(figures))
    return f"no figure is called {slug!r}{nearest(slug, figures)}; known: {known}"


def _numbered(
    listed: Sequence[_Item], demonstrations: int, figures: Mapping[str, Declared]
) -> Iterator[Entry]:
    counts: dict[str, int] = {}

    def number(prefix: str, letter: str = "") -> str:
        counts[prefix] = counts.get(prefix, 0) + (letter in ("", "a"))
        return f"{prefix}{counts[prefix]:{'' if prefix else '02'}}{letter}"

    for item in listed:
        slug, chapter = item.slug, item.values.get("in")
        prefix = SERIES[item.values.get("series", "main")]
        if each := item.values.get("each"):
            lettered = each == LETTERED and demonstrations > 1
            yield from (
                Entry(slug, number(prefix, letter * lettered), f"{slug}-{i + 1}", i, chapter)
                for i, letter in enumerate(ascii_lowercase[:demonstrations])
            )
        else:
            yield Entry(slug, number(prefix), slug, None, chapter)
    known = {item.slug for item in listed}
    yield from (Entry(slug, number(UNLISTED), slug) for slug in figures if slug not in known)


def _wrong_figure(
    values: Mapping[str, str], chapters: Sequence[str], figures: Mapping[str, Declared]
) -> Iterator[str]:
    """What is wrong with one figure of an outline."""
    slug = values["slug"]
    if slug not in figures:
        yield _unknown(slug, figures)
    if (chapter := values.get("in")) is not None and chapter not in chapters:
        yield (
            f"figure {slug!r}: in: got {chapter!r}, allowed:"
            f" {', '.join(chapters)}{nearest(chapter, chapters)}"
        )
    if (series := values.get("series", "main")) not in SERIES:
        yield f"figure {slug!r}: series: got {series!r}, allowed: {', '.join(SERIES)}"
    if (each := values.get("each", EACH)) not in (EACH, LETTERED):
        yield f"figure {slug!r}: each: got {each!r}, allowed: {EACH}, {LETTERED}"


def _repeated(items: Sequence[_Item], what: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for item in items:
        if item.slug in first:
            words = f"stands twice; the first is on line {first[item.slug]}"
            yield item.line, f"{what} {item.slug!r} {words}"
        first.setdefault(item.slug, item.line)


def _read(path: Path) -> _Read:
    """The mappings of both sections and the single words of a file."""
    found = _document(path)

    def line(*key: str | int) -> int:
        return found.place(key).line

    root, sections = found.values, {section: list[_Item]() for section in KEYS}
    if not isinstance(root, dict):
        words = f"an outline is a mapping with the keys {', '.join(KEYS)}"
        return _Read((), (), (OVERVIEW, 1), None, [(1, words)])
    problems = [(p.place.line, f"{dotted(p.key)}: {p.words}") for p in found.problems]
    allowed = (*KEYS, *WORDS)
    problems += [
        (line(key), f"unknown key {key!r}, allowed: {', '.join(allowed)}{nearest(key, allowed)}")
        for key in root
        if key not in allowed
    ]
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
    single = {key: (_said(value), line(key)) for key, value in root.items() if key in WORDS}
    overview, cover = single.get("overview", (OVERVIEW, 1)), single.get("cover")
    return _Read(sections["chapters"], sections["figures"], overview, cover, problems)


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
) -> tuple[_Item | None, list[Problem]]:
    allowed = KEYS[section]
    if not isinstance(value, dict):
        return None, [(line(), f"{section}: wanted a mapping with the keys {', '.join(allowed)}")]
    values = {key: _said(inner) for key, inner in value.items()}

    def unknown(key: str) -> str:
        return f"unknown key {key!r}, allowed: {', '.join(allowed)}"

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
