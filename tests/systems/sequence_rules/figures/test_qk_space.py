"""09: all queries and keys, the enlarged frame, and labels of tokens that share a place."""

from dataclasses import replace

import numpy as np
import pytest
from lookups import figure_called
from matplotlib.backends.backend_agg import FigureCanvasAgg

from reportgen.core.study import Study
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.figures.qk_space import Data, lengths

FIGURE = figure_called("qk-space")


def drawn(data):
    with applied(theme("light")):
        canvas = draw(FIGURE, data, FIGURE.scale([data]))
        FigureCanvasAgg(canvas.figure).draw()
    return canvas.figure.axes


def test_queries_and_keys_meet_in_the_scores_of_real_sequences(study: Study) -> None:
    """A query and a key of this plane give the score the model itself computes."""
    data, rng = FIGURE.compute(study), np.random.default_rng(0)
    sequences = rng.integers(0, len(study.tokens), (20, study.config.model.n_ctx))
    scores = study.trace_of(sequences).attn_scores(layer=0, head=0)
    for s, tokens in enumerate(sequences):
        for i, j in ((4, 2), (7, 0), (5, 5)):
            assert data.q[tokens[i], i] @ data.k[tokens[j], j] / np.sqrt(2) == pytest.approx(
                scores[s, i, j]
            )


def test_both_panels_show_all_points_in_equal_units(study: Study) -> None:
    """Every query and key lies in the first panel, every key in the second; one unit is as long
    along both axes.
    """
    data = FIGURE.compute(study)
    whole, close = drawn(data)[:2]
    for axes, clouds in ((whole, (data.q, data.k)), (close, (data.k,))):
        for cloud in clouds:
            assert (
                axes.get_xlim()[0] < cloud[..., 0].min() < cloud[..., 0].max() < axes.get_xlim()[1]
            )
            assert (
                axes.get_ylim()[0] < cloud[..., 1].min() < cloud[..., 1].max() < axes.get_ylim()[1]
            )
        unit = axes.transData.transform([(0, 0), (1, 1)])
        assert np.ptp(unit[:, 0]) == pytest.approx(np.ptp(unit[:, 1]), rel=1e-3)
    offsets = [
        c.get_offsets() for c in close.collections if len(c.get_offsets()) == data.k[..., 0].size
    ]
    assert any(np.allclose(o, data.k.reshape(-1, 2)) for o in offsets)


def test_tokens_in_one_place_share_a_label(learnt: Study) -> None:
    """Where all keys of a class coincide, their names are written side by side, each of them
    once.
    """
    data = FIGURE.compute(learnt)
    odd = [i for i, t in enumerate(data.tokens) if data.classes[t] == "odd"]
    keys = data.k.copy()
    keys[odd] = keys[odd[0]]
    close = drawn(replace(data, k=keys))[1]
    shared = " ".join(data.tokens[i] for i in odd)
    assert [t.get_text() for t in close.texts].count(shared) == 1
    assert not {data.tokens[i] for i in odd} & {
        t.get_text() for t in close.texts if t.get_weight() == "bold"
    }


def test_lengths_are_euclidean() -> None:
    """A query (3, 4) has length 5; the median of 0, 0 and 5 is 0."""
    data = Data(
        0,
        ("a",),
        {"a": "even"},
        np.array([[[0.0, 0], [0, 0], [3, 4]]]),
        np.array([[[0.0, 1], [0, 2], [0, 3]]]),
    )
    assert lengths(data) == {
        "longest query": 5,
        "median query": 0,
        "longest key": 3,
        "median key": 2,
    }


def test_alt_text_counts_and_measures(study: Study) -> None:
    data = FIGURE.compute(study)
    assert "96 queries and 96 keys" in FIGURE.alt(data)
    assert f"Queries reach {lengths(data)['longest query']:.1f}" in FIGURE.alt(data)


def test_a_token_is_named_once_in_each_role(study: Study) -> None:
    """Each query in the first panel and each key in the second, without a position."""
    for axes in drawn(FIGURE.compute(study))[:2]:
        names = [t.get_text() for t in axes.texts if t.get_text()]
        assert sorted(" ".join(names).split()) == sorted(study.tokens)
