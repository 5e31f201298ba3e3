"""The playground as a reader uses it: typing, pointing, dragging, keys, the slider, the switches,
the address, the count, and what is said where something is wrong.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import committed
from livework import board_folder, opened

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, served: Callable[[Path], str]
) -> Callable[[str], str]:
    known: dict[str, str] = {}

    def of(name: str) -> str:
        if name not in known:
            known[name] = served(board_folder(name, tmp_path_factory.mktemp(name)))
        return known[name]

    return of


@pytest.fixture
def board(chromium: Any, address: Callable[[str], str]) -> Iterator[Callable[..., Any]]:
    """Open a playground; at the end nothing has gone wrong on the page, and nothing was asked of
    another host.
    """
    pages = []

    def open_it(name: str = "learnt", page: str = "full", hash_: str = "") -> Any:
        made = opened(chromium, address(name), f"{page}.html{hash_}")
        made.wait_for_selector(".rg-live-say:not(:empty)")
        pages.append(made)
        return made

    yield open_it
    for page in pages:
        assert page.wrong == []
        page.close()


def said(page: Any) -> str:
    page.wait_for_timeout(60)  # a frame
    return str(page.inner_text(".rg-live-say"))


def test_typing_a_sequence(board: Callable[..., Any]) -> None:
    page = board()
    page.fill("input[type=text]", "1 4 3 +")
    assert "the rule demands 4, which stands at position 1" in said(page)
    assert page.locator("button.rg-live-token").count() == 4
    page.fill("input[type=text]", "4 x <b>7</b> +")
    assert "no such token: x <b>7</b>" in page.inner_text(".rg-live-note")
    assert page.locator(".rg-live-board b:has-text('7')").count() <= 1  # of the bars
    page.fill("input[type=text]", "1 2 3 4 5 6 7 8 9 +")
    said(page)
    assert page.locator("button.rg-live-token").count() == 8
    assert "reads 8 tokens" in page.inner_text(".rg-live-note")
    page.fill("input[type=text]", "  ")
    assert "Type at least one token" in page.inner_text(".rg-live-note")


def test_keys_of_tokens_append_and_replace(board: Callable[..., Any]) -> None:
    page = board()
    page.fill("input[type=text]", "2 3 +")
    said(page)
    page.click(".rg-live-keys button:has-text('5')")
    said(page)
    assert page.input_value("input[type=text]") == "2 3 + 5"
    page.click("button.rg-live-token >> nth=0")
    page.click(".rg-live-keys button >> nth=8")
    said(page)
    assert page.input_value("input[type=text]") == "8 3 + 5"


def test_a_token_is_dragged_onto_another(board: Callable[..., Any]) -> None:
    page = board()
    page.fill("input[type=text]", "2 3 5 +")
    said(page)
    page.drag_and_drop("button.rg-live-token >> nth=0", "button.rg-live-token >> nth=2")
    said(page)
    assert page.input_value("input[type=text]") == "3 5 2 +"


def test_pointing_locks_and_escape_lets_go(board: Callable[..., Any]) -> None:
    page = board()
    page.fill("input[type=text]", "2 + 4 +")
    after = page.inner_text(".rg-live-said")
    page.hover("button.rg-live-token >> nth=1")
    assert "After position 1 the rule demands 2" in said(page)
    assert page.inner_text(".rg-live-said") == after  # of the last position, whatever is looked at
    page.hover("h1")
    assert "After position 3 the rule demands 4" in said(page)
    page.click("button.rg-live-token >> nth=1")
    page.hover("h1")
    assert "After position 1" in said(page)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    assert "After position 3" in said(page)


def test_keys_alone_are_enough(board: Callable[..., Any]) -> None:
    page = board()
    page.fill("input[type=text]", "2 + 4 +")
    page.focus("button.rg-live-token >> nth=3")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert "After position 1" in said(page)
    page.keyboard.press("Delete")
    said(page)
    assert page.input_value("input[type=text]") == "2 4 +"
    page.focus(".rg-live-end")
    page.keyboard.press("ArrowRight")
    assert "with the end of the path moved" in said(page)
    page.keyboard.press("Escape")
    assert "moved" not in said(page)


def test_the_slider_moves_everything(board: Callable[..., Any]) -> None:
    page = board()
    page.fill("input[type=text]", "2 3 +")
    before = page.inner_text(".rg-live-bars"), page.inner_html(".rg-live-plane")
    page.focus("input[type=range]")
    page.keyboard.press("Home")
    said(page)
    assert page.inner_text(".rg-live-bars") != before[0]
    assert page.inner_html(".rg-live-plane") != before[1]
    assert page.inner_text("label[for^=rg-live-step]").startswith("Step 0 of 20\u202f000")


def test_parts_are_taken_away(board: Callable[..., Any]) -> None:
    """What the switches say is what an intervention in Python says."""
    import numpy as np

    from reportgen.core.interventions import run

    study = committed("learnt")
    names = list(study.tokens)
    ids = np.array([[names.index(t) for t in "6 + 4 3 +".split()]])
    m, w = study.config.model, study.weights
    zeros = np.zeros((1, 5, m.d_model))
    uniform = (np.tri(5) / np.arange(1, 6)[:, None])[None, None]
    expected = {
        "none": run(m, w, ids, replace={("attn_out", 0): zeros}),
        "uniform": run(m, w, ids, replace={("pattern", 0): uniform}),
    }
    page = board()
    page.fill("input[type=text]", "6 + 4 3 +")
    for way, told in expected.items():
        page.select_option("select >> nth=0", way)
        said(page)
        shown = [float(x or 0) for x in page.locator(".rg-live-value").all_inner_texts()]
        logits = told.logits[0, -1]
        wanted = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        assert np.abs(np.array(shown) - wanted).max() < 1.1e-3
    page.select_option("select >> nth=0", "trained")
    page.uncheck("input[type=checkbox] >> nth=0")
    off = run(m, w, ids, replace={("mlp_out", 0): zeros}).logits[0, -1]
    assert f"the first choice is {names[int(off.argmax())]} " in said(page)


def test_the_point_is_dragged(board: Callable[..., Any]) -> None:
    page = board()
    page.fill("input[type=text]", "2 3 +")
    said(page)
    page.locator(".rg-live-plane").scroll_into_view_if_needed()
    box = page.locator(".rg-live-end").bounding_box()
    plane = page.locator(".rg-live-plane").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(plane["x"] + plane["width"] / 2, plane["y"] + plane["height"] / 2, steps=4)
    page.mouse.up()
    assert "with the end of the path moved" in said(page)


def test_the_address_shows_the_same(board: Callable[..., Any]) -> None:
    page = board()
    page.fill("input[type=text]", "2 3 4 +")
    page.select_option("select >> nth=0", "uniform")
    page.focus("input[type=range]")
    page.keyboard.press("Home")
    page.select_option("select:has(option[value=weighted])", "weighted")
    page.click("button.rg-live-token >> nth=1")
    page.hover("h1")
    page.wait_for_timeout(400)
    words, hash_ = said(page), page.evaluate("location.hash")
    again = board(hash_=hash_)
    assert said(again) == words
    for part in (".rg-live-bars", ".rg-live-row"):
        assert again.inner_text(part) == page.inner_text(part)
    assert again.input_value("select:has(option[value=weighted])") == "weighted"


@pytest.mark.parametrize(
    ("hash_", "ignored"),
    [
        ("#tokens=%3Cscript%3Ealert(1)%3C/script%3E", "tokens"),
        ("#tokens=2+3&seed=77&step=abc&attention=sideways", "seed, step, attention"),
        ("#ids=1.99.2&shown=sideways", "ids, shown"),
        ("#ids=1..2", "ids"),
        ("#head=9.9&point=NaN,1&focus=99", "focus, head, point"),
        ("#" + "tokens=" + "2+" * 9000, ""),
        ("#%E0%A4%A", ""),
    ],
)
def test_nonsense_in_the_address(board: Callable[..., Any], hash_: str, ignored: str) -> None:
    page = board(hash_=hash_)
    assert ignored in page.inner_text(".rg-live-note")
    assert page.locator("script:not([src])").count() == 0


def test_a_network_of_each_system(board: Callable[..., Any]) -> None:
    for name in ("inputs_learnt", "repeats_learnt", "one_layer_learnt", "full_learnt"):
        page = board(name)
        page.click("summary >> nth=0")
        page.wait_for_timeout(100)
        assert page.locator(".rg-live-lens table").count() == 2
        assert page.locator(".rg-live-lens tbody tr").count() > 3
        assert "first choice" in said(page)


def test_a_network_without_layers_has_nothing_to_take_away(board: Callable[..., Any]) -> None:
    page = board("text_learnt")
    assert "first choice" in said(page)
    assert page.locator(".rg-live-bar").count() > 3
    assert page.locator("select:has(option[value=trained])").count() == 0
    assert page.locator(".rg-live-board input[type=checkbox]").count() == 0
    assert page.locator(".rg-live-lens").count() == 0


def test_an_output_is_made_from_a_digit(board: Callable[..., Any]) -> None:
    """The digit at the mirrored position is one less, not the answer itself."""
    page = board("inputs_learnt")
    page.fill("input[type=text]", "BOS 3 1 0 1 2 1 2")
    assert "the rule demands 0, made from position 1; the first choice is 0" in said(page)


def test_a_text_is_read_letter_by_letter(board: Callable[..., Any]) -> None:
    page = board("full_learnt")
    page.fill("input[type=text]", "the end")
    said(page)
    assert page.locator("button.rg-live-token").count() == 7
    assert page.locator("button.rg-live-token >> nth=3").inner_text().startswith("␣")


def test_every_context_is_counted_as_in_the_report(board: Callable[..., Any]) -> None:
    page = board()
    page.select_option(".rg-live-choices >> nth=1 >> select", "5")
    page.click("button:has-text('Try every context')")
    page.wait_for_selector(
        "text=The report says the same, by position and by answer.", timeout=60000
    )
    assert page.locator(".rg-live-tally table").count()
    page.focus("input[type=range]")
    page.keyboard.press("Home")
    page.wait_for_selector("text=Another network is chosen; count again.")
    assert not page.locator(".rg-live-tally table").count()
    page.click("button:has-text('Try every context')")
    page.wait_for_selector("text=The report counted", timeout=60000)


def test_what_cannot_be_counted_is_said(board: Callable[..., Any]) -> None:
    page = board()
    page.select_option("select >> nth=0", "typical")
    page.click("button:has-text('Try every context')")
    words = page.inner_text("progress + [role=status]")
    assert words.startswith(
        "Not counted: with attention “only the answer, one point for each token”"
    )
    assert words.endswith("choose “as trained”, “none”, “the same for all” or “only the answer”.")
    assert page.locator("button:has-text('Try every context')").is_enabled()


def test_a_count_is_cancelled(board: Callable[..., Any]) -> None:
    page = board()
    page.click("button:has-text('Try every context')")
    page.click("button:has-text('Cancel')")
    assert page.locator("text=Cancelled.").count() == 1
    assert page.locator("button:has-text('Try every context')").is_enabled()


def test_the_small_form_leads_to_the_playground(board: Callable[..., Any]) -> None:
    page = board(page="small")
    assert page.locator(".rg-live-plane").count() == 0
    assert page.get_attribute(".rg-live-more", "href").endswith("/full.html")


@pytest.mark.parametrize("name", ["learnt", "inputs_learnt", "repeats_learnt", "full_learnt"])
def test_a_sequence_of_a_page_is_opened_by_one_click(board: Callable[..., Any], name: str) -> None:
    """By the ids of its tokens, whatever they are called."""
    page = board(name, page="small")
    page.click("text=open in the playground")
    page.wait_for_url("**/full.html#ids=2.1.0")
    page.wait_for_selector(".rg-live-say:not(:empty)")
    study = committed(name)
    shown = page.locator("button.rg-live-token").all_inner_texts()
    assert [each.split("\n")[0] for each in shown] == [study.tokens[i] for i in (2, 1, 0)]
    assert page.inner_text(".rg-live-note") == ""


def test_data_that_do_not_load_leave_what_was_written(
    chromium: Any, address: Callable[[str], str]
) -> None:
    page = opened(chromium, address("learnt"), "lost.html")
    page.wait_for_selector("[role=alert]")
    assert "did not start: nowhere.json: the server said 404" in page.inner_text("[role=alert]")
    assert page.locator("text=No script.").count() == 1
    page.close()


def test_without_a_script_the_text_stays(chromium: Any, address: Callable[[str], str]) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address('learnt')}/full.html")
    assert page.locator("text=No script.").count() == 1
    context.close()


def test_what_is_seen_can_be_printed(board: Callable[..., Any]) -> None:
    """Light and without what is pressed, also from a dark page; with what was counted."""
    page = board()
    page.evaluate("document.body.dataset.mdColorScheme = 'slate'")
    page.emulate_media(media="print")
    for seen in (".rg-live-plane", ".rg-live-row", ".rg-live-bars", ".rg-live-curve"):
        assert page.locator(seen).is_visible(), seen
    for pressed in ("input", "select", ".rg-live-keys", "summary", ".rg-live-tally"):
        assert not [x for x in page.locator(pressed).all() if x.is_visible()], pressed
    fill = page.locator(".rg-live-cell").first.evaluate("cell => getComputedStyle(cell).fill")
    assert min(map(int, fill.removeprefix("rgb(").removesuffix(")").split(","))) > 180
    page.emulate_media(media="screen")
    page.select_option(".rg-live-tally select", "4")
    page.click("button:has-text('Try every context')")
    page.wait_for_selector("text=The report says the same")
    page.emulate_media(media="print")
    assert page.locator(".rg-live-tally table").first.is_visible()


def test_marks_are_explained_where_they_are(board: Callable[..., Any]) -> None:
    """Trail and outline of the plane, the band below the curve, marks of the row; of a rule only
    where there is one. Nothing moves when something else is looked at.
    """
    page = board(hash_="#tokens=2+3+%2B")
    words = said(page) and page.inner_text("body")
    for told in ("outlined what the rule demands", "Grey: where the end was", "The band is about"):
        assert told in words
    assert "✗ breaks it" in words
    assert page.locator(".rg-live-trail").count() == 1
    assert page.locator(".rg-live-cell[data-wanted=true]").count() == 1
    places = list[float]()
    for token in page.locator("button.rg-live-token").all():
        token.hover()
        said(page)
        places.append(page.locator(".rg-live-tally").bounding_box()["y"])
    assert len({*places}) == 1
    other = board("full_learnt").inner_text("body")
    assert "breaks it" not in other
    assert "The band is about" not in other


def test_a_phone_needs_no_sideways_scrolling(chromium: Any, address: Callable[[str], str]) -> None:
    page = chromium.new_page(viewport=dict(width=390, height=800))
    page.goto(f"{address('learnt')}/full.html")
    page.wait_for_selector(".rg-live-say:not(:empty)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for each in page.locator(".rg-live-board button:not(.rg-live-token)").all():
        if each.is_visible():
            assert min(each.bounding_box()[side] for side in ("width", "height")) >= 44
    page.close()
