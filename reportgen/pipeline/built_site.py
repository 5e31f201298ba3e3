"""What is written down of a site when it is built, so that the next build can skip much."""

from typing import TypedDict


class PageBuilt(TypedDict):
    """A page as it was built: what its HTML depended on, and what else the site has of it."""

    source: str  # digest of its Markdown
    around: str  # digest of what is shown of other pages
    html: str  # digest
    title: str
    meta: dict[str, object]  # plain values of its front matter
    refers: list[str]  # files of the site that it links to or shows
    anchors: list[str]
    anchored: dict[str, dict[str, str]]  # by document: anchors that it links to, and how
    found: list[dict[str, object]]  # what the search knows of it


class SiteBuilt(TypedDict):
    """A site as it was built: the same whether pages were skipped or not."""

    settings: dict[str, str]  # what every page depends on
    pages: dict[str, PageBuilt]  # by document


class Before(TypedDict):
    """A site before a build: how it was built, if anything is known of that, and the digests of
    documents and of its files as they are now.
    """

    settings: dict[str, str]
    built: SiteBuilt | None
    sources: dict[str, str]  # below docs/
    there: dict[str, str]  # below site/
