"""A figure grows where it is pressed, is moved and resized, and leaves the page as it was."""

from typing import Any

import pytest
from filmwork import TALL, WIDE

pytestmark = pytest.mark.browser
PHONE = dict(viewport=dict(width=390, height=844), has_touch=True, is_mobile=True)


def sizes(page: Any, which: int) -> tuple[float, float, float, float]:
    """Width and height of a figure on the page, and enlarged by Enter."""
    link = page.locator(".rg-grow:visible").nth(which)
    before = link.locator("img").bounding_box()
    link.focus()
    page.keyboard.press("Enter")
    after = page.locator(".rg-stage img").bounding_box()
    return before["width"], before["height"], after["width"], after["height"]


@pytest.mark.parametrize("which", [0, 1], ids=[TALL, WIDE])
@pytest.mark.parametrize("screen", ["desk", "phone"])
def test_it_always_grows(open_page: Any, which: int, screen: str) -> None:
    """At a desk it is as wide as the window; all of it can be seen; Escape gives the focus back."""
    page = open_page(**PHONE if screen == "phone" else {})
    width, height, wide, high = sizes(page, which)
    assert wide >= 1.49 * width
    assert high / wide == pytest.approx(height / width, rel=0.01)
    page.get_by_role("button", name="All of it").click()
    all_of_it, stage = (page.locator(f".rg-stage{e}").bounding_box() for e in (" img", ""))
    assert all_of_it["height"] <= stage["height"]
    assert all_of_it["width"] <= stage["width"]
    page.keyboard.press("Escape")
    assert not page.locator("dialog[open]").count()
    link = page.locator(".rg-grow:visible").nth(which)
    assert link.evaluate("link => link === document.activeElement")


def test_it_is_moved_and_resized(open_page: Any) -> None:
    """By dragging, by keys, and by the wheel with Ctrl; a click beside it closes."""
    page = open_page()
    sizes(page, 0)
    stage, image = page.locator(".rg-stage"), page.locator(".rg-stage img")
    top = lambda: stage.evaluate("stage => stage.scrollTop")
    page.mouse.move(600, 600), page.mouse.down()
    page.mouse.move(600, 400, steps=4), page.mouse.up()
    assert top() == pytest.approx(200, abs=2)
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(300)
    assert top() > 220
    width = image.bounding_box()["width"]
    page.keyboard.press("+")
    assert image.bounding_box()["width"] == pytest.approx(1.25 * width, abs=1)
    page.keyboard.press("-")
    share = lambda box: [(300 - box["x"]) / box["width"], (500 - box["y"]) / box["height"]]
    before = share(image.bounding_box())
    page.mouse.move(300, 500)
    page.keyboard.down("Control"), page.mouse.wheel(0, -100), page.keyboard.up("Control")
    page.wait_for_timeout(100)
    assert image.bounding_box()["width"] > 1.3 * width
    assert share(image.bounding_box()) == pytest.approx(before, abs=0.005)
    page.keyboard.press("0")
    page.mouse.click(20, 600)
    assert not page.locator("dialog[open]").count()


def test_two_fingers_resize_it(open_page: Any) -> None:
    page = open_page(**PHONE)
    hint = "figcaption => getComputedStyle(figcaption, '::before').content"
    assert "enlarge" in page.locator(".rg-figure figcaption").first.evaluate(hint)
    width = sizes(page, 1)[2]
    touch = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 50), ("touchMove", 60), ("touchMove", 100)):
        points = [dict(x=195 + side * apart, y=400, id=i) for i, side in enumerate((-1, 1))]
        touch.send("Input.dispatchTouchEvent", dict(type=kind, touchPoints=points))
    touch.send("Input.dispatchTouchEvent", dict(type="touchEnd", touchPoints=[]))
    page.wait_for_timeout(100)
    assert page.locator(".rg-stage img").bounding_box()["width"] == pytest.approx(
        2 * width, rel=0.05
    )
    page.get_by_role("button", name="Close").click()
    assert not page.locator("dialog[open]").count()
