"""10: one query, its field of scores, and which keys it may read."""

from types import SimpleNamespace

import numpy as np
import pytest
from by_hand import drawn as laid_out
from lookups import figure_called
from matplotlib.colors import to_rgb

from reportgen.core.study import Study
from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.parts.focus import focus

FIGURE = figure_called("qk-focus")


def drawn(study: Study):
    canvas = laid_out(FIGURE, study)
    return FIGURE.compute(study), canvas.figure.axes


def test_the_trigger_is_asked_at_the_middle_position(study: Study) -> None:
    data = FIGURE.compute(study)
    assert (data.focus.token, data.position) == (study.trigger, study.config.model.n_ctx // 2)


def test_a_rule_without_trigger_is_asked_at_the_end_of_its_demonstration() -> None:
    """The last token of the demonstration at its own position: every demonstration ends where the
    rule decides.
    """
    windows = SimpleNamespace(inputs=np.array([[0, 0, 0], [3, 5, 7]]))
    config = SimpleNamespace(model=SimpleNamespace(n_ctx=3))
    chosen = focus(
        SimpleNamespace(trigger=None, demonstration=1, demonstrations=windows, config=config)
    )
    assert (chosen.token, chosen.position) == (7, 2)
    assert "last token" in chosen.why


def test_scores_are_those_of_sequences_that_hold_the_key(study: Study) -> None:
    """Put a token before the query and let the model score it; later keys and other tokens in the
    query's position have no score.
    """
    data = FIGURE.compute(study)
    p, trigger = data.position, study.trigger
    for token in range(len(study.tokens)):
        for at in range(p):
            sequence = np.full((1, p + 1), 1)
            sequence[0, at], sequence[0, p] = token, trigger
            assert data.scores[token, at] == pytest.approx(
                study.trace_of(sequence).attn_scores(layer=0, head=0)[0, p, at]
            )
    assert np.isfinite(data.scores[trigger, p])
    assert np.isnan(np.delete(data.scores[:, p], trigger)).all()
    assert np.isnan(data.scores[:, p + 1 :]).all()


def test_keys_are_red_where_they_may_be_read_and_grey_where_not(study: Study) -> None:
    """All tokens at earlier positions and the query's own key are red, the own key apart; every
    other key is grey.
    """
    data, axes = drawn(study)
    colours = {"key": theme("light").roles["key"], "free": theme("light").outcomes["free"]}
    counts = {
        name: [
            len(c.get_offsets())
            for c in axes[0].collections
            if np.allclose(to_rgb(c.get_facecolor()[0]), colour)
        ]
        for name, colour in colours.items()
    }
    tokens, positions = data.scores.shape
    assert sorted(counts["key"]) == [1, tokens * data.position]
    assert counts["free"] == [tokens * positions - tokens * data.position - 1]


def test_the_field_is_the_score_and_its_line_is_zero(study: Study) -> None:
    """A pixel holds query . point / sqrt(2); along the line the score vanishes; the scale is
    symmetric and holds the field.
    """
    data, axes = drawn(study)
    image = axes[0].images[0]
    x0, x1, y0, y1 = image.get_extent()
    values = np.asarray(image.get_array())
    step = (x1 - x0) / values.shape[1], (y1 - y0) / values.shape[0]
    point = np.array([x0 + 10.5 * step[0], y0 + 40.5 * step[1]])
    assert values[40, 10] == pytest.approx(data.query @ point / np.sqrt(2))
    assert image.norm.vmin == -image.norm.vmax
    assert np.abs(values).max() <= image.norm.vmax
    line = next(l for l in axes[0].lines if l.get_linewidth() == 1.3)
    assert line.get_xydata() @ data.query == pytest.approx(np.zeros(2), abs=1e-9)


def test_alt_text_names_the_best_and_the_worst_key(study: Study) -> None:
    data = FIGURE.compute(study)
    token, at = np.unravel_index(np.nanargmax(data.scores), data.scores.shape)
    assert f"({data.tokens[token]} at position {at})" in FIGURE.alt(data)
    assert f"{int(np.isfinite(data.scores).sum())} keys" in FIGURE.alt(data)
