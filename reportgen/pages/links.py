"""How one page of a report links to others: pages, documents and figures by number."""

from posixpath import relpath

from markupsafe import Markup

from reportgen.pages.escape import prose
from reportgen.pages.outline import Entry
from reportgen.pages.report import Report


class Links:
    """Links from the page that lies at `path` in a report's folder."""

    CALLED = ("page", "doc", "see", "see_or_nothing", "has")  # what a template may call

    def __init__(self, report: Report, path: str) -> None:
        self.report, self.path = report, path

    def page(self, target: str) -> Markup:
        """A page of this report, as this page links to it."""
        return self.doc(str(self.report.home / target))

    def doc(self, target: str) -> Markup:
        """A hand-written page, as this page links to it."""
        return Markup(relpath(target, str((self.report.home / self.path).parent)))

    def see(self, slug: str) -> Markup:
        """A figure by number, with a link to where it stands."""
        entry = self.entries(slug)[0]
        if entry.lacking:
            title = prose(self.report.titles[entry.slug])
            return Markup(f"figure {entry.number} (“{title}”, left out here)")
        kind = "film" if self.is_film(entry) else "figure"
        return Markup(
            f"[{kind} {entry.number}]({self.page(self.report.page_of(entry))}#fig-{entry.file})"
        )

    def see_or_nothing(self, slug: str) -> Markup:
        """A figure by number, or nothing where the outline leaves it out."""
        return self.see(slug) if self.has(slug) else Markup()

    def has(self, slug: str) -> bool:
        """Does this report show the figure."""
        return any(slug in (entry.slug, entry.file) for entry in self.report.outline.entries)

    def entries(self, slug: str) -> list[Entry]:
        """The pictures of a figure, those included that the configuration cannot have."""
        outline = self.report.outline
        return [e for e in (*outline.entries, *outline.left_out) if slug in (e.slug, e.file)] or [
            outline.entry(slug)
        ]

    def is_film(self, entry: Entry) -> bool:
        """Is a picture a film, drawn or not."""
        about = self.report.pictures.get(entry.file)
        return bool(about and about["film"]) or entry.number.startswith("D")
