"""What a page shows of other pages, and whether it is known what else it is made of."""

import re
from collections.abc import Collection, Iterator, Sequence
from posixpath import join, normpath
from urllib.parse import unquote

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page

# what else a page may be made of is not known, so with others every page is built again
PLUGINS = {"search", "material/search", "awesome-nav"}
SIDE_BAR = ("icon", "status", "subtitle")  # of a page's front matter, shown in the side bar
REFERS = re.compile(r'\b(?:href|src|srcset|poster|data-[\w-]+)="?([^"\s>#?]+)')
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)
READS_FILES = ("pymdownx.snippets", "pymdownx.b64", "pymdownx.pathconverter")


def all_known(config: MkDocsConfig) -> bool:
    """Is it known what pages depend on: no plugin, template, hook or extension of which it is
    not.
    """
    theme = config.theme
    extensions = [str(name) for name in config.markdown_extensions]
    return (
        {*config.plugins} <= PLUGINS
        and not config.hooks
        and not theme.get("custom_dir")
        and theme.name == "material"
        and not any(name.startswith(READS_FILES) for name in extensions)
        and all(re.match(r"pymdownx\.|[a-z_]+$|markdown\.", name) for name in extensions)
    )


def shown_around(page: Page, nav: Navigation, config: MkDocsConfig) -> Iterator[object]:
    """Titles and addresses that stand on a page: its own, those before and after it, and those of
    its side bar.
    """
    for near in (page, page.previous_page, page.next_page):
        yield [str(near.title), near.url] if near else None
    if "navigation.prune" not in config.theme.get("features", []):
        yield [_whole(item) for item in nav.items]
        return
    node: StructureItem | None = page
    while node is not None:  # only what leads to the page, and what stands next to that
        beside = node.parent.children if node.parent is not None else nav.items
        yield [_brief(item) for item in beside or ()]
        node = node.parent


def _brief(item: StructureItem) -> list[object]:
    """A title, and where it leads."""
    first = item
    while below := _below(first):
        first = below[0]
    marks = [item.meta.get(key) for key in SIDE_BAR] if isinstance(item, Page) else []
    address = first.url if isinstance(first, Page | Link) else None
    return [str(item.title), str(first.title), address, bool(_below(item)), marks]


def _below(item: StructureItem) -> Sequence[StructureItem]:
    return item.children if isinstance(item, Section) else ()


def _whole(item: StructureItem) -> list[object]:
    return [*_brief(item), [_whole(each) for each in _below(item)]]


def referred(html: str, page: Page, files: Collection[str]) -> list[str] | None:
    """The files of the site that a page refers to; None where it refers to a document that is not
    there, as that may come.
    """
    found = set[str]()
    for match in REFERS.finditer(html):
        address = unquote(match[1])
        if ELSEWHERE.match(address):
            continue
        path = normpath(join(page.url if page.url.endswith("/") else "", address))
        name = next((n for n in (path, join(path, "index.html")) if n in files), None)
        if name is None and address.endswith(".md"):
            return None
        found |= {name} if name else set()
    return sorted(found)
