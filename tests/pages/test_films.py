"""Readers play a film, or go through it checkpoint by checkpoint, with pointer, keys or thumb; it
is loaded when they do, and plays when they say so.
"""

from typing import Any

import pytest
from filmwork import STEPS, Player

pytestmark = pytest.mark.browser
LAST = len(STEPS) - 1


def test_nothing_is_loaded_or_played_before_it_is_asked_for(open_page: Any) -> None:
    page = open_page()
    film, other = Player(page), Player(page, 1)
    film.figure.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert not page.asked
    assert not page.locator("video").count()
    film.comes_to(LAST)  # the poster
    film.play.click()
    film.until(lambda: 0 < film.checkpoint() < LAST)
    assert len(page.asked) == 1
    other.play.click()  # one at a time
    film.until(lambda: film.play.is_visible() and other.pause.is_visible())
    other.pause.click()
    other.play.wait_for()
    assert len(page.asked) == 2


def test_every_checkpoint_can_be_gone_to(open_page: Any) -> None:
    """By the slider and by both buttons; slider, label and picture say the same."""
    film = Player(open_page())
    for checkpoint in (3, 0, LAST, LAST - 1, 7, 1):
        film.slider.fill(str(checkpoint))
        film.comes_to(checkpoint)
    film.figure.get_by_role("button", name="Checkpoint after").click()
    film.comes_to(2)
    for checkpoint in (1, 0, 0):
        film.figure.get_by_role("button", name="Checkpoint before").click()
        film.comes_to(checkpoint)
    assert len(film.page.asked) == 1


def test_the_last_of_many_wishes_is_fulfilled(open_page: Any) -> None:
    film = Player(open_page())
    film.slider.fill("5")
    film.comes_to(5)
    film.slider.evaluate(
        """async slider => {
            for (let i = 0; i < 40; i++) {
                slider.value = i % 11;
                slider.dispatchEvent(new Event("input"));
                await new Promise(done => setTimeout(done));
            }
        }"""
    )
    film.comes_to(39 % 11)


def test_it_plays_to_its_end_at_the_speed_that_is_chosen(open_page: Any) -> None:
    film = Player(open_page())
    film.figure.get_by_label("Speed").select_option("4")
    film.play.click()
    film.until(lambda: film.slider.input_value() == "0" or film.pause.is_visible())
    assert film.figure.locator("video").evaluate("film => film.playbackRate") == 4
    film.play.wait_for()
    film.comes_to(LAST)


def test_keys_alone_are_enough(open_page: Any) -> None:
    """What has the focus is seen to have it."""
    page = open_page()
    film, press = Player(page), page.keyboard.press
    focus = lambda: page.evaluate(
        "() => { const one = document.activeElement, style = getComputedStyle(one);"
        " return [one.getAttribute('aria-label'), style.outlineStyle, style.outlineWidth]; }"
    )
    film.play.focus()
    order = ["Play", "Checkpoint before", "Checkpoint after", "Checkpoint", "Speed"]
    for i, name in enumerate(order):
        press("Tab") if i else press("Shift")  # so that the focus is one of keys
        assert focus() == [name, "solid", "2px"]
    press("Shift+Tab")
    for key, checkpoint in dict(Home=0, ArrowRight=1, ArrowUp=2, ArrowLeft=1, End=LAST).items():
        press(key)
        film.comes_to(checkpoint)
    press("Space")
    film.pause.wait_for()
    press("Space")
    film.play.wait_for()
    film.play.focus()
    for key, checkpoint in dict(End=LAST, Home=0).items():
        press(key)
        film.comes_to(checkpoint)
    press("ArrowRight")
    film.comes_to(1)
    press("Space")
    film.pause.wait_for()
    press("Space")
    film.play.wait_for()


def test_where_motion_is_unwelcome_only_the_button_starts_it(open_page: Any) -> None:
    film = Player(open_page(reduced_motion="reduce"))
    picture = film.figure.locator("p").first
    picture.click()
    film.slider.fill("4")
    film.comes_to(4)
    picture.click()
    film.page.wait_for_timeout(250)
    film.comes_to(4)
    assert film.figure.get_by_label("Speed").input_value() == "0.25"
    film.play.click()
    film.until(lambda: film.checkpoint() > 4)
    picture.click()
    film.play.wait_for()


def test_on_a_phone_a_film_is_as_wide_as_the_window(open_page: Any) -> None:
    page = open_page(viewport=dict(width=390, height=844), has_touch=True, is_mobile=True)
    film = Player(page)
    for seen in ("img", "video"):
        box = film.figure.locator(f"p {seen}").bounding_box()
        assert (box["x"], box["width"]) == (0, 390)
        film.slider.fill("4")
        film.comes_to(4)
    below = film.figure.locator(".rg-player").bounding_box()["y"]
    assert below >= box["y"] + box["height"]
    for button in film.figure.get_by_role("button").all():
        assert min(button.bounding_box()[side] for side in ("width", "height")) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_a_dark_page_what_surrounds_a_film_is_dark(open_page: Any) -> None:
    """Poster and video too, before they have anything to show."""
    film = Player(open_page(color_scheme="dark"))
    film.slider.fill("4")
    film.comes_to(4)
    for part in ("p", "p img", "p video"):
        ground = film.figure.locator(part).first.evaluate(
            "part => getComputedStyle(part).backgroundColor.match(/[\\d.]+/g).map(Number)"
        )
        assert len(ground) == 3, f"{part} is not opaque"
        assert max(ground) < 80


def test_without_scripts_a_film_is_a_picture_that_leads_to_it(open_page: Any) -> None:
    page = open_page(java_script_enabled=False)
    link = page.locator(".rg-film a.film").first
    assert link.get_attribute("href").endswith("films/output-dynamics.mp4")
    assert link.locator("img").is_visible()
    assert not page.locator(".rg-player").count()
    link.click()
    page.wait_for_url("**/output-dynamics.mp4")
    assert page.asked


def test_a_film_that_does_not_come_leads_to_its_file(open_page: Any) -> None:
    page = open_page()
    page.route("**/*.mp4", lambda route: route.fulfill(status=404))
    film = Player(page)
    film.play.click()
    film.figure.get_by_role("link", name="its file").wait_for()
    film.play.wait_for()
    assert film.figure.locator("img").is_visible()
    page.wrong.clear()  # the answer that it is not there
    page.unroute("**/*.mp4")
    film.slider.fill("3")
    film.comes_to(3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_use_them(open_page: Any, scheme: str) -> None:
    """Nothing that axe finds in figures and films, nor in an enlarged figure."""
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(color_scheme=scheme)
    Player(page).slider.fill("4")
    Player(page).comes_to(4)
    found = list[str]()
    for place in (".md-content", ".rg-zoom"):
        if place == ".rg-zoom":
            page.locator(".rg-grow:visible").first.click()
        for violation in Axe().run(page, context=place).response["violations"]:
            found += [f"{violation['id']}: {node['target']}" for node in violation["nodes"]]
    assert not found
