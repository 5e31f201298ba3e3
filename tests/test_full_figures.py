"""What the figures of the whole transformer keep: legible words, words of their own, numbers that add up, and the look that somebody saw."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from pictures import compare
from test_text_figures import CLASSES, HOSTILE, PICTURES, canvas_of, illegible
from textwork import of_text, shown

from reportgen.figures.base import Figure, all_figures
from reportgen.figures.parts.names import short_names
from reportgen.figures.style import CSS_DPI, applied, theme
from reportgen.study import Study
from reportgen.train import train

OURS = ("feed-forward-maps", "head-catalogue", "lens-dynamics", "lens-of-text", "lens-passage", "neuron-catalogue", "parts-missed", "prompt-patching", "push-by-part", "push-passage")
FIGURES = {slug: figure for slug, figure in all_figures("text").items() if slug in OURS}
IN_DARK = ("feed-forward-maps", "head-catalogue", "neuron-catalogue", "lens-passage")
cases = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES.keys())


@cases
@pytest.mark.parametrize("name", ["full_learnt", "full_unlearnt"])
def test_words_are_legible_and_on_the_sheet(figure: Figure, name: str) -> None:
    assert not illegible(figure, shown(name))


@cases
def test_alt_text_and_caption_speak_of_this_run(figure: Figure) -> None:
    said = [(figure.alt(figure.compute(s)), figure.caption(figure.compute(s))) for s in map(shown, ("full_learnt", "full_unlearnt"))]
    for alt, caption in said:
        assert len(alt) > 40
        assert len(caption) > 20
        assert not {"nan", "None"} & set(alt.replace(",", " ").split())
    assert said[0][0] != said[1][0]


@pytest.mark.parametrize(("slug", "appearance"), [*((slug, "light") for slug in OURS), *((slug, "dark") for slug in IN_DARK)])
def test_the_figure_looks_as_before(slug: str, appearance: str) -> None:
    out = BytesIO()
    with applied(theme(appearance, CLASSES)):
        canvas = canvas_of(FIGURES[slug], shown("full_learnt"), appearance)
        FigureCanvasAgg(canvas.figure)
        canvas.figure.savefig(out, dpi=CSS_DPI, format="png")
    compare(out.getvalue(), slug if appearance == "light" else f"{slug}.dark", PICTURES)


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_a_hostile_text_is_drawn_as_it_is(tmp_path: Path, unit: str) -> None:
    """Markup, marks without a form, characters that no font has, and long words."""
    model = dict(n_layers=2, n_heads=2, d_model=6, d_head=3, d_mlp=5, n_ctx=12, output_projection=True, positions="stream", normalization="LN")
    config = of_text(tmp_path / "hostile.txt", HOSTILE, unit=unit, size=20, **model)
    study = Study.of(config, train(config))
    study = study.calling(short_names(study.tokens))
    for figure in FIGURES.values():
        assert not illegible(figure, study), figure.slug
        assert figure.alt(figure.compute(study))


def test_pushes_are_drawn_as_they_add_up() -> None:
    study, figure = shown("full_learnt").showing(1), FIGURES["push-passage"]
    data = figure.compute(study)
    assert data.pushed.sum(1) == pytest.approx(data.total)
    with applied(theme("light", CLASSES)):
        canvas = canvas_of(figure, study)
    (column,) = [np.asarray(c.get_array())[:, 0] for a in canvas.figure.axes for c in a.collections if isinstance(c, QuadMesh) and np.shape(c.get_array()) == (len(data.tokens), 1)]
    assert column == pytest.approx(data.total)


def test_the_last_row_of_the_lens_is_what_the_network_says() -> None:
    study, figure = shown("full_learnt"), FIGURES["lens-passage"]
    data = figure.compute(study)
    assert data.named[-1] == tuple(study.tokens[t] for t in study.trace.logits[0].argmax(-1))
    assert data.chance[-1] == pytest.approx(np.take_along_axis(study.trace.probabilities[0], study.demonstrations.targets[0][:, None], -1)[:, 0])
