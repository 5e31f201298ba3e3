"""On paper a page is for reading: light, without what is pressed, a figure on one page."""

from typing import Any

import pytest
from filmwork import TALL, Player

pytestmark = pytest.mark.browser
PAGE = 297 - 2 * 18  # millimetres that a sheet of A4 has between its margins
NOT_PRINTED = (
    *(".md-header", ".md-sidebar--primary", ".md-sidebar--secondary", ".md-footer", ".rg-player"),
    *("video", ".headerlink", ".rg-figure:not(.rg-film) .rg-get", "dialog", ".rg-phone"),
)


@pytest.mark.parametrize("scripts", [True, False], ids=["", "without scripts"])
def test_a_printed_page_is_for_reading(open_page: Any, scripts: bool) -> None:
    """From a dark page: light, without what is pressed; a film is its last frame and its place."""
    page = open_page(color_scheme="dark", java_script_enabled=scripts)
    if scripts:
        Player(page).slider.fill("4")
        Player(page).comes_to(4)
    page.emulate_media(media="print", color_scheme="dark")
    for part in NOT_PRINTED:
        assert not [one for one in page.locator(part).all() if one.is_visible()], part
    film = page.locator(".rg-film").first
    assert film.locator("img").is_visible()
    for part in (".rg-claim > p", ".rg-evidence", ".rg-verdict", ".rg-figure figcaption strong"):
        assert page.locator(part).first.is_visible(), part
    folded = page.locator("details").first
    assert folded.get_attribute("open") is None
    for part in ("summary", "img", "figcaption"):
        assert folded.locator(part).first.is_visible(), part
        assert folded.locator(part).first.bounding_box()["height"] > 10, part
    if not scripts:
        return
    said = film.locator('a[href$=".mp4"]').evaluate("a => getComputedStyle(a, '::after').content")
    assert said == f'": {page.url}films/output-dynamics.mp4"'
    style = "part => { const s = getComputedStyle(part); return [s.color, s.colorScheme]; }"
    assert page.locator(".rg-claim > p").first.evaluate(style) == ["rgb(17, 17, 17)", "light"]
    tall = page.locator(".rg-figure").first
    assert tall.locator("img").first.bounding_box()["height"] * 25.4 / 96 < PAGE - 50, TALL
    assert tall.evaluate("figure => getComputedStyle(figure).breakInside") == "avoid"
    assert page.pdf(format="A4").count(b"/Type /Page\n") <= 4
