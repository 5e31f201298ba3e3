"""21: the rows of one query token."""

import numpy as np
import pytest
from lookups import figure_called
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from tiny import tiny

from reportgen.core.study import Study
from reportgen.drawing.marks.names import cell_names
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme
from reportgen.systems.sequence_rules.figures.parts.pairs import by_class
from reportgen.systems.sequence_rules.figures.trigger_scores import mean_scores

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


def test_rows_stand_by_class_and_blocks_by_query(study: Study) -> None:
    """One map of scores and one of attention: every cell is where its names say, and the numbers
    beside the rows are means of what is drawn.
    """
    data, count = FIGURE.compute(study), study.config.model.n_ctx
    with applied(theme("light")):
        canvas = draw(FIGURE, data, FIGURE.scale([data]))
        FigureCanvasAgg(canvas.figure).draw()
    panels = [a for a in canvas.figure.axes if any(isinstance(c, QuadMesh) for c in a.collections)]
    pairs = [(query, key) for query in range(count) for key in range(query + 1)]
    assert len(panels) == 2
    for axes, values in zip(panels, (data.scores, data.attention)):
        shown = np.ma.filled(axes.collections[0].get_array(), np.nan)
        assert [t.get_text() for t in axes.get_yticklabels()] == [
            study.tokens[token] for token in by_class(study.classes)
        ]
        for row, token in enumerate(by_class(study.classes)):
            expected = [values[query, token, key] for query, key in pairs]
            np.testing.assert_array_equal(shown[row], expected)
    assert cell_names(panels[0], "x", np.arange(len(pairs) + 1))[-2:] == [
        f"key at {key}, query at {count - 1}" for key in (count - 2, count - 1)
    ]
    said = [t.get_text().replace("−", "-") for t in canvas.figure.texts]
    assert all(f"{round(m, 1) + 0:.1f}" in said for m in mean_scores(data))


@pytest.mark.parametrize("name", ["plus_last_even", "plus_max_of_two"])
def test_every_row_has_its_name(name: str) -> None:
    """Of twelve tokens, and of twenty-two."""
    study = tiny(name)
    data, kinds = FIGURE.compute(study), tuple(study.rule.class_names)
    with applied(theme("light")):
        canvas = draw(FIGURE, data, FIGURE.scale([data]), classes=kinds)
        FigureCanvasAgg(canvas.figure).draw()
    named = [[t.get_text() for t in axes.get_yticklabels()] for axes in canvas.figure.axes]
    every = [study.tokens[token] for token in by_class(study.classes)]
    assert named.count(every) == 2


def test_scores_of_one_sign_leave_the_colours_of_the_other(study: Study) -> None:
    """Each side of zero is filled to its end by the scores of its sign."""
    data = FIGURE.compute(study)
    norm = FIGURE.scale([data])
    assert norm(0) == pytest.approx(0.5)
    ends = np.nanmin(data.scores), np.nanmax(data.scores)
    assert min(-ends[0], ends[1]) > max(-ends[0], ends[1]) / 5
    assert [float(norm(end)) for end in ends] == pytest.approx([0, 1])


def test_alt_text_compares_the_classes(study: Study) -> None:
    data = FIGURE.compute(study)
    assert all(f"{kind} keys" in FIGURE.alt(data) for kind in set(data.classes.values()))
    assert "share of attention" not in FIGURE.alt(data)  # which is 1.00 for each
