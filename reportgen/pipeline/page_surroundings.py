"""What a page shows of other pages, and whether it is known what else it is made of."""

import re
from collections.abc import Iterator
from typing import Protocol

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

# what else a page may be made of is not known, so with others every page is built again
PLUGINS = {"search", "material/search", "awesome-nav", "glightbox", "material/glightbox"}
SIDE_BAR = ("icon", "status", "subtitle")  # of a page's front matter, shown in the side bar
READS_FILES = ("pymdownx.snippets", "pymdownx.b64", "pymdownx.pathconverter")


def judged(config: MkDocsConfig) -> bool:
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


def _side_bar(page: Page, nav: Navigation, pruned: bool) -> Iterator[Any]:
    """Titles and addresses that stand beside a page; with pruning only what leads to it, and what
    stands next to that.
    """
    if not pruned:
        yield [_whole(item) for item in nav.items]
        return
    node: StructureItem | None = page
    while node is not None:
        beside = node.parent.children if node.parent is not None else nav.items
        yield [_brief(item) for item in beside or ()]
        node = node.parent
    if page.parent is None and page not in nav.items:
        yield "alone"


def _brief(item: Any) -> list[Any]:
    """A title, and where it leads."""
    first = item
    while getattr(first, "children", None):
        first = first.children[0]
    marks = [(getattr(item, "meta", None) or {}).get(key) for key in SIDE_BAR]
    address = getattr(first, "url", None)
    return [str(item.title), str(first.title), address, bool(item.children), marks]


def _whole(item: Any) -> list[Any]:
    return [*_brief(item), [_whole(each) for each in item.children or ()]]
