"""21: the rows of one query token."""

from dataclasses import replace

import numpy as np
import pytest
from lookups import figure_called
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh

from reportgen.core.study import Study
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.figures.parts.pairs import by_class, pair_attention, readable
from reportgen.systems.sequence_rules.figures.trigger_scores import (
    maps_in_rows,
    mean_scores,
    shares,
)

FIGURE = figure_called("trigger-scores")


def test_rows_are_the_triggers_in_real_sequences(study: Study) -> None:
    """Score and attention of the trigger after every repeated token, run through the model."""
    data, p = FIGURE.compute(study), study.config.model.n_ctx - 1
    for key in range(len(study.tokens)):
        trace = study.trace_of(np.array([[key] * p + [study.trigger]]))
        assert data.scores[p, key, :p] == pytest.approx(
            trace.attn_scores(layer=0, head=0)[0, p, :p]
        )
        assert data.attention[p, key, :p] == pytest.approx(
            trace.pattern(layer=0, head=0)[0, p, :p], abs=1e-12
        )


def test_impossible_cells_are_masked(study: Study) -> None:
    """The diagonal belongs to the trigger's own key and to no other; nothing stands above it."""
    data, n = FIGURE.compute(study), study.config.model.n_ctx
    for key in range(len(study.tokens)):
        seen = np.isfinite(data.scores[:, key])
        assert seen.sum() == n * (n - 1) // 2 + (n if key == study.trigger else 0)
        assert not seen[np.triu_indices(n, 1)].any()


def test_shares_of_equal_scores(learnt: Study) -> None:
    """With all scores equal, another token before the query gets i of i + 1 parts at position i;
    the query's own token gets all.
    """
    tokens, n = len(learnt.tokens), learnt.config.model.n_ctx
    even = pair_attention(np.where(readable(tokens, n), 0.0, np.nan))[learnt.trigger]
    given = shares(replace(FIGURE.compute(learnt), attention=even))
    assert given[0] == pytest.approx(np.mean([i / (i + 1) for i in range(1, n)]))
    assert given[learnt.trigger] == pytest.approx(1)


@pytest.mark.parametrize("count", [1, 4, 10, 12, 22])
def test_maps_fill_their_area(count: int) -> None:
    """All maps fit, and one column fewer or more would make them no larger."""
    columns, side = maps_in_rows(count, 732, 268, 25)
    rows = -(-count // columns)
    assert columns * side + (columns - 1) * 14 <= 732 + 1e-9
    assert rows * (side + 25) <= 268 + 1e-9
    assert side > 20


def test_maps_stand_by_class_with_their_means(study: Study) -> None:
    """Twelve maps of scores and twelve of attention, in the order of classes; the numbers beside
    the names are means of what is drawn.
    """
    data = FIGURE.compute(study)
    with applied(theme("light")):
        canvas = draw(FIGURE, data, FIGURE.scale([data]))
        FigureCanvasAgg(canvas.figure).draw()
    maps = [c for a in canvas.figure.axes for c in a.collections if isinstance(c, QuadMesh)]
    tokens, order = len(study.tokens), by_class(study.classes)
    assert len(maps) == 2 * tokens
    for mesh, token in zip(maps, order):
        assert np.array_equal(np.ma.getmaskarray(mesh.get_array()), np.isnan(data.scores[:, token]))
    assert len({(m.norm.vmin, m.norm.vmax) for m in maps[:tokens]}) == 1
    said = [t.get_text().replace("−", "-") for t in canvas.figure.texts]
    assert all(f"{round(m, 1) + 0:.1f}" in said for m in mean_scores(data))
    assert all(f"{m:.2f}" in said for m in shares(data))


def test_alt_text_compares_the_classes(study: Study) -> None:
    data = FIGURE.compute(study)
    assert all(f"{kind} keys" in FIGURE.alt(data) for kind in set(data.classes.values()))
    assert "share of attention" not in FIGURE.alt(data)  # which is 1.00 for each
