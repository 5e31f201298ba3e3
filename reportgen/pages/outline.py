"""Which figures a report has, in which chapters they stand, and what their numbers are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from reportgen.core.config import Config
from reportgen.core.config.needs import lacks
from reportgen.drawing.declared import Declared
from reportgen.errors import OutlineError, nearest

UNLISTED = "A"  # what the numbers of figures begin with that the outline does not list
OVERVIEW = "overview.md.j2"  # the first page's template, unless the outline names another


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

        def fit(entry: Entry, besides: str = "") -> Entry:
            return replace(entry, lacking=lacks(config, figures[entry.slug].asks) or besides)

        chapters = [
            replace(c, entries=tuple(fit(entry, c.lacking) for entry in c.entries)) for c in told
        ]
        appendix = [fit(entry) for entry in self.appendix]

        def kept(entries: Iterable[Entry]) -> tuple[Entry, ...]:
            return tuple(entry for entry in entries if not entry.lacking)

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
