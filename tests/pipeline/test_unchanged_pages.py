"""A site of which only what changed was built is the one that mkdocs builds, but for spaces between
elements, which the theme leaves for each page that its side bar does not show.
"""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from places import ROOT

from reportgen.files import digest_at
from reportgen.pipeline.built_site import Before, SiteBuilt
from reportgen.pipeline.unchanged_pages import UnchangedPages, quietly_dirty

DATED = {"sitemap.xml.gz"}  # holds the time at which it was packed
SETTINGS = {"everything": "as it was"}
Edit = Callable[["Book"], None]


class Book:
    """A small project, and its site, which is built again and again."""

    def __init__(self, root: Path) -> None:
        self.root, self.docs, self.site = root, root / "docs", root / "site"
        self.built: SiteBuilt | None = None
        self.html: list[str] = []  # pages that the last build wrote

    def write_all(self) -> None:
        (self.root / "mkdocs.yml").write_bytes((ROOT / "mkdocs.yml").read_bytes())
        for folder in ("one", "two"):
            for i in range(3):
                self.write(
                    f"reports/{folder}/{i}-page.md",
                    f"# {folder.title()} {i}\n\n## A part\n\nSome words.\n\n"
                    f"![dot](dot.svg) [next]({(i + 1) % 3}-page.md#a-part)\n",
                )
            self.write(f"reports/{folder}/dot.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
            self.write(f"reports/{folder}/index.md", f"---\ntitle: {folder}\n---\n# Report\n")
        self.write("reports/index.md", "# Reports\n\n[one](one/index.md) [two](two/index.md)\n")
        self.write("index.md", "# Home\n\n[reports](reports/index.md) [more](more.md#end)\n")
        self.write("more.md", "# More\n\n## End\n\nThe end.[^1]\n\n[^1]: A note.\n")
        for name in ("reportgen.css", "reportgen.js", "figures.js", "live/start.js"):
            self.write(f"assets/{name}", "/* */")

    def write(self, name: str, text: str) -> None:
        path = self.docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.docs / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def build(self) -> None:
        """As a build of the project does it: what is made aside replaces what differs."""
        aside = self.root / "aside"
        plugin = UnchangedPages(
            Before(
                settings=SETTINGS,
                built=self.built,
                sources=digests(self.docs),
                there=digests(self.site),
            )
        )
        self.mkdocs(aside, plugin)
        made = {path.relative_to(aside).as_posix() for path in aside.rglob("*") if path.is_file()}
        self.html = sorted(n for n in made if n.endswith("index.html"))
        for name in made:
            (self.site / name).parent.mkdir(parents=True, exist_ok=True)
            (aside / name).replace(self.site / name)
        for name in digests(self.site):
            if name not in made | {*plugin.kept}:
                (self.site / name).unlink()
        self.built = plugin.after

    def mkdocs(self, site: Path, plugin: UnchangedPages | None = None) -> None:
        config = load_config(
            config_file=str(self.root / "mkdocs.yml"), site_dir=str(site), strict=True
        )
        if plugin is not None:
            plugin.added_to(config)
        config.plugins.on_startup(command="build", dirty=False)
        build(config, dirty=plugin is not None)

    def whole(self) -> dict[str, bytes]:
        self.mkdocs(self.root / "whole")
        return contents(self.root / "whole")


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): digest_at(path)
        for path in folder.rglob("*")
        if path.is_file()
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): b" ".join(path.read_bytes().split())
        for path in folder.rglob("*")
        if path.is_file() and path.name not in DATED
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Book:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "0")
        made = Book(tmp_path_factory.mktemp("first"))
        made.write_all()
        quietly_dirty()
        made.build()
    return made


@pytest.fixture
def book(first: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    """The first build, in a folder of its own."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    made = Book(tmp_path / "book")
    shutil.copytree(first.root, made.root)
    made.built = copy.deepcopy(first.built)
    return made


def a_sentence(book: Book) -> None:
    book.change("reports/one/1-page.md", "Some words.", "Other words.")


def a_title(book: Book) -> None:
    book.change("reports/one/1-page.md", "# One 1", "# Another title")


def a_title_in_front(book: Book) -> None:
    book.change("reports/two/index.md", "title: two", "title: zwei")


def a_page_more(book: Book) -> None:
    book.write("reports/two/3-page.md", "# Two 3\n\n[back](2-page.md#a-part)\n")


def a_page_less(book: Book) -> None:
    book.change("reports/one/1-page.md", "[next](2-page.md#a-part)", "")
    (book.docs / "reports/one/2-page.md").unlink()


def a_report_more(book: Book) -> None:
    book.write("reports/three/index.md", "# Three\n")


def another_order(book: Book) -> None:
    book.write("reports/one/.nav.yml", "nav:\n  - index.md\n  - 2-page.md\n  - '*'\n")


def a_picture(book: Book) -> None:
    book.write("reports/one/dot.svg", "<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>")


def a_heading(book: Book) -> None:
    book.change("reports/one/1-page.md", "## A part\n", "## A part\n\n## And another\n")


def a_stranger_in_the_site(book: Book) -> None:
    (book.site / "reports/two/0-page/index.html").write_text("somebody's", encoding="utf-8")


def a_page_gone_from_the_site(book: Book) -> None:
    (book.site / "more/index.html").unlink()


EDITS: dict[Edit, list[str] | None] = {  # what has to be built of it; None: not told here
    a_sentence: ["reports/one/1-page/index.html"],
    a_title: None,
    a_title_in_front: None,
    a_page_more: None,
    a_page_less: None,
    a_report_more: None,
    another_order: None,
    a_picture: [],
    a_heading: ["reports/one/1-page/index.html"],
    a_stranger_in_the_site: ["reports/two/0-page/index.html"],
    a_page_gone_from_the_site: ["more/index.html"],
}


def test_nothing_changed(book: Book) -> None:
    book.build()
    assert book.html == []
    assert contents(book.site) == book.whole()


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit(book: Book, edit: Edit) -> None:
    edit(book)
    book.build()
    assert contents(book.site) == book.whole()
    if (pages := EDITS[edit]) is not None:
        assert book.html == pages


def test_edits_one_after_another(book: Book) -> None:
    for edit in (another_order, a_page_more, a_report_more, a_title, a_picture, a_title_in_front):
        edit(book)
        book.build()
    assert contents(book.site) == book.whole()
    book.build()
    assert book.html == []


def a_target_gone(book: Book) -> None:
    (book.docs / "more.md").unlink()


def an_anchor_gone(book: Book) -> None:
    book.change("more.md", "## End", "## Finish")


def a_picture_gone(book: Book) -> None:
    (book.docs / "reports/two/dot.svg").unlink()


@pytest.mark.parametrize("edit", [a_target_gone, an_anchor_gone, a_picture_gone])
def test_a_link_of_a_page_that_was_not_edited_leads_nowhere(book: Book, edit: Edit) -> None:
    """mkdocs is strict about it whether or not it builds the page."""
    edit(book)
    with pytest.raises(Abort, match="warnings in strict"):
        book.build()


def test_other_settings_build_every_page(book: Book) -> None:
    assert book.built is not None
    book.built["settings"] = {"everything": "otherwise"}
    book.build()
    assert len(book.html) == 11


def test_an_extension_that_reads_files_builds_every_page(book: Book) -> None:
    path = book.root / "mkdocs.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("  - attr_list\n", "  - attr_list\n  - pymdownx.snippets\n"), encoding="utf-8"
    )
    book.build()
    assert len(book.html) == 11
