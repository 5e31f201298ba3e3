"""What the figures of networks that read a text keep: legible words, frames that move, words of their own, and the look that somebody saw."""

import dataclasses
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.text import Text
from pictures import compare
from textwork import BASELINES, of_text, shown

from reportgen.figures.base import Figure, all_figures
from reportgen.figures.parts.canvas import Canvas
from reportgen.figures.parts.kinds import by_kind, order_told
from reportgen.figures.parts.names import short_names
from reportgen.figures.parts.principal import axes_of
from reportgen.figures.style import CSS_DPI, applied, theme
from reportgen.figures.text.pair_tables import LEAST, among
from reportgen.figures.text.written_text import broken
from reportgen.render import draw, frames
from reportgen.study import Study
from reportgen.train import train

OURS = ("text-passages", "text-learning-curve", "pair-tables", "table-dynamics", "what-follows", "what-precedes", "nearest-tokens", "embedding-map", "embedding-dynamics", "excess-by-width", "written-text")
FIGURES = {slug: figure for slug, figure in all_figures("text").items() if slug in OURS}
CLASSES = ("letter", "space", "mark", "digit")
IN_DARK = ("pair-tables", "nearest-tokens", "embedding-map", "table-dynamics")
PICTURES = BASELINES / "figures"
HOSTILE = '<b>a</b> *b* `c` | $d$ \\ é \u200b\u202e\u05d0\u0627\u0301 \U0001f600\u2423\u25a1\u23ce\u00a0z\t{{ x }} [l](u) & "q" \u4e16 ' * 24
cases = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())


def scale_of(figure: Figure, study: Study):
    return figure.scale(frames(figure, study, [int(s) for s in study.run.steps]) if figure.film else [figure.compute(study)])


def canvas_of(figure: Figure, study: Study, appearance: str = "light") -> Canvas:
    return draw(figure, figure.compute(study), scale_of(figure, study), appearance, CLASSES)


def illegible(figure: Figure, study: Study) -> list[object]:
    """Words that are too small, or cut off by the sheet."""
    with applied(theme("light", CLASSES)):
        canvas = canvas_of(figure, study)
        renderer = FigureCanvasAgg(canvas.figure).get_renderer()
        canvas.figure.draw(renderer)
        texts = [t for t in canvas.figure.findobj(Text) if t.get_visible() and t.get_text().strip() and (t.axes is None or t.axes.get_visible())]
        small = [t.get_text() for t in texts if t.get_size() < 8]
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
    width, height = canvas.figure.bbox.width, canvas.figure.bbox.height
    seen = [(words, b) for words, b in boxes if b.x1 > 0 and b.y1 > 0 and b.x0 < width and b.y0 < height and b.width and b.height]
    return small + [(words, [round(v) for v in b.extents]) for words, b in seen if b.x0 < -1.5 or b.y0 < -1.5 or b.x1 > width + 1.5 or b.y1 > height + 1.5]


@cases
@pytest.mark.parametrize("name", ["text_learnt", "text_unlearnt"])
def test_words_are_legible_and_on_the_sheet(figure: Figure, name: str) -> None:
    assert not illegible(figure, shown(name))


@pytest.mark.parametrize("slug", [slug for slug, figure in FIGURES.items() if figure.film])
def test_a_moved_frame_is_the_frame_drawn_anew(slug: str) -> None:
    study, figure = shown("text_learnt"), FIGURES[slug]
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
    said = [(figure.alt(figure.compute(s)), figure.caption(figure.compute(s))) for s in map(shown, ("text_learnt", "text_unlearnt"))]
    for alt, caption in said:
        assert len(alt) > 40
        assert len(caption) > 20
        assert not {"nan", "None"} & set(alt.replace(",", " ").split())
    assert said[0][0] != said[1][0]


@cases
def test_numbers_can_be_downloaded(figure: Figure) -> None:
    numbers = figure.numbers(figure.compute(shown("text_learnt")))
    assert numbers
    assert all(a.dtype.kind in "biufU" for a in numbers.values())


def picture(figure: Figure, appearance: str) -> bytes:
    out = BytesIO()
    with applied(theme(appearance, CLASSES)):
        canvas = canvas_of(figure, shown("text_learnt"), appearance)
        FigureCanvasAgg(canvas.figure)
        canvas.figure.savefig(out, dpi=CSS_DPI, format="png")
    return out.getvalue()


@cases
def test_the_figure_looks_as_before(figure: Figure) -> None:
    compare(picture(figure, "light"), figure.slug, PICTURES)


@pytest.mark.parametrize("slug", IN_DARK)
def test_the_figure_looks_as_before_in_the_dark(slug: str) -> None:
    compare(picture(FIGURES[slug], "dark"), f"{slug}.dark", PICTURES)


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_a_hostile_text_is_drawn_as_it_is(tmp_path: Path, unit: str) -> None:
    """Markup, marks without a form, marks that turn lines around, characters that no font has: every figure has words for them, and says nothing to the log."""
    config = of_text(tmp_path / "hostile.txt", HOSTILE, unit=unit, size=20)
    study = Study.of(config, train(config))
    study = study.calling(short_names(study.tokens))
    for figure in FIGURES.values():
        assert not illegible(figure, study), figure.slug
        assert figure.alt(figure.compute(study))


