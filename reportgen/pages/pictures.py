"""Figures and films on a page, or what stands there instead of one that is not there."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from reportgen.pages.escape import safe
from reportgen.pages.links import Links
from reportgen.pages.outline import Entry
from reportgen.pages.pieces import Pieces
from reportgen.pages.report import Report
from reportgen.project import PLAYGROUND


class Pictures:
    """The pictures of a report for the template of one page."""

    CALLED = ("figure", "film", "remaining")  # what a template may call

    def __init__(self, report: Report, links: Links, pieces: Pieces) -> None:
        self.report, self.links, self.pieces = report, links, pieces
        self.shown: set[str] = set()

    def figure(self, slug: str) -> Markup:
        """The figure with its caption; of one that is drawn for every demonstration the first, and
        the others folded below it.
        """
        return self._folded(self.links.entries(slug))

    film = figure

    def remaining(self, entries: Iterable[Entry]) -> Markup:
        """Those of these pictures that the page has not shown yet."""
        left = dict[str, list[Entry]]()
        for entry in entries:
            if entry.file not in self.shown:
                left.setdefault(entry.slug, []).append(entry)
        return Markup("").join(map(self._folded, left.values()))

    def left_out(self, *pages: str | None) -> list[dict[str, object]]:
        """What this configuration cannot have and the page has not shown, by reason."""
        return self.report.left_out(pages, self.shown)

    def _folded(self, entries: Sequence[Entry]) -> Markup:
        """Pictures of one figure: the first, and the others folded below it."""
        first, *others = entries
        folded = Markup("").join(self._picture(entry) for entry in others)
        return self._picture(first) + (self.pieces.others(others, folded) if others else "")

    def opened(self, sequences: Sequence[Sequence[int]]) -> Markup:
        """Links that open sequences in the playground; nothing in a report that has none."""
        if not (self.report.live and sequences):
            return Markup()
        rows = [".".join(map(str, ids)) for ids in sequences]
        return self.pieces.opened(rows, self.links.page(PLAYGROUND))

    def _picture(self, entry: Entry) -> Markup:
        self.shown.add(entry.file)
        title = self.report.titles[entry.slug]
        if entry.lacking:
            return self.pieces.lacking(entry, title)
        about = self.report.pictures.get(entry.file)
        if about is not None:
            base = self.links.page(f"{'films' if about['film'] else 'figures'}/{entry.file}")
            opened = self.opened(about.get("sequences", []))
            return (self.pieces.film if about["film"] else self.pieces.figure)(
                entry, about, base, safe(about["alt"]), opened
            )
        left_out = self.report.step is not None and (
            self.links.is_film(entry) or entry.slug in self.report.needs_training
        )
        return (self.pieces.left_out if left_out else self.pieces.not_built)(entry, title)
