"""One finds one's way in a site of several reports: titles, side bar, search, links below a
sub-path, and what a screen reader needs.
"""

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from sitework import ADDRESS, REPORTS, small_site

MOST_HTML = 150_000  # bytes of a page
MOST_SEARCH = 130_000  # bytes of the search index that a report adds
# what is typed, and the beginning of a title that has to be among the first five pages found
QUERIES = {
    "mechanism": "How does it find the answer? · The latest even number",
    "how does it find the answer": "How does it find the answer? · The latest even number",
    "induction head": "Where do the heads look?",
    "position": "What does each position look for",
    "position embedding": "What does each position look for",
    "ablation": "Glossary",
    "residual stream": "Glossary",
    "rule error": "Glossary",
    "loss": "Does it learn?",
    "seeds": "What do the other seeds do?",
    "attention": "What arrives after attention? · The latest even number",
    "query key value": "What does each position look for",
    "bigram": "Glossary",
    "copy": "How does it continue? · What came next the last time",
    "latest even number": "The latest even number",
    "recipe": "Recipes",
    "reverse digits": "Four digits backwards, and one more",
    "add a rule": "Add a rule",
    "comparison": "Comparison",
    "figure 13": "Where does it look? · The latest even number",
    "add a figure": "Add a figure",
}
LOST = {"404.html": "rules/no/such/page/"}  # where a page is shown that has no place of its own
PAGES = {
    "home": "",
    "gallery": "rules/",
    "comparison": "rules/compare/",
    "overview": "rules/plus_last_even/",
    "chapter": "rules/plus_last_even/walkthrough/02-does-it-learn/",
    "ledger": "rules/plus_last_even/ledger/",
    "claims": "rules/plus_last_even/claims/",
    "hand-written": "trust/",
    "glossary": "rules/glossary/",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_site(tmp_path_factory.mktemp("site"))


@pytest.fixture(scope="module")
def address(site: Path, served: Callable[[Path], str]) -> str:
    """Where the site is served, below /user/repo/."""
    return served(site.parents[1]) + urlsplit(ADDRESS).path


class Page(HTMLParser):
    """What a page leads to, what can be led to in it, and its title."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.ids, self.title, self._open = list[str](), {""}, "", False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag == "title"
        for key, value in attrs:
            if key in ("id", "name") and value:
                self.ids.add(value)
            if key in ("href", "src", "poster") and value and tag != "base":
                self.links.append(value)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._open = False


def pages_of(site: Path) -> Iterator[tuple[str, Page]]:
    for path in sorted(site.rglob("*.html")):
        place = path.relative_to(site).as_posix().removesuffix("index.html")
        yield place, Page(path.read_text(encoding="utf-8"))


def test_no_two_pages_have_a_title(site: Path) -> None:
    """In the tabs of a browser, and in what search shows of each page."""
    titles = [page.title.strip() for place, page in pages_of(site) if place != "404.html"]
    assert len(titles) == len({*titles}) > 60
    assert "Does it learn? · The latest even number - reportgen" in titles
    index = json.loads((site / "search/search_index.json").read_text())["docs"]
    found = [entry["title"] for entry in index if "#" not in entry["location"]]
    assert len(found) == len({*found}) > 60


def test_the_side_bar_goes_by_titles_and_in_the_order_of_reading(site: Path) -> None:
    text = (site / PAGES["chapter"] / "index.html").read_text(encoding="utf-8")
    bar = text[text.index("md-nav--primary") : text.index('data-md-component="content"')]
    labels = [" ".join(said.split()) for said in re.findall(r'"md-ellipsis">([^<]*)', bar)]
    wanted = [
        *("Start", "Reports", "All in one table", "From no layers upwards"),
        *("The latest even number", "How does it find the answer?", "Walkthrough"),
        *("What is inside?", "Does it learn?", "Ledger", "Appendix"),
        *("The latest even number (plus_last_even_recipe)", "No layers"),
        *("Glossary", "How it works", "Trust", "Make your own", "For maintainers"),
    ]
    assert [labels.index(label) for label in wanted] == sorted(map(labels.index, wanted))
    assert "Plus last even" not in labels
    assert "Faults" not in labels  # closed sections are not on every page


def test_no_page_is_too_large_and_search_leaves_tables_out(site: Path) -> None:
    large = {
        place: (site / place / "index.html") for place, _ in pages_of(site) if "404" not in place
    }
    assert not {k: n for k, p in large.items() if (n := p.stat().st_size) > MOST_HTML}
    index = json.loads((site / "search/search_index.json").read_text())["docs"]
    of = lambda name: [e for e in index if e["location"].startswith(f"rules/{name}/")]
    for name in REPORTS:
        assert 0 < len(json.dumps(of(name))) < MOST_SEARCH, name
    said = "".join(entry["text"] for entry in of("plus_last_even"))
    assert "--fact " not in said  # of the ledger
    assert "reportgen show" not in said.replace("a terminal: <code>reportgen show", "")  # of cards


def test_the_search_knows_each_figure_by_its_number(site: Path) -> None:
    """By a title of its own, which leads to its caption; what stands below is the section's."""
    index = json.loads((site / "search/search_index.json").read_text())["docs"]
    chapter = {
        entry["location"].removeprefix(PAGES["chapter"]): entry
        for entry in index
        if entry["location"].startswith(PAGES["chapter"])
    }
    figure = chapter["#caption-learning-curve"]
    assert figure["title"].startswith("Figure 02. Loss")
    assert re.sub("<[^>]*>", "", figure["text"]).strip() == "How to read learning-curve."
    assert "halfway" in chapter[""]["text"]  # it stands below the figure


def test_every_link_leads_somewhere_below_a_sub_path(site: Path, address: str) -> None:
    """Links, assets and anchors of every page, of the page for what is not found, which a server
    shows at any depth, and of the map of the site.
    """
    pages = {urljoin(address, LOST.get(place, place)): page for place, page in pages_of(site)}
    there, wrong = dict[str, bool](), list[str]()

    def is_there(target: str) -> bool:
        if target not in there:
            with urlopen(target) as answer:
                there[target] = answer.status == 200
        return there[target]

    for place, page in pages.items():
        for link in page.links:
            target, anchor = urldefrag(urljoin(place, link.replace(ADDRESS, address)))
            if urlsplit(target).netloc != urlsplit(address).netloc:
                continue
            try:
                found = target.startswith(address) and is_there(target)
            except OSError:
                found = False
            known = pages[target].ids if target in pages else {unquote(anchor)}
            if not found or unquote(anchor) not in known:
                wrong.append(f"{place}: {link}")
    assert not wrong
    listed = [each.text for each in ElementTree.parse(site / "sitemap.xml").iter() if each.text]
    listed = [each for each in listed if each.startswith("http")]
    assert all(is_there(each.replace(ADDRESS, address)) for each in listed)
    assert len(listed) > 60
    assert ADDRESS + PAGES["chapter"] in listed


@pytest.mark.browser
def test_search_finds_what_is_looked_for(chromium: Any, address: str) -> None:
    """Among the first five pages that are shown."""
    page, missed = chromium.new_page(), dict[str, list[str]]()
    page.goto(address)
    for query, wanted in QUERIES.items():
        page.goto(f"{address}?q={query}")
        page.wait_for_selector(".md-search-result__item h1", timeout=60_000)
        page.wait_for_timeout(300)
        shown = page.eval_on_selector_all(
            ".md-search-result__item",
            "all => all.slice(0, 5).map(e => e.querySelector('h1').textContent)",
        )
        if not any(" ".join(title.split()).startswith(wanted) for title in shown):
            missed[query] = shown
    page.close()
    assert not missed


@pytest.mark.browser
@pytest.mark.parametrize("after", ["", "?q=position", "?h=position"])
@pytest.mark.parametrize("way", ["/", "s", "f", "click", "phone"])
def test_the_index_of_the_search_comes_when_it_is_opened(
    chromium: Any, address: str, way: str, after: str
) -> None:
    """Once; at once where the address asks for results, or for words to be marked on the page."""
    page = chromium.new_page(viewport=dict(width=390 if way == "phone" else 1280, height=800))
    asked, wrong = list[str](), list[str]()
    page.on("request", lambda r: asked.append(r.url) if "search_index" in r.url else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.goto(f"{address}{PAGES['chapter']}{after}", wait_until="networkidle")
    assert len(asked) == bool(after)
    if not after.startswith("?q"):
        if way == "phone":
            page.locator("label.md-header__button[for=__search]").click()
        elif way == "click":
            page.locator(".md-search__input").click()
        else:
            page.keyboard.press(way)
        page.keyboard.type("position", delay=5)
    page.wait_for_selector(".md-search-result__item h1")
    assert len(asked) == 1
    assert wrong == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_can_be_read_by_everyone(chromium: Any, address: str, scheme: str) -> None:
    """Nothing that axe calls serious, in either colour scheme."""
    from axe_playwright_python.sync_playwright import Axe

    context, found = chromium.new_context(color_scheme=scheme), list[str]()
    page = context.new_page()
    for kind, place in PAGES.items():
        page.goto(address + place)
        page.wait_for_load_state("networkidle")
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                nodes = [" ".join(node["target"]) for node in violation["nodes"]]
                found.append(f"{kind}: {violation['id']}: {len(nodes)}: {nodes[:3]}")
    context.close()
    assert not found