def test_a_text_of_two_tokens_and_one_dimension_has_figures(tmp_path: Path) -> None:
    """The least there is: nothing divides by zero, nothing wants a neighbour too many."""
    config = of_text(tmp_path / "two.txt", "ab" * 600, size=2)
    alone = config.training.model_copy(update=dict(narrower=(), seeds=1))
    config = dataclasses.replace(config, training=alone, model=config.model.model_copy(update=dict(d_model=1)))
    study = Study.of(config, train(config))
    for slug, figure in FIGURES.items():
        if slug != "excess-by-width":
            assert not illegible(figure, study), slug


def test_maps_show_both_tables_on_one_scale() -> None:
    """Rows and columns kind by kind; each map is the table in that order, in powers of ten."""
    study, figure = shown("text_learnt"), FIGURES["pair-tables"]
    data = figure.compute(study)
    order = [study.tokens.index(t) for t in data.tokens]
    assert data.network == pytest.approx(study.table[np.ix_(order, order)])
    assert data.counts == pytest.approx(study.counts.after[np.ix_(order, order)])
    assert data.often == pytest.approx(study.counts.often[order])
    assert [k for i, k in enumerate(data.kinds) if i == 0 or data.kinds[i - 1] != k] == ["space", "vowel", "consonant", "capital", "digit", "mark"]
    with applied(theme("light", CLASSES)):
        canvas = canvas_of(figure, study)
    meshes = [c for a in canvas.figure.axes for c in a.collections if isinstance(c, QuadMesh)]
    assert len(meshes) == 4
    assert {(m.norm.vmin, m.norm.vmax) for m in meshes} == {(np.log10(LEAST), 0)}
    shown_values = [np.asarray(m.get_array()) for m in meshes]
    assert any(v.shape == data.network.shape and np.allclose(v, np.log10(np.maximum(data.network, LEAST))) for v in shown_values)
    assert any(v.shape == data.counts.shape and np.allclose(v, np.log10(np.maximum(data.counts, LEAST))) for v in shown_values)


@pytest.mark.parametrize(("slug", "axis"), [("what-follows", 1), ("what-precedes", 0)])
def test_choices_are_the_likeliest_of_the_network_beside_the_counts(slug: str, axis: int) -> None:
    study = shown("text_learnt")
    data = FIGURES[slug].compute(study)
    joint = study.counts.often[:, None] * study.table
    network, counts = (study.table, study.counts.after) if axis else ((joint / joint.sum(0)).T, study.counts.before.T)
    for choice in data.choices:
        row = study.tokens.index(choice.token)
        likeliest = sorted(range(len(network)), key=lambda j: -network[row, j])[:6]
        assert choice.names == tuple(study.tokens[j] for j in likeliest)
        assert choice.network == pytest.approx(network[row, likeliest])
        assert choice.counts == pytest.approx(counts[row, likeliest])
    assert len({c.token for c in data.choices}) == 12


def test_passages_show_what_came_and_what_was_expected() -> None:
    study = shown("text_learnt")
    data, passages = FIGURES["text-passages"].compute(study), study.demonstrations
    assert data.tokens[1][3] == study.tokens[passages.tokens[1, 4]]
    assert data.network[1, 3] == pytest.approx(study.table[passages.tokens[1, 3], passages.tokens[1, 4]])
    assert data.guesses[1][3] == study.tokens[study.table[passages.tokens[1, 3]].argmax()]
    assert data.counts[0, 0] == pytest.approx(study.counts.smoothed[passages.tokens[0, 0], passages.tokens[0, 1]])


def test_principal_axes_of_a_cloud_with_known_ones() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(400, 3)) * [1, 5, 2] + [7, 0, 0]
    middle, axes, shares = axes_of(points)
    assert np.abs(axes[1, 0]) == pytest.approx(1, abs=0.05)
    assert np.abs(axes[2, 1]) == pytest.approx(1, abs=0.05)
    assert shares == pytest.approx((25 / 30, 4 / 30), abs=0.05)
    assert middle == pytest.approx(points.mean(0))
    flat, one = axes_of(points[:, :1], 4)[1:]
    assert (flat[:, 1:] == 0).all()
    assert one == pytest.approx((1, 0, 0, 0))


def test_tokens_stand_kind_by_kind_the_most_frequent_first() -> None:
    kinds, often = ("mark", "vowel", "space", "vowel", "odd"), np.array([9, 1, 5, 3, 2])
    assert by_kind(kinds, often).tolist() == [2, 3, 1, 0, 4]
    assert by_kind(kinds, often, 2).tolist() == [2, 0]
    assert order_told([kinds[i] for i in by_kind(kinds, often)]) == "spaces, vowels, marks and odds"
    assert order_told(["word", "word"]) == "words"


def test_a_map_of_some_tokens_does_not_say_that_it_shows_all() -> None:
    assert among(96, 0) == "all 96 tokens"
    assert among(96, 904) == "the 96 most frequent tokens of 1,000"


def test_written_lines_are_broken_where_they_are_full() -> None:
    lines = list(broken(["word"] * 400, " "))
    assert len(lines) == 4
    assert all(40 < len(line) <= 70 for line in lines)
    assert list(broken(["a", "\u200b", "b"], "")) == ["aU+200Bb"]
