"""What comes after each token, against counts in plain loops."""

import numpy as np
import pytest
from by_hand import drawn
from every_rule import study_of
from matplotlib.collections import QuadMesh

from reportgen.figures.base import figure_called
from reportgen.figures.next_token_map import CONTEXTS
from reportgen.study import Study

FIGURE = figure_called("next-token-map")


def test_means_over_the_contexts_that_end_with_a_token(study: Study) -> None:
    """Model and law, each averaged over the same positions, one by one."""
    data = FIGURE.compute(study)
    windows = study.data.holdout_windows[: CONTEXTS // study.config.model.n_ctx]
    said, told = study.trace_of(windows.inputs).probabilities, study.floors.predict(windows)
    for token in (0, 7, 11):
        at = windows.inputs == token
        assert data.contexts[token] == at.sum()
        assert data.model[token] == pytest.approx(said[at].mean(0))
        assert data.law[token] == pytest.approx(told[at].mean(0))
    assert data.apart == pytest.approx([sum(abs(a - b) for a, b in zip(m, l)) / 2 for m, l in zip(data.model, data.law)])


def test_where_the_last_token_decides_the_law_is_the_rule() -> None:
    """Counting up: after each number the next one, for certain; and it agrees with the law of pairs."""
    study = study_of("successor")
    data = FIGURE.compute(study)
    assert data.law == pytest.approx(np.roll(np.eye(10), 1, axis=1))
    assert data.law == pytest.approx(study.floors.after)


def test_maps_and_bars_show_the_numbers(study: Study) -> None:
    data, canvas = FIGURE.compute(study), drawn(FIGURE, study)
    scale = FIGURE.scale([data])
    shown = [c for a in canvas.figure.axes for c in a.collections if isinstance(c, QuadMesh)]
    for mesh, values in zip(shown, (data.model, data.law, data.model - data.law), strict=True):
        assert np.allclose(mesh.get_array(), values)
    assert scale.norm.vmin == 0
    assert scale.norm.vmax == pytest.approx(max(data.model.max(), data.law.max()))
    assert scale.signed.vmin == -scale.signed.vmax
    assert scale.signed.vmax >= 0.1
    bars = [p.get_width() for a in canvas.figure.axes for p in a.patches]
    assert bars == pytest.approx(list(data.apart))


def test_a_token_that_never_comes_last_is_masked() -> None:
    """Its row is empty, and the words under the figure do without it."""
    from dataclasses import replace

    data = FIGURE.compute(study_of("successor"))
    gone = replace(data, model=np.where(np.arange(10)[:, None] == 3, np.nan, data.model), contexts=np.where(np.arange(10) == 3, 0, data.contexts))
    assert "nan" not in FIGURE.alt(gone)
    assert np.isnan(gone.apart[3])


def test_alt_text_has_the_mean_distance(study: Study) -> None:
    data = FIGURE.compute(study)
    mean = sum(data.apart * data.contexts) / data.contexts.sum()
    assert f"On average {100 * mean:.1f} %" in FIGURE.alt(data)
    assert f"{100 * data.apart.max():.1f} %" in FIGURE.alt(data)
