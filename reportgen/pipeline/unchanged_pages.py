"""Pages of a site that need not be built again: a plugin of mkdocs that has those skipped whose
HTML could only come out as it is.

A page's HTML depends on its Markdown, on the titles and addresses that its side bar shows, and on
whether what it links to is there. All three are noted when it is built, and compared the next time.
"""

import json
import logging
from functools import partial
from typing import Any

from mkdocs.commands import build
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from reportgen.files import digest_of
from reportgen.pipeline.built_site import Before, PageBuilt, SiteBuilt
from reportgen.pipeline.page_surroundings import all_known, referred, shown_around


class NoSettings(Config):
    """mkdocs.yml says nothing of the plugin."""


class UnchangedPages(BasePlugin[NoSettings]):
    """Skips what is there already. It has to be the last plugin of a configuration, in a `dirty`
    build, which asks each file whether it is modified.
    """

    def __init__(self, before: Before) -> None:
        super().__init__()
        built, settings = before["built"], before["settings"]
        self.before = built["pages"] if built and built["settings"] == settings else {}
        self.sources, self.there = before["sources"], before["there"]
        self.after = SiteBuilt(settings=settings, pages={})
        self.kept: list[str] = []  # files that were not written, as they are there
        self.fresh: set[str] = set()  # documents whose pages are built
        self.entries: dict[str, list[dict[str, object]]] = {}  # of the search, by document
        self.files: Files | None = None
        self.nav: Navigation | None = None

    def added_to(self, config: MkDocsConfig) -> None:
        """Make it the last plugin, if it is known what the others and the extensions read."""
        if not all_known(config):
            self.before = {}
        config.plugins["unchanged-pages"] = self

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Note of each file whether it has changed itself."""
        self.files, self.nav = files, nav
        for file in files:
            if file.is_documentation_page():
                if not self._same(file):
                    self.fresh.add(file.src_uri)
                file.is_modified = partial(self._is_fresh, file.src_uri)  # type: ignore[method-assign]
            elif self._copied(file):
                file.is_modified = lambda: False  # type: ignore[method-assign]
                self.kept.append(file.dest_uri)
        return nav

    def files_of_site(self) -> set[str]:
        """The files of the site that documents lead to."""
        return {file.dest_uri for file in self.files or ()}

    def _copied(self, file: File) -> bool:
        digest = self.sources.get(file.src_uri)
        return digest is not None and self.there.get(file.dest_uri) == digest

    def _is_fresh(self, uri: str) -> bool:
        return uri in self.fresh

    def _same(self, file: File) -> bool:
        """Has its Markdown not changed, and is its HTML there as it was built."""
        known = self.before.get(file.src_uri)
        if known is None or file.page is None or self.sources.get(file.src_uri) != known["source"]:
            return False
        if self.there.get(file.dest_uri) != known["html"]:
            return False
        page = file.page
        page.meta = dict(known["meta"])
        if page.title is None:
            page.title = known["title"]
        page.present_anchor_ids = {*known["anchors"]}
        return True

    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        """All titles are known now: read what is shown around each page, and build also those
        pages around which something has changed.
        """
        there = {file.dest_uri for file in files}
        for file in files.documentation_pages():
            known = self.before.get(file.src_uri)
            page = file.page
            if page is None or known is None or file.src_uri in self.fresh:
                continue
            if {*known["refers"]} <= there and self._around(page, config) == known["around"]:
                page.links_to_anchors = {
                    linked: links
                    for uri, links in known["anchored"].items()
                    if (linked := files.src_uris.get(uri)) is not None
                }
                self.kept.append(file.dest_uri)
                self.after["pages"][file.src_uri] = known
            else:
                self.fresh.add(file.src_uri)
                build._populate_page(page, config, files, dirty=False)
        return env

    def _around(self, page: Page, config: MkDocsConfig) -> str:
        assert self.nav is not None
        shown = [*shown_around(page, self.nav, config)]
        return digest_of(json.dumps(shown, default=str).encode())

    def on_page_context(
        self, context: Any, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> Any:
        """Note what the search has learnt of the page."""
        index = _search_index(config)
        if index is not None:
            counted = sum(map(len, self.entries.values()))
            self.entries[page.file.src_uri] = index.entries[counted:]
        return context

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Note what the page was made of."""
        uri, refers = page.file.src_uri, referred(output, page, self.files_of_site())
        if refers is not None and uri in self.sources:
            self.after["pages"][uri] = PageBuilt(
                source=self.sources[uri],
                around=self._around(page, config),
                html=digest_of(output.encode("utf-8", errors="xmlcharrefreplace")),
                title=str(page.title),
                meta={k: v for k, v in page.meta.items() if isinstance(v, str | bool | int)},
                refers=refers,
                anchors=sorted(page.present_anchor_ids or ()),
                anchored={f.src_uri: links for f, links in (page.links_to_anchors or {}).items()},
                found=self.entries.get(uri, []),
            )
        return output

    @event_priority(100)  # before the search writes what it knows
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Give the search what it knew of pages that were not built, in the order of a whole
        build.
        """
        index = _search_index(config)
        if index is not None and self.files is not None:
            index.entries = [
                entry
                for file in self.files.documentation_pages()
                for entry in self._found(file.src_uri)
            ]

    def _found(self, uri: str) -> list[dict[str, object]]:
        if uri in self.fresh or uri not in self.after["pages"]:
            return self.entries.get(uri, [])
        return self.after["pages"][uri]["found"]


def _search_index(config: MkDocsConfig) -> Any:
    plugin = next(
        (config.plugins[n] for n in ("search", "material/search") if n in config.plugins), None
    )
    return getattr(plugin, "search_index", None)


def quietly_dirty() -> None:
    """Leave out the warning of mkdocs that a build which skips pages may be wrong."""

    def said(record: logging.LogRecord) -> bool:
        return "'dirty' build" not in record.getMessage()

    logging.getLogger("mkdocs.commands.build").addFilter(said)
