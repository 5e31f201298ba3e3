"""What every figure of every system keeps, whatever it shows: `pytest tests/drawing/test_figures.py
-k SLUG`.

All tests of one figure run after one another, so that each sheet is drawn once.
"""

from typing import Any

import numpy as np
import pytest
from figurework import (
    FIGURES,
    RUNS,
    SHOWN,
    Sheet,
    Words,
    data_of,
    moved_on,
    sheet,
    whole,
    words_on,
)
from lookups import all_figures
from pictures import compare
from PIL import Image
from places import baselines

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.style import applied, theme

SYSTEM = {slug: system for system in RUNS for slug in all_figures(system)}
OF_NO_RUN = (
    "architecture-overview",
    "deep-architecture",
    "training-data",
    "split-of-inputs",
)  # they show the configuration and the data
WHOLE = ("head-catalogue",)  # shares of attention from 0 to 1, with a number in every cell


@pytest.fixture(scope="module", params=FIGURES)
def slug(request: pytest.FixtureRequest) -> str:
    return request.param


def test_words_are_legible_and_on_the_sheet(slug: str) -> None:
    """No text is smaller than 8 points at shown size, and none is cut off by the sheet: of all
    runs.
    """
    first, *more = SHOWN[slug]
    words = {first: sheet(slug, first).words, **{name: words_on(slug, name) for name in more}}
    assert not {name: seen.illegible for name, seen in words.items() if seen.illegible}


def test_thousands_are_apart_as_on_pages(slug: str) -> None:
    """By thin spaces, in the pictures of all runs."""
    first, *more = SHOWN[slug]
    words = {first: sheet(slug, first).words, **{name: words_on(slug, name) for name in more}}
    assert not {name: seen.commas for name, seen in words.items() if seen.commas}


def test_a_key_lists_marks_that_are_drawn(slug: str) -> None:
    """Of every run: each sign of a key has a mark of its form and colour in the picture, in a film
    in one of its frames; and each key is made by `drawing.keys`, which alone is looked at here.
    """
    first, *more = SHOWN[slug]
    words = {first: sheet(slug, first).words, **{name: words_on(slug, name) for name in more}}
    assert not {name: seen.by_hand for name, seen in words.items() if seen.by_hand}
    assert not {
        name: lost
        for name, seen in words.items()
        if seen.unmarked
        if (lost := never_marked(slug, name))
    }


def test_frames_of_what_is_enlarged_are_whole(slug: str) -> None:
    """The edge of their panel cuts none of them."""
    for name in SHOWN[slug]:
        words = sheet(slug, name).words if name == SHOWN[slug][0] else words_on(slug, name)
        assert not words.cut, name


def test_data_fill_the_scales_that_they_are_drawn_on(slug: str) -> None:
    """Each scale of colours and each axis from 0 on, those of the same limits together: of all
    runs.
    """
    first, *more = SHOWN[slug]
    words = {first: sheet(slug, first).words, **{name: words_on(slug, name) for name in more}}
    assert slug in WHOLE or not {name: seen.pale for name, seen in words.items() if seen.pale}


def test_the_figure_looks_as_before(slug: str, image_regression: Any) -> None:
    """Of the run that learnt, at the width of the page."""
    pixels = sheet(slug, SHOWN[slug][0]).pixels
    folder = baselines(SYSTEM[slug]) / "figures"
    compare(image_regression, Image.fromarray(pixels), slug, folder)


def test_a_moved_frame_is_the_frame_drawn_anew(slug: str) -> None:
    """A still is a film of one frame: drawing one checkpoint and updating to another gives the
    picture of the other.
    """
    name = SHOWN[slug][0]
    assert np.abs(moved_on(slug, name).astype(int) - sheet(slug, name).pixels).max() <= 2


def test_words_and_numbers_speak_of_this_run(slug: str) -> None:
    """Alt text, caption and numbers for download are whole, and the alt text tells a run that
    learnt from one that did not.
    """
    figure, seen = FIGURES[slug], [data_of(slug, name) for name in SHOWN[slug]]
    for data in seen:
        whole(figure, data)
    assert slug in OF_NO_RUN or len({figure.alt(data) for data in seen}) == len(seen)


def test_scales_that_data_hardly_fill_are_seen() -> None:
    """Of colours and of axes; not where something else of the same limits fills them."""
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 300)
        for k, (share, low, high) in enumerate(((0.1, 0, 1), (0.2, 0, 2), (1.9, 0, 2), (7, 6, 9))):
            axes = canvas.panel(40 + 150 * k, 20, 100, 100)
            axes.plot([0, 1], [low, share])
            axes.set(xlim=(0, 1), ylim=(low, high))
            cells = canvas.panel(40 + 150 * k, 160, 100, 100)
            cells.pcolormesh([[share, low]], vmin=low, vmax=high, cmap="viridis")
    assert Words.of(canvas).pale == {"viridis 0 to 1": 0.1, "y 0 to 1": 0.1}


@pytest.mark.parametrize("system", RUNS)
def test_every_baseline_belongs_to_a_figure(system: str) -> None:
    """A picture of a figure that is gone is gone too."""
    slugs = [slug for slug in FIGURES if SYSTEM[slug] == system]
    kept = (baselines(system) / "figures").glob("*.png")
    assert {path.name for path in kept} == {f"{slug}.png" for slug in slugs}


def test_words_that_are_small_or_cut_off_are_seen_without_painting() -> None:
    """And they are those that are seen of the painted sheet."""
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 200)
        for x, size, said in ((0.1, 12, "well"), (0.3, 7, "small"), (0.99, 12, "cut off")):
            canvas.figure.text(x, 0.5, said, size=size)
        canvas.figure.text(2, 0.5, "beyond", size=12)
    found = Words.of(canvas)
    assert [each if isinstance(each, str) else each[0] for each in found.illegible] == [
        "small",
        "cut off",
    ]
    assert found.outside == ["beyond"]
    assert Sheet.of(canvas).words == found
