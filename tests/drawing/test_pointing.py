"""In a browser readers point at a mark, tap it or come to it by keys, and read its value, in both
drawings of a figure.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from places import ROOT

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import Figure
from reportgen.drawing.marks.names import name_each
from reportgen.drawing.matrices import Matrix, signed_norm
from reportgen.drawing.rendering import picture

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="reportgen.css">
<body data-md-color-scheme="default">
<div class="md-typeset"><h1>Title</h1><figure class="rg-figure"><p>
<a href="#grown"><img class="rg-page" src="pair.svg" width="760" height="240"></a>
<img class="rg-phone" src="pair-narrow.svg"></p>
<figcaption><strong>Figure 1. A pair.</strong>
<a class="rg-marks" href="pair-marks.json" download>values, JSON</a></figcaption></figure></div>
<p style="height: 90em">
<script type="module" src="figures.js"></script>"""


@dataclass(frozen=True)
class Values:
    """Of a matrix [row, column], and points [point, xy]."""

    cells: np.ndarray
    points: np.ndarray


class Pair(Figure):
    """A matrix beside a plane."""

    slug, title, height = "pair", "A pair", 240

    def compute(self, study: Any) -> Values:
        raise NotImplementedError

    def scale(self, frames: Any) -> None:
        return None

    def draw(self, canvas: Canvas, data: Values, scale: None) -> Callable[[Values], None]:
        canvas.headline("A pair", "")
        axes = canvas.panel(40, 60, 300, 150)
        canvas.caption(axes, "a", "Scores")
        names = ["<b>x</b>", "+7"], ["p", "q", ""]
        Matrix(axes, canvas.theme, canvas.theme.signed, signed_norm(np.ones(1)), *names).set(
            data.cells
        )
        axes.set(ylabel="last token")
        name_each(axes, [["", "", "<i>s</i>"], ["", "", ""]])
        plane = canvas.panel(420, 60, 300, 150)
        canvas.caption(plane, "b", "Points")
        plane.set(xlim=(0, 3), ylim=(0, 3))
        plane.scatter(*data.points.T)
        return lambda data: None

    def caption(self, data: Values) -> str:
        return "Scores and points."

    def alt(self, data: Values) -> str:
        return "A matrix and a plane with two points."


@dataclass
class Reader:
    """A page with the figure in a browser, and what it complained of."""

    page: Any
    complaints: list[str]

    def place(self, panel: int, across: float, down: float) -> tuple[float, float]:
        """Pixels of the window at a share of a panel, whichever drawing is displayed."""
        found: list[float] = self.page.evaluate(
            """async ([panel, across, down]) => {
                const image = [...document.images].find(i => i.getClientRects().length);
                const about = await (await fetch("pair-marks.json")).json();
                const shown = image.className === "rg-phone" ? about.narrow : about;
                const [left, top, wide, tall] = shown.panels[panel].frame;
                const r = image.getBoundingClientRect(), zoom = r.width / shown.width;
                return [r.left + zoom * (left + across * wide), r.top + zoom * (top + down * tall)];
            }""",
            [panel, across, down],
        )
        return found[0], found[1]

    def point(self, panel: int, across: float, down: float) -> str:
        """Move the pointer there; gives what is shown."""
        for nudge in range(20):  # the first of them has the values read
            self.page.mouse.move(*self.place(panel, across + nudge / 5000, down))
            if self.shown():
                break
            self.page.wait_for_timeout(50)
        return self.shown()

    def shown(self) -> str:
        """The words beside the pointer; empty where there are none."""
        tip = self.page.locator(".rg-tip")
        return str(tip.inner_text()) if tip.is_visible() else ""

    def shows(self, words: str) -> None:
        """What stands beside the pointer becomes this."""
        said = "words => document.querySelector('.rg-tip:not([hidden])')?.textContent === words"
        self.page.wait_for_function(said, arg=words, timeout=5000)

    def hears(self, words: str) -> None:
        """What is said aloud becomes this."""
        said = "words => document.querySelector('[aria-live=polite]').textContent === words"
        self.page.wait_for_function(said, arg=words, timeout=5000)

    def ring(self) -> list[int]:
        """Left, upper, right and lower edge of the outline."""
        box = self.page.locator(".rg-ring").bounding_box()
        edges = box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]
        return [round(edge) for edge in edges]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pointing")
    cells = np.array([[0.97, -1.0, np.nan], [1234.56, 0.0, 3e-7]])
    picture(Pair(), Values(cells, np.array([[1.391, 0.3], [2.0, 2.0]])), made, "pair")
    for asset in ("reportgen.css", "data.js", "figures.js", "marks.js"):
        shutil.copy(ROOT / "docs" / "assets" / asset, made)
    shutil.copytree(ROOT / "docs" / "assets" / "fonts", made / "fonts")
    (made / "index.html").write_text(PAGE)
    return made


