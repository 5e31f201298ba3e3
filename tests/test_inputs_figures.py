"""What the figures of answered inputs keep: legible words, frames that move, words of their own, and the look that somebody saw."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from inputswork import study_of
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from pictures import compare

from reportgen.figures.base import Figure, all_figures
from reportgen.figures.inputs.seeds_of_inputs import Lane
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.style import CSS_DPI, applied, theme
from reportgen.render import draw, frames
from reportgen.study import Study

FIGURES = all_figures("inputs")
BASELINES = Path(__file__).parent / "baselines" / "inputs" / "figures"
CLASSES = ("digit", "begin")
IN_DARK = ("learning-of-inputs", "mean-attention", "mirror-dynamics")
cases = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())


def steps(study: Study) -> list[int]:
    return [int(s) for s in study.run.steps[::10]]


def scale_of(figure: Figure, study: Study):
    return figure.scale(frames(figure, study, steps(study)) if figure.film else [figure.compute(study)])


def picture(figure: Figure, study: Study, appearance: str) -> bytes:
    """A figure at shown size; of a film, the last frame."""
    out = BytesIO()
    with applied(theme(appearance, CLASSES)):
        canvas = draw(figure, figure.compute(study), scale_of(figure, study), appearance, CLASSES)
        FigureCanvasAgg(canvas.figure)
        canvas.figure.savefig(out, dpi=CSS_DPI, format="png")
    return out.getvalue()


@cases
@pytest.mark.parametrize("name", ["inputs_learnt", "inputs_unlearnt"])
def test_words_are_legible_and_on_the_sheet(figure: Figure, name: str) -> None:
    study = study_of(name)
    with applied(theme("light", CLASSES)):
        canvas = draw(figure, figure.compute(study), scale_of(figure, study), "light", CLASSES)
        renderer = FigureCanvasAgg(canvas.figure).get_renderer()
        canvas.figure.draw(renderer)
        texts = [t for t in canvas.figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
        assert not [t.get_text() for t in texts if t.get_size() < 8]
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    width, height = canvas.figure.bbox.width, canvas.figure.bbox.height
    seen = [(words, b) for words, b in boxes if b.x1 > 0 and b.y1 > 0 and b.x0 < width and b.y0 < height and b.width and b.height]
    assert not [(words, [round(v) for v in b.extents]) for words, b in seen if b.x0 < -1.5 or b.y0 < -1.5 or b.x1 > width + 1.5 or b.y1 > height + 1.5]


@pytest.mark.parametrize("slug", [slug for slug, figure in FIGURES.items() if figure.film])
def test_a_moved_frame_is_the_frame_drawn_anew(slug: str) -> None:
    study, figure = study_of("inputs_learnt"), FIGURES[slug]
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
    said = [(figure.alt(figure.compute(s)), figure.caption(figure.compute(s))) for s in map(study_of, ("inputs_learnt", "inputs_unlearnt"))]
    for alt, caption in said:
        assert len(alt) > 40
        assert len(caption) > 20
        assert not {"nan", "None"} & set(alt.replace(",", " ").split())
    if figure.slug != "split-of-inputs":  # it shows the data, not a run
        assert said[0][0] != said[1][0]


@cases
def test_numbers_can_be_downloaded(figure: Figure) -> None:
    numbers = figure.numbers(figure.compute(study_of("inputs_learnt")))
    assert numbers
    assert all(a.dtype.kind in "biufU" for a in numbers.values())


@cases
def test_the_figure_looks_as_before(figure: Figure) -> None:
    compare(picture(figure, study_of("inputs_learnt"), "light"), figure.slug, BASELINES)


@pytest.mark.parametrize("slug", IN_DARK)
def test_the_figure_looks_as_before_in_the_dark(slug: str) -> None:
    compare(picture(FIGURES[slug], study_of("inputs_learnt"), "dark"), f"{slug}.dark", BASELINES)


def test_every_baseline_belongs_to_a_figure() -> None:
    assert {path.name for path in BASELINES.glob("*.png")} == {f"{slug}.png" for slug in FIGURES} | {f"{slug}.dark.png" for slug in IN_DARK}


def test_the_frames_lie_on_the_mirrors() -> None:
    """Output by output: y1 is made from x4, at position 4, and y4 from x1."""
    data = FIGURES["mean-attention"].compute(study_of("inputs_learnt"))
    assert [data.places[m] for m in data.mirrors] == ["x4", "x3", "x2", "x1"]
    assert data.places == ("BOS", "x1", "x2", "x3", "x4", "y1", "y2", "y3")
    assert np.nansum(data.pattern, -1) == pytest.approx(np.ones((2, 4)))


def test_the_map_of_what_follows_what_is_turned_the_right_way() -> None:
    """The row of x1 is dark in the column of y4: the network that answers everything answers it there."""
    data = FIGURES["one-digit-changed"].compute(study_of("inputs_learnt"))
    assert np.fliplr(data.follows).diagonal() == pytest.approx(np.ones(4))


def test_dots_that_would_touch_stand_on_one_another() -> None:
    lane = Lane("random", np.ones(4), np.array([0.5, 1.0, 1.0, 0.505]), None)
    assert lane.levels.tolist() == [0, 0, 1, 1]
    assert lane.solved == 2
