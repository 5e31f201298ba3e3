"""S2: scores and attention of every pair, against the model run on every sequence."""

import numpy as np
import pytest
from lookups import figure_called
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb

from reportgen.core.study import Study
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.figures.parts.pairs import (
    by_class,
    class_means,
    pair_attention,
    readable,
)

FIGURE = figure_called("qk-full-heatmap")


def test_readable_pairs_are_those_of_some_sequence() -> None:
    """Two tokens at three positions, enumerated: all pairs (query, key no later) over all
    sequences, and no others.
    """
    found = np.zeros((2, 3, 2, 3), bool)
    for sequence in np.ndindex(2, 2, 2):
        for i in range(3):
            for j in range(i + 1):
                found[sequence[i], i, sequence[j], j] = True
    assert np.array_equal(readable(2, 3), found)


def test_pairs_are_what_the_model_does_with_repeated_tokens(study: Study) -> None:
    """For every query token, key token and position: run the sequence b b .. b a and read its last
    row.
    """
    data, n = FIGURE.compute(study), study.config.model.n_ctx
    tokens = len(study.tokens)
    for p in (0, 3, n - 1):
        sequences = np.array([[b] * p + [a] for a in range(tokens) for b in range(tokens)])
        trace = study.trace_of(sequences)
        for s, (a, b) in enumerate((a, b) for a in range(tokens) for b in range(tokens)):
            last = p + 1 if a == b else p
            assert data.scores[a, p, b, :last] == pytest.approx(
                trace.attn_scores(layer=0, head=0)[s, p, :last]
            )
            assert data.attention[a, p, b, :last] == pytest.approx(
                trace.pattern(layer=0, head=0)[s, p, :last], abs=1e-12
            )
            assert np.isnan(data.attention[a, p, b, last:]).all()


def test_attention_of_equal_scores_is_even() -> None:
    """With all scores zero the third position gives a third to each key: two thirds to the other
    token, all of it among equals.
    """
    attention = pair_attention(np.where(readable(2, 3), 0.0, np.nan))
    assert attention[0, 2, 1, :2] == pytest.approx([1 / 3, 1 / 3])
    assert attention[0, 2, 0] == pytest.approx([1 / 3] * 3)


def test_large_scores_do_not_overflow() -> None:
    scores = np.where(readable(2, 2), 5000.0, np.nan)
    assert np.isfinite(pair_attention(scores)[readable(2, 2)]).all()


def test_tokens_of_a_class_stand_side_by_side() -> None:
    assert by_class({"0": "even", "1": "odd", "2": "even", "+": "trigger", "3": "odd"}) == (
        0,
        2,
        1,
        4,
        3,
    )


def test_class_means_ignore_what_cannot_occur() -> None:
    values = np.full((2, 1, 2, 1), np.nan)
    values[0, 0, 0, 0], values[0, 0, 1, 0], values[1, 0, 1, 0], values[1, 0, 0, 0] = 1, 2, 3, np.nan
    values[1, 0, 0, 0] = 5
    assert class_means(values, {"a": "x", "b": "y"}) == {
        ("x", "x"): 1,
        ("x", "y"): 2,
        ("y", "x"): 5,
        ("y", "y"): 3,
    }


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_maps_are_ordered_masked_and_centred_on_zero(appearance: str, study: Study) -> None:
    """Names follow the classes; masked cells have a colour that no value has; the score's scale is
    symmetric, the attention's 0 to 1.
    """
    data = FIGURE.compute(study)
    with applied(theme(appearance)):
        canvas = draw(FIGURE, data, FIGURE.scale([data]), appearance)
        FigureCanvasAgg(canvas.figure).draw()
    maps = [a for a in canvas.figure.axes if a.images and a.images[0].get_array().shape == (96, 96)]
    assert len(maps) == 2
    names = [t.get_text() for t in maps[0].get_xticklabels()]
    assert [data.classes[n] for n in names] == sorted(
        (data.classes[n] for n in names), key=list(dict.fromkeys(data.classes.values())).index
    )
    scores, attention = (a.images[0] for a in maps)
    assert scores.norm.vmin == -scores.norm.vmax
    assert (attention.norm.vmin, attention.norm.vmax) == (0, 1)
    zero = np.array(to_rgb(attention.cmap(0.0)))
    assert np.abs(zero - to_rgb(attention.cmap(np.ma.masked))).max() > 0.05
    first = names.index(data.tokens[0])
    assert np.ma.getmaskarray(scores.get_array())[first * 8, first * 8 + 1]


def test_alt_text_gives_the_range(study: Study) -> None:
    data = FIGURE.compute(study)
    assert f"{np.nanmax(data.scores):.1f}" in FIGURE.alt(data)
