"""Figures of rules and widths unlike those of the committed runs: each is drawn, or says what it lacks."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from tiny import tiny

from reportgen.config.needs import lacks
from reportgen.figures.base import figure_called
from reportgen.figures.style import applied, theme
from reportgen.render import draw

NAMES = ("lucky7", "lucky7_no_resid", "successor", "copy_modulo", "parity_based", "even_to_odd_transition", "paritygt10", "even_abs_diff", "plus_max_of_two", "odd_even_index")
PLANES = {"qkv-transforms", "qkv-transforms-extended", "qkv-dynamics", "qk-space", "qk-space-dynamics", "qk-focus", "query-fields"}  # of queries, keys and values
OUTPUT = {"output-landscape", "output-dynamics", "output-probabilities-values"}  # of the stream
ALWAYS = {"qk-full-heatmap", "qk-attention", "qk-attention-dynamics", "attention-matrix", "value-output", "value-demo"}
SUMS = {"residual-stream"}  # wherever attention adds to the stream
STREAM = SUMS | OUTPUT | {"frozen-output", "value-arrows"}
DRAWN = {
    "lucky7": PLANES | STREAM | {"trigger-scores", "qkv-overview"}, "odd_even_index": PLANES | STREAM | {"qkv-overview"}, "lucky7_no_resid": PLANES | OUTPUT | {"trigger-scores"},
    "plus_max_of_two": STREAM | {"trigger-scores"}, "paritygt10": STREAM, "successor": SUMS, "copy_modulo": SUMS, "parity_based": SUMS, "even_to_odd_transition": SUMS, "even_abs_diff": SUMS,
}  # fmt: skip
SLUGS = sorted(PLANES | STREAM | ALWAYS | {"trigger-scores", "qkv-overview"})


@pytest.mark.parametrize("name", NAMES)
def test_figures_say_what_they_lack(name: str) -> None:
    """Exactly the figures that make sense for a rule and a width are drawn; every other one has a reason in words."""
    assert {slug for slug in SLUGS if not lacks(tiny(name).config, figure_called(slug).needs)} == DRAWN[name] | ALWAYS


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("slug", SLUGS)
def test_figures_are_drawn_with_all_words_on_the_sheet(slug: str, name: str) -> None:
    """No crash, no small or cut text, an alt text and a caption without a number that is none."""
    figure, study = figure_called(slug), tiny(name)
    if lacks(study.config, figure.needs):
        return
    data = figure.compute(study)
    scale = figure.scale([figure.compute(study.at(0)), data] if figure.film else [data])
    classes = tuple(study.rule.class_names)
    with applied(theme("light", classes)):
        canvas = draw(figure, data, scale, "light", classes)
        renderer = FigureCanvasAgg(canvas.figure).get_renderer()
        canvas.figure.draw(renderer)
        seen = [t for t in canvas.figure.findobj(Text) if t.get_visible() and t.get_text().strip() and (t.axes is None or t.axes.get_visible())]
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in seen]
    assert min(t.get_size() for t in seen) >= 8
    width, height = canvas.figure.bbox.width, canvas.figure.bbox.height
    assert [words for words, b in boxes if b.x0 < -1.5 or b.y0 < -1.5 or b.x1 > width + 1.5 or b.y1 > height + 1.5] == []
    for words in (figure.alt(data), figure.caption(data)):
        assert len(words) > 40
        assert not {"nan", "None"} & set(words.replace(",", " ").split())
    assert all(a.dtype.kind in "biufU" for a in figure.numbers(data).values())


@pytest.mark.parametrize("name", ["successor", "parity_based", "copy_modulo", "even_abs_diff"])
@pytest.mark.parametrize("slug", sorted(ALWAYS | SUMS))
def test_an_update_moves_everything(slug: str, name: str) -> None:
    """Drawing one network and updating to another gives the picture of the other."""
    figure, study = figure_called(slug), tiny(name)
    first, second = figure.compute(study.at(0)), figure.compute(study)
    scale, classes, pictures = figure.scale([first, second]), tuple(study.rule.class_names), []
    with applied(theme("light", classes)):
        for start in (first, second):
            canvas = draw(figure, second, scale, "light", classes)
            canvas.figure.clear()
            agg = FigureCanvasAgg(canvas.figure)
            figure.draw(canvas, start, scale)(second)
            agg.draw()
            pictures.append(np.asarray(agg.buffer_rgba()).astype(int))
    assert np.abs(pictures[0] - pictures[1]).max() <= 2
