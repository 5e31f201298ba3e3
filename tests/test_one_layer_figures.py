"""What the figures of one layer of attention keep: legible words, frames that move, words of their own, the look that somebody saw, and numbers that a live view can use."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from pictures import compare
from test_text_figures import CLASSES, HOSTILE, PICTURES, canvas_of, illegible, scale_of
from textwork import of_text, shown

from reportgen.figures.base import Figure, all_figures
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.names import short_names
from reportgen.figures.style import CSS_DPI, applied, theme
from reportgen.figures.text.attention_by_distance import named_bars
from reportgen.study import Study
from reportgen.train import train

OURS = ("attention-by-distance", "attention-by-distance-dynamics", "heads-taken-away", "norms-beside-weights", "ov-circuits", "passage-attention", "prompts", "qk-circuits", "skip-trigrams", "token-attribution")
FIGURES = {slug: figure for slug, figure in all_figures("text").items() if slug in OURS}
IN_DARK = ("qk-circuits", "token-attribution", "prompts")
cases = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())


@cases
@pytest.mark.parametrize("name", ["one_layer_learnt", "one_layer_unlearnt"])
def test_words_are_legible_and_on_the_sheet(figure: Figure, name: str) -> None:
    assert not illegible(figure, shown(name))


def test_a_moved_frame_is_the_frame_drawn_anew() -> None:
    study, figure = shown("one_layer_learnt"), FIGURES["attention-by-distance-dynamics"]
    first, last, scale = figure.compute(study.at(0)), figure.compute(study), scale_of(figure, study)
    pixels = []
    with applied(theme("light", CLASSES)):
        for start in (first, last):
            canvas = Canvas(theme("light", CLASSES), figure.height_of(last))
            agg = FigureCanvasAgg(canvas.figure)
            figure.draw(canvas, start, scale)(last)
            agg.draw()
            pixels.append(np.asarray(agg.buffer_rgba()).astype(int))
    assert np.abs(pixels[0] - pixels[1]).max() <= 2


@cases
def test_alt_text_and_caption_speak_of_this_run(figure: Figure) -> None:
    said = [(figure.alt(figure.compute(s)), figure.caption(figure.compute(s))) for s in map(shown, ("one_layer_learnt", "one_layer_unlearnt"))]
    for alt, caption in said:
        assert len(alt) > 40
        assert len(caption) > 20
        assert not {"nan", "None"} & set(alt.replace(",", " ").split())
    assert said[0][0] != said[1][0]


@pytest.mark.parametrize(("slug", "appearance"), [*((slug, "light") for slug in OURS), *((slug, "dark") for slug in IN_DARK)])
def test_the_figure_looks_as_before(slug: str, appearance: str) -> None:
    out = BytesIO()
    with applied(theme(appearance, CLASSES)):
        canvas = canvas_of(FIGURES[slug], shown("one_layer_learnt"), appearance)
        FigureCanvasAgg(canvas.figure)
        canvas.figure.savefig(out, dpi=CSS_DPI, format="png")
    compare(out.getvalue(), slug if appearance == "light" else f"{slug}.dark", PICTURES)


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_a_hostile_text_is_drawn_as_it_is(tmp_path: Path, unit: str) -> None:
    """Markup, marks without a form, characters that no font has, three heads, and skip-trigrams none of which is frequent enough."""
    model = dict(n_layers=1, n_heads=3, d_model=6, d_head=2, n_ctx=12, output_projection=True, positions="attention")
    config = of_text(tmp_path / "hostile.txt", HOSTILE, unit=unit, size=20, **model)
    study = Study.of(config, train(config))
    study = study.calling(short_names(study.tokens))
    for figure in FIGURES.values():
        assert not illegible(figure, study), figure.slug
        assert figure.alt(figure.compute(study))


def test_passages_show_attention_and_not_scores() -> None:
    """What is drawn as attention is what the softmax made, row by row, and all that a live view needs lies beside the picture."""
    study, figure = shown("one_layer_learnt"), FIGURES["passage-attention"]
    data = figure.compute(study)
    assert data.pattern.sum(-1) == pytest.approx(1)
    assert data.pattern == pytest.approx(study.trace.pattern[0, 0])
    assert "".join(data.tokens[1:]) == "".join(data.came[:-1])
    numbers = figure.numbers(data)
    count = len(data.tokens)
    assert {name: numbers[name].shape for name in ("pattern", "norms", "tokens", "came", "names")} == dict(pattern=(2, count, count), norms=(2, count, count), tokens=(count,), came=(count,), names=(2,))
    with applied(theme("light", CLASSES)):
        canvas = canvas_of(figure, study)
    maps = [c for a in canvas.figure.axes for c in a.collections if isinstance(c, QuadMesh) and np.shape(c.get_array()) == (count, count)]
    for drawn, pattern in zip(maps, data.pattern, strict=True):
        assert np.asarray(drawn.get_array())[np.tri(count, dtype=bool)] == pytest.approx(pattern[np.tri(count, dtype=bool)])


def test_pushes_are_drawn_as_they_add_up() -> None:
    study, figure = shown("one_layer_learnt").showing(1), FIGURES["token-attribution"]
    data = figure.compute(study)
    assert data.direct + np.nansum(data.by_source, 1) == pytest.approx(data.total)
    with applied(theme("light", CLASSES)):
        canvas = canvas_of(figure, study)
    columns = [np.asarray(c.get_array())[:, 0] for a in canvas.figure.axes for c in a.collections if isinstance(c, QuadMesh) and np.shape(c.get_array()) == (len(data.tokens), 1)]
    assert columns[0] == pytest.approx(data.direct)
    assert columns[1] == pytest.approx(data.total)


def test_numbers_of_bars_that_stand_side_by_side_do_not_touch() -> None:
    """The three highest bars above the dashes bear their number, but for one beside a named bar of about the same height."""
    even = np.full(4, 0.05)
    assert named_bars(np.array([0.3, 0.6, 0.1, 0.01]), even, 0.05) == [1, 0, 2]
    assert named_bars(np.array([0.3, 0.32, 0.1, 0.01]), even, 0.05) == [1, 2]
    assert named_bars(np.array([0.3, 0.01, 0.32, 0.01]), even, 0.05) == [2, 0]


def test_prompts_frame_the_token_that_came_where_it_is_in_the_list() -> None:
    study, figure = shown("one_layer_learnt"), FIGURES["prompts"]
    data = figure.compute(study)
    inside = sum(came in row for came, row in zip(data.came, data.likeliest))
    assert inside == int((data.rank <= len(data.likeliest[0])).sum())
    with applied(theme("light", CLASSES)):
        canvas = canvas_of(figure, study)
    framed = sum(len(a.lines) for a in canvas.figure.axes)
    assert framed == inside
