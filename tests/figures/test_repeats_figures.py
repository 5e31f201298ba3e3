"""Figures of networks that read sequences which repeat themselves: arrays, words, frames, pictures, for the one that learnt and for its control."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from conftest import committed
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from pictures import compare

from reportgen.config.needs import lacks
from reportgen.facts.base import listed
from reportgen.figures.base import Figure, all_figures
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.head_maps import layout
from reportgen.figures.repeats.learning_curve import split
from reportgen.figures.style import CSS_DPI, applied, theme
from reportgen.render import draw, frames
from reportgen.study import Study
from reportgen.train import train

FIGURES = all_figures("repeats")
FACTS, _ = listed("repeats")
IN_DARK = ("repeats-attention", "repeats-patching")
cases = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())
RUNS = ("repeats_learnt", "repeats_unlearnt")
drawn = pytest.mark.parametrize(("figure", "run"), [pytest.param(figure, run, id=f"{slug}-{run}") for run in RUNS for slug, figure in FIGURES.items() if not lacks(committed(run).config, figure.needs)])


@pytest.fixture(scope="module")
def two_heads() -> Study:
    """Two layers of two heads, trained for a few steps."""
    config = committed("repeats_learnt").config
    config = replace(config, model=config.model.model_copy(update=dict(n_heads=2, d_head=8)), training=config.training.model_copy(update=dict(steps=4, checkpoint_every=2)), data=config.data.model_copy(update=dict(holdout=40, validation=20)))
    return Study.of(config, train(config))


def classes(study: Study) -> tuple[str, ...]:
    return tuple(study.rule.class_names)


def scale_of(figure: Figure, study: Study):
    return figure.scale(frames(figure, study, [int(s) for s in study.run.steps])) if figure.film else figure.scale([figure.compute(study)])


def sheet(figure: Figure, study: Study, appearance: str = "light") -> bytes:
    """A figure at shown size; of a film, the last frame."""
    out = BytesIO()
    with applied(theme(appearance)):
        canvas = draw(figure, figure.compute(study), scale_of(figure, study), appearance, classes(study))
        FigureCanvasAgg(canvas.figure)
        canvas.figure.savefig(out, dpi=CSS_DPI, format="png")
    return out.getvalue()


def legible(figure: Figure, study: Study, appearance: str) -> None:
    with applied(theme(appearance)):
        canvas = draw(figure, figure.compute(study), scale_of(figure, study), appearance, classes(study))
        renderer = FigureCanvasAgg(canvas.figure).get_renderer()
        canvas.figure.draw(renderer)
        texts = [t for t in canvas.figure.findobj(Text) if t.get_visible() and t.get_text().strip() and (t.axes is None or t.axes.get_visible())]
        assert not [t.get_text() for t in texts if t.get_size() < 8]
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    width, height = canvas.figure.bbox.width, canvas.figure.bbox.height
    seen = [(words, b) for words, b in boxes if b.x1 > 0 and b.y1 > 0 and b.x0 < width and b.y0 < height]
    assert not [(words, [round(v) for v in b.extents]) for words, b in seen if b.x0 < -1.5 or b.y0 < -1.5 or b.x1 > width + 1.5 or b.y1 > height + 1.5]


@drawn
def test_words_are_legible_and_on_the_sheet(figure: Figure, run: str) -> None:
    legible(figure, committed(run), "light")


@cases
def test_several_heads_fit_too(figure: Figure, two_heads: Study) -> None:
    legible(figure, two_heads, "dark")


@cases
def test_update_is_the_same_as_drawing_anew(figure: Figure) -> None:
    """A still is a film of one frame: drawing one checkpoint and updating to another gives the picture of the other."""
    study = committed("repeats_learnt")
    first, second = figure.compute(study.at(0) if figure.film else study), figure.compute(study)
    scale, pixels = scale_of(figure, study), []
    with applied(theme("light")):
        for start in (first, second):
            canvas = Canvas(theme("light", classes(study)), figure.height_of(second))
            agg = FigureCanvasAgg(canvas.figure)
            figure.draw(canvas, start, scale)(second)
            agg.draw()
            pixels.append(np.asarray(agg.buffer_rgba()).astype(int))
    assert np.abs(pixels[0] - pixels[1]).max() <= 2


@cases
def test_alt_text_and_caption_speak_of_this_run(figure: Figure) -> None:
    said = []
    for run in RUNS:
        study = committed(run)
        if lacks(study.config, figure.needs):
            continue
        data = figure.compute(study)
        said.append(figure.alt(data))
        assert len(said[-1]) > 40
        assert len(figure.caption(data)) > 20
        assert not {"nan", "None"} & set(said[-1].replace(",", " ").replace(".", " ").split())
        numbers = figure.numbers(data)
        assert numbers
        assert all(a.dtype.kind in "biufU" for a in numbers.values())
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("slug", [*FIGURES, *(f"{slug}.dark" for slug in IN_DARK)])
def test_the_figure_looks_as_before(slug: str) -> None:
    name, _, dark = slug.partition(".")
    compare(sheet(FIGURES[name], committed("repeats_learnt"), dark or "light"), slug)


def test_loss_where_nothing_is_known_is_what_is_left() -> None:
    assert split(np.array([2.0]), np.array([1.0]), 0.25)[0] == pytest.approx(7 / 3)  # a quarter of 1 and three quarters of 7/3 are 2


def test_averages_by_offset_are_those_of_the_facts() -> None:
    """Right after the copies is prefix matching; one step back where a token is new is what the first layer does."""
    study = committed("repeats_learnt")
    data = FIGURES["repeats-attention-by-offset"].compute(study)
    assert data.answer[1, 4] == pytest.approx(FACTS["prefix_matching"](study).part("layer 1").value)
    assert data.new[0, 1] == pytest.approx(FACTS["previous_first_time"](study).value)
    assert data.even_answer[4] == pytest.approx(FACTS["prefix_matching"](study).baseline.value)  # type: ignore[union-attr]


def test_tables_of_patching_are_those_of_the_facts() -> None:
    study = committed("repeats_learnt")
    table = FIGURES["repeats-patching"].compute(study)
    assert table.effects[0, 0, table.steps.index("stream into layer 1"), 1] == pytest.approx(FACTS["source_carries"](study).value)
    ways = FIGURES["repeats-path-patching"].compute(study)
    assert ways.effects[1, 0, 1, 0, 0] == pytest.approx(FACTS["path_keys"](study).value)
    assert ways.effects[0, 0, 2, 0, 0] == pytest.approx(FACTS["path_content"](study).value)


def test_maps_fill_a_page_and_fit_into_a_film() -> None:
    assert [layout(count, 760).columns for count in (1, 2, 4, 8)] == [1, 2, 2, 2]
    for count in (1, 2, 4, 6, 8):
        place = layout(count, 728, 304, 44)
        assert place.rows * (place.side + 44) <= 304 + 1e-6
        assert place.columns * place.rows >= count
