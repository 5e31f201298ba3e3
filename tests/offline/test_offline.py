"""The zip of a site, unpacked: its pages, opened as files in a browser, do what they do when they
are served; and what is said where there can be no zip.
"""

import errno
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag
from zipfile import ZipFile

import pytest
from filmwork import Player
from offlinework import offline, opened, project, unpacked

from reportgen.project import Project

HTML = re.compile(r"""<(\w+)\b[^>]*?\s(?:href|src|poster)=["']([^"'>]*)["']""")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return project(tmp_path_factory.mktemp("offline") / "project")


@pytest.fixture(scope="module")
def site(made: Project) -> Path:
    done = offline(made)
    assert done.exit_code == 0, done.output
    path = made.root / "offline.zip"
    size = f"{path.stat().st_size / 1e6:.1f} MB"
    assert done.stdout == f"{path}: 2 reports, {size}; unpack it and open index.html\n"
    assert done.stderr == ""
    return unpacked(path, made.root / "unpacked here")


@pytest.fixture
def show(chromium: Any, site: Path) -> Iterator[Callable[..., Any]]:
    """Opens a page of it, which has to complain of nothing and ask nobody."""
    pages = list[Any]()

    def open_it(place: str, after: str = "") -> Any:
        pages.append(opened(chromium, site / place / "index.html", after))
        return pages[-1]

    yield open_it
    for page in pages:
        page.close()
    assert not [words for page in pages for words in page.wrong]


def astray(site: Path) -> list[str]:
    """Links, pictures, scripts and anchors of pages that lead to no file, or to no anchor."""
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    wrong = list[str]()
    for page, text in texts.items():
        for tag, link in HTML.findall(text):
            path, anchor = urldefrag(unescape(link))
            if re.match(r"\w+:|//", path) or (tag == "link" and not path.endswith(".css")):
                continue
            target = (page.parent / unquote(path.partition("?")[0])).resolve() if path else page
            there = target.is_file() and target.is_relative_to(site.resolve())
            if not there or (anchor and f'id="{unquote(anchor)}"' not in texts.get(target, "")):
                wrong.append(f"{page.relative_to(site)}: {link}")
    return wrong


def test_every_link_leads_to_a_file(site: Path) -> None:
    assert len([*site.rglob("*.html")]) == 15
    assert not astray(site)
    texts = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    assert not [text for text in texts if "404.html" in text or 'type="module"' in text]
    assert not (site / "404.html").exists()
    scripts = sorted(path.stem for path in (site / "assets").glob("*.js"))
    assert scripts == ["figures", "films", "reportgen", "search", "zoom"]


@pytest.mark.browser
def test_pages_lead_to_pages_and_anchors(show: Callable[..., Any]) -> None:
    page = show("")
    assert page.evaluate("document.fonts.check('16px Roboto')")
    page.click("article a:has-text('One')")
    page.wait_for_url("**/report/rules/one/index.html#measured")
    page.go_back()
    page.click("article a:has-text('All in one table')")
    page.wait_for_url("**/report/rules/compare/index.html")
    page.click(".md-header__title >> text=reportgen")
    page.click(".md-logo >> nth=0")
    page.wait_for_url("**/report/index.html")


@pytest.mark.browser
def test_the_playground_answers_and_counts(show: Callable[..., Any]) -> None:
    page = show("rules/two/playground")
    page.wait_for_selector(".rg-live-say:not(:empty)")
    page.fill(".rg-live-board input[type=text]", "1 4 3 +")
    page.wait_for_selector("text=the rule demands 4, which stands at position 1")
    page.select_option(".rg-live-choices >> nth=1 >> select", "5")
    page.click("button:has-text('Try every context')")
    page.wait_for_selector("text=The report says the same, by position and by answer.")
    page.wait_for_url("**/index.html#tokens=1+4+3+%2B")


@pytest.mark.browser
def test_a_page_borrows_the_playground_of_another(show: Callable[..., Any]) -> None:
    page = show("")
    page.wait_for_selector(".rg-live-say:not(:empty)")
    page.click("text=Open the playground")
    page.wait_for_url("**/report/rules/two/playground/index.html**")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_figures_grow_and_tell_their_values(show: Callable[..., Any], scheme: str) -> None:
    page = show("rules/one")
    if scheme == "slate":
        page.click("label[title='Switch to the dark page']")
    assert page.get_attribute("body", "data-md-color-scheme") == scheme
    held = page.locator("figure p[role=group]")
    held.focus()
    page.wait_for_function("performance.getEntriesByName(document.querySelector('.rg-marks').href)")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("text=steps back 1")
    page.click("a.rg-grow")
    assert page.locator("dialog.rg-zoom[open] img").evaluate("i => i.decode().then(() => true)")


@pytest.mark.browser
def test_a_film_is_gone_through_and_played(show: Callable[..., Any]) -> None:
    page = show("shown")
    player = Player(page)
    player.figure.get_by_role("button", name="Checkpoint before").click()
    player.until(lambda: player.slider.input_value() == "10")
    video = player.figure.locator("video")
    player.until(lambda: video.count() == 1 and not video.evaluate("v => v.seeking"))
    at = video.evaluate("v => v.currentTime")
    player.play.click()
    player.until(lambda: video.evaluate("v => v.currentTime") > at)


