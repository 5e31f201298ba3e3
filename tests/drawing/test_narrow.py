"""Sheets for phones: what a figure drew for a wide page, laid out anew."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from figurework import FIGURES, RUNS, SHOWN, SMALLEST, canvas_shown, classes, data_of, shown
from lookups import all_figures
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.text import Text
from pictures import compare
from PIL import Image
from places import baselines

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.figure import show
from reportgen.drawing.keys import Entry, dot, key
from reportgen.drawing.matrices import Matrix, colour_bar, name_tokens, signed_norm
from reportgen.drawing.narrow.canvas import NarrowCanvas
from reportgen.drawing.narrow.headline import NARROW
from reportgen.drawing.narrow.legible import faults
from reportgen.drawing.narrow.plan import Plan
from reportgen.drawing.style import CLASSES, applied, theme

# figures that do not fit into a narrow sheet: pages show their wide drawing there too
WIDE = {
    "architecture-overview",
    "neuron-catalogue",
    "prompts",
    "repeats-ablations",
    "deep-architecture",
    "repeats-architecture",
    "skip-trigrams",
}
SYSTEM = {slug: system for system in RUNS for slug in all_figures(system)}
STILLS = sorted(slug for slug, figure in FIGURES.items() if not figure.film)
Drawn = Callable[[Canvas], object]


def narrowed(draw: Drawn, wide: Canvas) -> tuple[NarrowCanvas, RendererAgg]:
    """A wide sheet laid out anew, and what laid it out."""
    agg = FigureCanvasAgg(wide.figure)
    agg.draw()
    canvas = NarrowCanvas(wide.theme, wide.height, plan=Plan.of(wide, agg.get_renderer()))
    draw(canvas)
    renderer = FigureCanvasAgg(canvas.figure).get_renderer()
    canvas.settle(renderer)
    canvas.figure.draw(renderer)
    return canvas, renderer


def phone(slug: str) -> tuple[NarrowCanvas, RendererAgg]:
    """The narrow sheet of a figure."""
    name = SHOWN[slug][0]
    figure, data, study = FIGURES[slug], data_of(slug, name), shown(name)
    wide = canvas_shown(slug, name, "light")
    with applied(theme("light", classes(study))):
        return narrowed(lambda canvas: show(figure, canvas, data, figure.scale([data])), wide)


@pytest.mark.parametrize("slug", STILLS)
def test_words_of_a_narrow_sheet_are_legible(slug: str) -> None:
    canvas, renderer = phone(slug)
    assert not [t.get_text() for t in canvas.figure.findobj(Text) if t.get_fontsize() < SMALLEST]
    wide = canvas_shown(slug, SHOWN[slug][0], "light")
    with applied(theme("light")):
        agg = FigureCanvasAgg(wide.figure)
        agg.draw()
    worse = faults(canvas.figure, renderer, 1) > faults(wide.figure, agg.get_renderer(), 1)
    fits = canvas.plan.readable and not worse
    assert fits == (slug not in WIDE), "what does not fit came to fit, or the other way round"


@pytest.mark.parametrize(
    "slug", ["attention-matrix", "learning-curve", "lens-by-depth", "token-embeddings"]
)
def test_a_narrow_sheet_looks_as_before(slug: str, image_regression: Any) -> None:
    canvas, renderer = phone(slug)
    folder = baselines(SYSTEM[slug]) / "narrow"
    picture = Image.fromarray(np.asarray(renderer.buffer_rgba()))
    compare(image_regression, picture, f"{slug}-narrow", folder)


def sheet(draw: Drawn, height: float = 300) -> NarrowCanvas:
    """What `draw` makes of a wide sheet, on a narrow one."""
    with applied(theme("light")):
        wide = Canvas(theme("light"), height)
        draw(wide)
        return narrowed(draw, wide)[0]


def frames(canvas: NarrowCanvas) -> list[list[int]]:
    """Left, upper, right and lower edge of every panel on the narrow sheet."""
    high = canvas.plan.height
    boxes = [a.get_position() for a in canvas.figure.axes]
    edges = [(b.x0 * NARROW, (1 - b.y1) * high, b.x1 * NARROW, (1 - b.y0) * high) for b in boxes]
    return [[round(edge) for edge in box] for box in edges]


def words(canvas: NarrowCanvas) -> dict[str, tuple[int, int]]:
    """Where every text stands on the narrow sheet."""
    places = {t.get_text(): t.get_position() for t in canvas.figure.texts}
    high = canvas.plan.height
    return {said: (round(x * NARROW), round((1 - y) * high)) for said, (x, y) in places.items()}


def plain(canvas: Canvas, x: float, y: float, wide: float, tall: float) -> Axes:
    """A panel without numbers."""
    axes = canvas.panel(x, y, wide, tall)
    axes.set(xticks=[], yticks=[])
    return axes


def test_panels_side_by_side_stack_and_keep_their_height() -> None:
    first, second = frames(sheet(lambda c: [plain(c, x, 60, 340, 200) for x in (0, 400)]))
    assert first[2] - first[0] == second[2] - second[0] == 352
    assert second[1] > first[3]
    assert second[3] - second[1] == 200


def test_small_panels_share_a_line_in_one_size() -> None:
    boxes = frames(sheet(lambda c: [plain(c, 190 * i, 60, 170, 100) for i in range(4)]))
    assert [box[1] == boxes[0][1] for box in boxes] == [True, True, False, False]
    assert len({box[2] - box[0] for box in boxes}) == 1


def test_a_square_panel_stays_square() -> None:
    def draw(canvas: Canvas) -> None:
        plain(canvas, 40, 60, 500, 500).set_aspect("equal")

    (box,) = frames(sheet(draw, 600))
    assert box[2] - box[0] == pytest.approx(box[3] - box[1], abs=1)
    assert box[2] - box[0] > 330


def test_names_beside_a_panel_keep_their_size_and_the_panel_gives_way() -> None:
    def draw(canvas: Canvas) -> None:
        plain(canvas, 120, 60, 560, 60)
        canvas.text(112, 90, "the whole network", ha="right")
        canvas.text(690, 90, "0.123")

    canvas = sheet(draw)
    (box,) = frames(canvas)
    assert box[0] > 100
    assert words(canvas)["0.123"][0] == box[2] + 10


def test_a_caption_without_room_has_its_note_below() -> None:
    note = "all that a position holds, the residual stream included, as a share of the whole"
    canvas = sheet(lambda c: c.caption(plain(c, 20, 80, 700, 60), "a", "From others", note))
    stands = {said: y for said, (_, y) in words(canvas).items()}
    (box,) = frames(canvas)
    assert list(stands)[0] != "a  From others"
    assert stands["a  From others"] < min(
        y for said, y in stands.items() if said != "a  From others"
    )
    assert max(stands.values()) < box[1]
    assert min(stands.values()) > 0


def test_a_title_and_its_note_are_broken() -> None:
    title = "What the network has before attention: a token plus its position, and more"
    canvas = sheet(
        lambda c: [c.headline(title, "One line\nand a second", "step 10"), plain(c, 0, 80, 700, 60)]
    )
    said = list(words(canvas))
    assert said[0] != title
    assert title.startswith(said[0])
    assert "One line and a second" in said
    assert "step 10" in said


def test_rows_are_named_again_where_their_panel_moves_away() -> None:
    names = ("dim 0", "dim 1")

    def draw(canvas: Canvas) -> None:
        for i, rows in enumerate((names, ("", ""))):
            axes = canvas.panel(60 + 360 * i, 60, 320, 120)
            look = canvas.theme, canvas.theme.signed, signed_norm(np.ones(1))
            Matrix(axes, *look, rows, names).set(np.ones((2, 2)))

    canvas = sheet(draw)
    assert [t.get_text() for t in canvas.figure.axes[1].get_yticklabels()] == list(names)
    assert frames(canvas)[0][0] == frames(canvas)[1][0]


def test_tokens_that_name_rows_come_along() -> None:
    names, classes = ("a", "b"), dict(a=CLASSES[0], b=CLASSES[1])

    def draw(canvas: Canvas) -> None:
        for i in range(2):
            axes = canvas.panel(60 + 360 * i, 60, 320, 120)
            look = canvas.theme, canvas.theme.signed, signed_norm(np.ones(1))
            Matrix(axes, *look, 2, ("", "")).set(np.ones((2, 2)))
            if not i:
                name_tokens(axes, canvas.theme, names, classes)

    first, second = sheet(draw).figure.axes
    assert {"a", "b"} <= {text.get_text() for text in first.texts}
    assert {"a", "b"} <= {text.get_text() for text in second.texts}


@pytest.mark.parametrize("hidden", [False, True])
def test_words_that_name_rows_come_along(hidden: bool) -> None:
    """At the right of a panel of the same height, whatever numbers its rows have."""

    def draw(canvas: Canvas) -> None:
        plain(canvas, 80, 60, 300, 60)
        canvas.text(70, 80, "queries", ha="right")
        other = plain(canvas, 400, 60, 300, 60)
        other.set_ylim(7, 0)
        if hidden:
            other.set_axis_off()

    said = [t for t in sheet(draw).figure.texts if t.get_text() == "queries"]
    assert len(said) == 2
    assert len({round(t.get_position()[0], 6) for t in said}) == 1


def test_panels_below_one_another_stay_in_line() -> None:
    def draw(canvas: Canvas) -> None:
        for y, name in ((60, "uniform guess 2.4849, the longest"), (220, "0.9")):
            plain(canvas, 40, y, 500, 100)
            canvas.text(550, y + 50, name)

    first, second = frames(sheet(draw, 400))
    assert first[::2] == second[::2]


def test_panels_side_by_side_stay_in_line() -> None:
    """Though the note of one of them needs two lines, and something stands above the other."""

    def draw(canvas: Canvas) -> None:
        canvas.caption(
            plain(canvas, 10, 80, 170, 100), "a", "One", "each row sums to 1, or nearly so"
        )
        canvas.caption(plain(canvas, 190, 80, 170, 100), "b", "Two")
        plain(canvas, 400, 80, 170, 100)

    boxes = frames(sheet(draw))
    assert boxes[0][1] == boxes[1][1]


def test_bars_of_colours_stay_below_their_own_panels() -> None:
    def draw(canvas: Canvas) -> None:
        for i in range(2):
            plain(canvas, 20 + 380 * i, 60, 340, 200)
            look = canvas.theme.signed, signed_norm(np.ones(1))
            colour_bar(canvas, *look, 30 + 380 * i, 284, 120, "", (0,))

    panels = sheet(draw, 340).figure.axes
    heights = [round(axes.get_position().y1, 4) for axes in panels]
    assert heights == sorted(heights, reverse=True)  # panel, bar, panel, bar


def test_a_head_stays_above_its_sentence() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.text(0, 60, "a  Step 0", 10, weight="bold")
        canvas.text(0, 79, "Broken: 94.7 % (92.9 % to 96.2 %) of 674 decided cells, and so on")
        plain(canvas, 20, 100, 700, 60)

    said = words(sheet(draw))
    head, note = said["a  Step 0"][1], next(y for w, (_, y) in said.items() if "94.7" in w)
    assert 10 < note - head < 24


def test_lines_of_one_sentence_are_broken_anew() -> None:
    def draw(canvas: Canvas) -> None:
        plain(canvas, 20, 60, 700, 60)
        canvas.text(
            20, 150, "Coloured by the token that wins there, and faded where it is; dot: before"
        )
        canvas.text(20, 165, "attention; arrowhead: after it.")
        canvas.text(20, 180, "Another sentence that is long enough to be one.")

    said = [text for text in words(sheet(draw)) if text]
    assert any("before attention" in text.replace("\n", " ") for text in said)
    assert "Another sentence that is long enough to be one." in said


def test_names_of_columns_without_room_stand_in_two_lines() -> None:
    names = (
        "earlier copy",
        "after the copy",
        "other token",
        "after that",
        "last place",
        "elsewhere",
    )

    def draw(canvas: Canvas, names: tuple[str, ...]) -> None:
        axes = canvas.panel(20, 60, 700, 60)
        axes.set_xlim(-0.5, 5.5)
        axes.set_xticks(range(6), names)
        axes.set_yticks([])

    canvas, short = sheet(lambda c: draw(c, names)), sheet(lambda c: draw(c, ("word",) * 6))
    (axes,) = canvas.figure.axes
    labels = [label for label in axes.get_xticklabels() if label.get_visible()]
    assert [label.get_text() for label in labels] == [
        f"\n{name}" if i % 2 else name for i, name in enumerate(names)
    ]
    assert canvas.plan.height == short.plan.height + 13


def test_a_row_is_broken_where_its_panels_stood_farthest_apart() -> None:
    places = ((20, 52), (80, 52), (140, 52), (200, 52), (300, 120), (430, 220))
    boxes = frames(sheet(lambda c: [plain(c, x, 60, wide, 200) for x, wide in places]))
    tops = [box[1] for box in boxes]
    assert tops.index(max(tops)) == 4
    assert len(set(tops)) == 2


def test_a_scale_is_told_again_and_its_limits_stay() -> None:
    """Ticks beyond the limits, which matplotlib keeps, would widen them."""

    def draw(canvas: Canvas) -> None:
        for i in range(2):
            axes = canvas.panel(60 + 360 * i, 60, 320, 120)
            axes.set(ylim=(0.1, 0.95), xticks=[])
            axes.tick_params(labelleft=not i)

    first, second = sheet(draw).figure.axes
    assert first.get_ylim() == second.get_ylim() == (0.1, 0.95)
    told = [label.get_text() for label in second.get_yticklabels() if label.get_visible()]
    assert told == ["0.2", "0.4", "0.6", "0.8"]


def test_keys_and_bars_of_colours_wrap_like_words() -> None:
    def draw(canvas: Canvas) -> None:
        plain(canvas, 0, 60, 700, 60)
        entries = [Entry(said, dot("o", canvas.theme.ink)) for said in ("one of them", "another")]
        colour_bar(
            canvas, canvas.theme.signed, signed_norm(np.ones(1)), 0, 160, 200, "weight", (0,)
        )
        key(canvas, 300, 168, entries)
        canvas.text(560, 168, "a remark of some length that says more")

    canvas = sheet(draw)
    stands = words(canvas)
    assert stands["one of them"][1] == stands["weight"][1] or stands["one of them"][1] > 0
    assert stands["another"][0] < NARROW
    assert max(box[2] for box in frames(canvas)) <= NARROW


def test_words_of_one_line_without_room_are_broken_and_what_is_below_gives_way() -> None:
    def draw(canvas: Canvas) -> None:
        plain(canvas, 0, 40, 700, 60)
        for i, x in enumerate((90, 270, 450, 630)):
            canvas.text(x, 114, f"loss below something {i}", ha="center")
            canvas.text(x, 128, f"{i},000", ha="center")

    canvas = sheet(draw)
    stands = words(canvas)
    broken = [said for said in stands if "\n" in said]
    assert len(broken) == 4
    assert stands["0,000"][1] - 114 > 128 - 114


def test_columns_of_text_are_read_one_after_the_other() -> None:
    def draw(canvas: Canvas) -> None:
        for row in range(3):
            for column, x in enumerate((0, 400)):
                said = f"column {column} row {row} and so many more words that it is a line"
                canvas.text(x, 60 + 20 * row, said)

    heights = {said[:14]: y for said, (_, y) in words(sheet(draw)).items()}
    assert heights["column 0 row 2"] < heights["column 1 row 0"]


def test_long_names_of_rows_are_broken_and_a_panel_without_room_is_told() -> None:
    def draw(canvas: Canvas, name: str, number: str) -> None:
        plain(canvas, 300, 60, 380, 60)
        canvas.text(290, 94, name, ha="right")
        canvas.text(690, 94, number)

    canvas = sheet(
        lambda c: draw(c, "what is said where the network errs, and how often it does", "1")
    )
    assert [said for said in words(canvas) if "\n" in said]
    assert canvas.plan.readable
    full = sheet(lambda c: draw(c, "a name of some length", "a remark that is as long as it"))
    assert not full.plan.readable


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (((100, "one"), (150, "two")), 0),
        (((100, "one"), (110, "two")), 1),
        (((100, "one"), (356, "a long remark")), 1),
        (((100, "one"), (400, "beyond the sheet")), 0),
    ],
)
def test_words_that_hide_others_or_are_cut_off_are_counted(
    words: tuple[tuple[float, str], ...], found: int
) -> None:
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 80, NARROW)
        for x, said in words:
            canvas.text(x, 40, said)
        agg = FigureCanvasAgg(canvas.figure)
        agg.draw()
        assert faults(canvas.figure, agg.get_renderer(), 1) == found


def test_labels_of_one_plane_and_numbers_of_hidden_axes_are_left_aside() -> None:
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 300, NARROW)
        square, hidden = canvas.panel(20, 20, 100, 100), canvas.panel(200, 20, 100, 100)
        square.set(aspect="equal", xticks=[], yticks=[])
        for axes in (square, hidden):
            axes.text(0.5, 0.5, "one"), axes.text(0.52, 0.5, "two")
        hidden.set_axis_off()
        agg = FigureCanvasAgg(canvas.figure)
        agg.draw()
        assert faults(canvas.figure, agg.get_renderer(), 1) == 1  # of the panel that is no plane
        hidden.set_visible(False)
        assert faults(canvas.figure, agg.get_renderer(), 1) == 0


def test_a_name_in_two_lines_goes_with_the_panel_below_it() -> None:
    def draw(canvas: Canvas) -> None:
        for i in range(4):
            x, y = 190 * (i % 2), 40 + 150 * (i // 2)
            canvas.text(x, y + 10, f"report {i}", weight="bold")
            canvas.text(x, y + 23, f"measured {i}")
            plain(canvas, x + 24, y + 34, 140, 96)

    canvas = sheet(draw, 360)
    stands, boxes = words(canvas), frames(canvas)
    below = {boxes[i][1] - stands[f"report {i}"][1] for i in range(4)}
    assert len(below) == 1
    assert below.pop() in range(20, 34)