@pytest.fixture(params=[1000, 390])
def reader(request: Any, folder: Path, chromium: Any, served: Any) -> Iterator[Reader]:
    """At a desk, and with a phone."""
    yield from opened(chromium, served(folder), request.param)


def opened(chromium: Any, address: str, width: int) -> Iterator[Reader]:
    context = chromium.new_context(viewport=dict(width=width, height=700), has_touch=True)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address, wait_until="networkidle")
    yield Reader(page, complaints)
    context.close()


def test_a_pointer_reads_the_cell_and_the_point_under_it(reader: Reader) -> None:
    assert reader.point(0, 0.1, 0.2) == "last token <b>x</b>, column p: 0.97"
    left, top = reader.place(0, 0, 0)
    right, low = reader.place(0, 1 / 3, 0.5)
    assert np.allclose(reader.ring(), [left, top, right, low], atol=1.5)
    assert reader.point(0, 0.9, 0.2) == "last token <b>x</b>, column 3 of 3, <i>s</i>: no value"
    assert reader.point(0, 0.1, 0.8) == "last token +7, column p: 1\u202f235"
    assert reader.point(0, 0.5, 0.2) == "last token <b>x</b>, column q: −1"
    assert reader.point(1, 1.391 / 3 + 0.02, 0.9) == "(1.391, 0.3)"
    assert reader.point(1, 0.1, 0.1) == ""
    reader.point(0, 0.1, 0.2)
    reader.page.mouse.move(2, 2)
    assert reader.shown() == ""
    assert not reader.complaints


def test_keys_move_over_cells_and_are_heard(reader: Reader) -> None:
    press = reader.page.keyboard.press
    figure = reader.page.locator('.rg-figure > p[role="group"]')
    assert figure.get_attribute("aria-label").startswith("Figure 1. A pair. Arrow keys")
    figure.focus()
    press("ArrowRight")
    reader.hears("a, Scores: last token <b>x</b>, column p: 0.97")
    assert reader.shown() == "last token <b>x</b>, column p: 0.97"
    press("ArrowRight"), press("ArrowDown"), press("ArrowDown")
    reader.hears("last token +7, column q: 0")
    press("ArrowLeft"), press("ArrowLeft"), press("ArrowLeft")
    reader.hears("last token +7, column p: 1\u202f235")
    reader.page.evaluate("scrollBy(0, 40)")
    reader.page.wait_for_timeout(100)
    left, top = reader.place(0, 0, 0.5)
    right, low = reader.place(0, 1 / 3, 1)
    assert np.allclose(reader.ring(), [left, top, right, low], atol=1.5)
    press("PageDown")
    reader.hears("b, Points: (1.391, 0.3)")
    press("ArrowRight")
    reader.hears("(2, 2)")
    assert reader.shown() == "(2, 2)"
    press("Escape")
    assert reader.shown() == ""
    press("ArrowRight")
    reader.hears("a, Scores: last token <b>x</b>, column p: 0.97")
    press("Tab")
    assert reader.shown() == ""
    assert not reader.complaints


def test_a_tap_shows_a_value_and_one_elsewhere_hides_it(reader: Reader) -> None:
    """A second one on the same mark is the picture's own, as one beside all marks is."""
    page = reader.page
    tap: Callable[[float, float], None] = lambda x, y: (
        page.touchscreen.tap(x, y),
        page.wait_for_timeout(100),
    )
    grown: Callable[[], bool] = lambda: page.evaluate("location.hash === '#grown'")
    where = reader.place(0, 0.1, 0.2)
    tap(*where)
    reader.shows("last token <b>x</b>, column p: 0.97")
    assert not grown()
    tap(*reader.place(0, 0.5, 0.2))
    reader.shows("last token <b>x</b>, column q: −1")
    assert not grown()
    tap(5, 650)
    assert reader.shown() == ""
    tap(*where), tap(*where)
    assert grown() == page.locator(".rg-page").is_visible()
    assert not reader.complaints


@pytest.mark.parametrize("cut", [False, True], ids=["no file", "no answer"])
def test_without_the_file_a_figure_stays_a_picture(
    tmp_path: Path, folder: Path, chromium: Any, served: Any, cut: bool
) -> None:
    """Nothing is shown, and no error is thrown."""
    shutil.copytree(folder, tmp_path / "lacking", ignore=lambda *_: ["pair-marks.json"])
    for reader in opened(chromium, served(tmp_path / "lacking"), 1000):
        if cut:
            reader.page.route("**/pair-marks.json", lambda route: route.abort())
        box = reader.page.locator(".rg-page").bounding_box()
        for across in (100, 101):
            reader.page.mouse.move(box["x"] + across, box["y"] + 100)
            reader.page.wait_for_timeout(200)
        reader.page.locator(".rg-figure > p").focus()
        reader.page.keyboard.press("ArrowRight")
        assert reader.shown() == ""
        assert not [words for words in reader.complaints if "Failed to load" not in words]