@pytest.mark.browser
def test_search_finds_pages(show: Callable[..., Any]) -> None:
    page = show("rules/one")
    page.click(".md-search__input")
    page.keyboard.type("ledger of two")
    page.click(".md-search-result__item a:has-text('The ledger of two')")
    page.wait_for_url("**/report/rules/two/ledger/index.html**")
    assert page.locator("article mark").count() > 0


def test_some_reports_alone(made: Project, site: Path, tmp_path: Path) -> None:
    """The pages of all speak of these, links lead somewhere, and the project is as it was; and the
    same zip comes out again, over the one that is there.
    """
    before = {p: p.read_bytes() for p in made.root.rglob("*") if p.is_file()}
    path = tmp_path / "two.zip"
    done = offline(made, "--rule", "two", "--output", str(path))
    assert done.exit_code == 0, done.output
    assert ": two, " in done.stdout
    first = path.read_bytes()
    assert offline(made, "--rule", "two", "--output", str(path)).exit_code == 0
    assert path.read_bytes() == first
    after = {p: p.read_bytes() for p in made.root.rglob("*") if p.is_file()}
    assert after == before
    shown = unpacked(path, tmp_path)
    assert not (shown / "rules" / "one").exists()
    assert "Rule one" not in (shown / "rules" / "index.html").read_text(encoding="utf-8")
    assert "Rule two" in (shown / "rules" / "index.html").read_text(encoding="utf-8")
    # the start page is written by hand
    assert done.stderr == "index.html leads to rules/one/index.md#measured, which is not there\n"
    assert astray(shown) == ["index.html: rules/one/index.md#measured"]


def test_what_no_zip_can_be_written_over(made: Project, tmp_path: Path) -> None:
    other = tmp_path / "other.zip"
    with ZipFile(other, "w") as zipped:
        zipped.writestr("a", "a")
    (tmp_path / "text.zip").write_text("mine")
    for path in (other, tmp_path / "text.zip"):
        before, done = path.read_bytes(), offline(made, "--output", str(path))
        assert (done.exit_code, path.read_bytes()) == (2, before)
        assert done.stderr == (
            f"{path} is there already, and `reportgen offline` has not made it; move it away, or"
            " name another file with --output\n"
        )
    done = offline(made, "--output", str(tmp_path))
    assert done.exit_code == 2
    assert done.stderr == (
        f"{tmp_path} is a folder; name a file: --output {tmp_path / 'offline.zip'}\n"
    )
    lost = tmp_path / "nowhere" / "a.zip"
    done = offline(made, "--output", str(lost))
    assert done.exit_code == 2
    assert done.stderr == (
        f"{lost}: there is no folder {lost.parent}; make it, or name another one\n"
    )


def test_what_is_not_built(made: Project, tmp_path: Path) -> None:
    done = offline(made, "--rule", "tow", "--output", str(tmp_path / "a.zip"))
    assert done.exit_code == 2
    assert done.stderr == (
        "no report 'tow' is built (did you mean 'two'?); `reportgen build --rule NAME` builds one,"
        " and there are one, two\n"
    )
    (tmp_path / "mkdocs.yml").write_text("site_name: empty\n")
    done = offline(Project(tmp_path))
    assert done.exit_code == 2
    assert done.stderr == (
        "nothing is built yet; `reportgen build --rule NAME` builds a report, and --all every one\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mkdocs.yml"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What mkdocs makes is one page."""

    def makes(page: str) -> None:
        def mkdocs(shown: Project, program: tuple[str, ...], named: object) -> None:
            site = Path(program[-1])
            site.mkdir()
            (site / "index.html").write_text(page)

        monkeypatch.setattr("reportgen.offline.offline.mkdocs", mkdocs)

    return makes


def test_a_full_disk_leaves_nothing_half_written(
    made: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick: Callable[[str], None]
) -> None:
    quick("a page")
    path = tmp_path / "a.zip"
    assert offline(made, "--output", str(path)).exit_code == 0
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(ZipFile, "writestr", full)
    done = offline(made, "--output", str(path))
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{path}: No space left on device")
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [before]


def test_what_pages_lack_is_told(
    made: Project, tmp_path: Path, quick: Callable[[str], None]
) -> None:
    quick('<a href="https://a.example/">a</a><img alt="" src="https://b.example/b.png">')
    done = offline(made, "--output", str(tmp_path / "a.zip"))
    assert done.exit_code == 0
    assert done.stderr == (
        "index.html loads something from b.example, and lacks it without a network\n"
    )
    quick("".join(f'<a href="{i}.html">a</a>' for i in range(12)))
    done = offline(made, "--output", str(tmp_path / "a.zip"))
    told = [f"index.html leads to {i}.html, which is not there\n" for i in range(10)]
    assert done.stderr == "".join(told) + "and 2 more\n"
