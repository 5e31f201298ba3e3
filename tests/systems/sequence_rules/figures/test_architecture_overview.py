"""01: every size comes from the configuration, whatever it is."""

from dataclasses import replace

import pytest
from lookups import figure_called

from reportgen.core.study import Study
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.figures.architecture_overview import Data

FIGURE = figure_called("architecture-overview")
LARGE = Data(
    vocabulary=901,
    n_ctx=77,
    d_model=40,
    d_head=10,
    d_mlp=555,
    n_heads=4,
    n_layers=3,
    output_projection=True,
    residual=True,
    normalization="LN",
    parameters=123_456,
)


def words(data: Data) -> list[str]:
    """Everything written in the picture."""
    with applied(theme("light")):
        canvas = draw(FIGURE, data, None)
    return [t.get_text() for t in canvas.figure.texts] + [
        t.get_text() for axes in canvas.figure.axes for t in axes.texts
    ]


def test_sizes_are_those_of_the_weights(study: Study) -> None:
    """Shapes as stored, and as many parameters as the configuration counts."""
    data = FIGURE.compute(study)
    assert data.parameters == study.config.parameters
    assert (data.vocabulary, data.d_model) == study.weights["W_E"].shape
    assert (data.n_layers, data.n_heads, data.d_model, data.d_head) == study.weights["W_Q"].shape
    assert (data.n_layers, data.d_model, data.d_mlp) == study.weights["W_in"].shape


def test_shapes_of_a_large_network() -> None:
    """Heads, layers, projection and normalisation are drawn where there are any."""
    said = words(LARGE)
    assert {
        "W_E  901 × 40",
        "W_pos  77 × 40",
        "4 × 40 × 10",
        "40 × 40",
        "40 × 555,  555 × 40,  biases",
        "40 × 901,  bias",
        "× 3 layers",
        "LN",
        "attention, 4 heads of size 10",
    } <= set(said)
    assert not any(" 2 × 2" in w or "250" in w for w in said)


def test_small_networks_name_nothing_they_lack(learnt: Study) -> None:
    """No layers, heads, projection or normalisation where there is only one or none."""
    said = words(FIGURE.compute(learnt))
    assert not {"LN", "W_O"} & set(said)
    assert not any("layers" in w or "heads" in w for w in said)


@pytest.mark.parametrize("residual", [True, False])
def test_the_residual_stream_is_drawn_only_where_there_is_one(
    residual: bool, learnt: Study
) -> None:
    """Thick lines are the stream."""
    data = replace(FIGURE.compute(learnt), residual=residual)
    with applied(theme("light")):
        canvas = draw(FIGURE, data, None)
    thick = [p for axes in canvas.figure.axes for p in axes.patches if p.get_linewidth() > 2]
    assert bool(thick) == residual
    assert ("No residual stream" in " ".join(words(data))) != residual


def test_alt_text_counts_in_words() -> None:
    assert "3 layers of 4 attention heads of size 10" in FIGURE.alt(LARGE)
    assert "1 layer of 1 attention head of size 10" in FIGURE.alt(
        replace(LARGE, n_layers=1, n_heads=1)
    )
