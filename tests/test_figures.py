"""What every figure keeps, whatever it shows: `pytest tests/test_figures.py -k SLUG`."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from reportgen.figures.base import Figure, all_figures
from reportgen.figures.style import applied, theme
from reportgen.render import draw, frames
from reportgen.study import Study

FIGURES = all_figures()
SMALLEST = 8.0
cases = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())


def scale_of(figure: Figure, study: Study):
    if not figure.film:
        return figure.scale([figure.compute(study)])
    return figure.scale(frames(figure, study, [int(s) for s in study.run.steps[::10]]))


def texts(canvas) -> list[Text]:
    """Every text that is seen."""
    return [t for t in canvas.figure.findobj(Text) if t.get_visible() and t.get_text().strip() and (t.axes is None or t.axes.get_visible())]


@cases
@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_words_are_legible_and_on_the_sheet(figure: Figure, appearance: str, learnt: Study) -> None:
    """No text is smaller than 8 points at shown size, and none is cut off by the canvas."""
    with applied(theme(appearance)):
        canvas = draw(figure, figure.compute(learnt), scale_of(figure, learnt), appearance)
        renderer = FigureCanvasAgg(canvas.figure).get_renderer()
        canvas.figure.draw(renderer)
        small = [t.get_text() for t in texts(canvas) if t.get_size() < SMALLEST]
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts(canvas)]
    assert not small
    width, height = canvas.figure.bbox.width, canvas.figure.bbox.height
    seen = [(words, b) for words, b in boxes if b.x1 > 0 and b.y1 > 0 and b.x0 < width and b.y0 < height and b.width and b.height]
    cut = [(words, [round(v) for v in b.extents]) for words, b in seen if b.x0 < -1.5 or b.y0 < -1.5 or b.x1 > width + 1.5 or b.y1 > height + 1.5]
    assert not cut


@cases
def test_update_is_the_same_as_drawing_anew(figure: Figure, learnt: Study, unlearnt: Study) -> None:
    """A still is a film of one frame: drawing one checkpoint and updating to another gives the picture of the other."""
    if not figure.film:
        first, second = figure.compute(learnt), figure.compute(learnt)
        scale = figure.scale([first, second])
    else:
        first, second = figure.compute(learnt.at(0)), figure.compute(learnt)
        scale = figure.scale(frames(figure, learnt, [int(s) for s in learnt.run.steps[::10]]))
    pixels = []
    with applied(theme("light")):
        for start in (first, second):
            from reportgen.figures.parts.canvas import Canvas

            canvas = Canvas(theme("light"), figure.height)
            agg = FigureCanvasAgg(canvas.figure)
            figure.draw(canvas, start, scale)(second)
            agg.draw()
            pixels.append(np.asarray(agg.buffer_rgba()).astype(int))
    assert np.abs(pixels[0] - pixels[1]).max() <= 2


@cases
def test_alt_text_and_caption_speak_of_this_run(figure: Figure, learnt: Study, unlearnt: Study) -> None:
    """The alt text is there, and tells a run that learnt from one that did not."""
    said = [(figure.alt(figure.compute(s)), figure.caption(figure.compute(s))) for s in (learnt, unlearnt)]
    for alt, caption in said:
        assert len(alt) > 40
        assert len(caption) > 20
        assert not {"nan", "None"} & set(alt.replace(",", " ").split())
    if figure.slug not in {"architecture-overview", "training-data"}:  # these show the configuration and the data, not a run
        assert said[0][0] != said[1][0]


@cases
def test_numbers_can_be_downloaded(figure: Figure, learnt: Study) -> None:
    """The numbers of a figure are plain arrays with names."""
    numbers = figure.numbers(figure.compute(learnt))
    assert numbers
    assert all(a.dtype.kind in "biufU" for a in numbers.values()), {k: a.dtype for k, a in numbers.items() if a.dtype.kind not in "biufU"}
