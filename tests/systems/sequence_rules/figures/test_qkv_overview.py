"""S1: nine panels, each a step of the computation."""

import numpy as np
import pytest
from by_hand import drawn as laid_out
from lookups import figure_called
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyArrowPatch, Rectangle

from reportgen.core.study import Study
from reportgen.drawing.style import theme

FIGURE = figure_called("qkv-overview")


def drawn(study: Study):
    canvas = laid_out(FIGURE, study)
    return FIGURE.compute(study), canvas.figure.axes[:9]


def test_the_panels_compute_what_the_model_computes(study: Study) -> None:
    """From the weights alone: softmax of the scores, values mixed by it, sums, probabilities."""
    data, w, at = FIGURE.compute(study), study.weights, study.demonstration
    x = w["W_E"][study.demonstrations.inputs[at]] + w["W_pos"]
    q, k, v = (x @ w[name][0, 0] for name in ("W_Q", "W_K", "W_V"))
    n = len(x)
    for i in range(n):
        scores = np.array([q[i] @ k[j] / np.sqrt(2) for j in range(i + 1)])
        weights = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
        z = sum(weights[j] * v[j] for j in range(i + 1))
        assert data.scores[i, : i + 1] == pytest.approx(scores)
        assert data.pattern[i, : i + 1] == pytest.approx(weights, abs=1e-12)
        assert data.z[i] == pytest.approx(z)
        assert data.resid_mid[i] == pytest.approx(x[i] + z)
        assert data.probabilities[i] == pytest.approx(data.readout.probabilities(x[i] + z))


def test_no_panel_is_empty(study: Study) -> None:
    _, panels = drawn(study)
    for axes in panels:
        shown = (
            sum(len(c.get_offsets()) for c in axes.collections if hasattr(c, "get_sizes"))
            + len(axes.patches)
            + len(axes.images)
        )
        assert shown or any(
            c.get_array() is not None and np.ma.count(c.get_array()) for c in axes.collections
        )


def test_only_constrained_positions_are_coloured(study: Study) -> None:
    """Arrows of the sum panel and frames of the last panel are teal or magenta at constrained
    positions, and nowhere else.
    """
    data, panels = drawn(study)
    light, at = theme("light"), study.demonstration
    broken = study.demonstrations.broken(study.trace.logits.argmax(-1))[at]
    arrows = [p for p in panels[7].patches if isinstance(p, FancyArrowPatch)]
    for arrow, constrained, wrong in zip(arrows, study.demonstrations.constrained[at], broken):
        assert to_rgb(arrow.get_edgecolor()) == pytest.approx(
            light.outcomes["free" if not constrained else "broken" if wrong else "obeyed"]
        )
    frames = [p for p in panels[8].patches if isinstance(p, Rectangle)]
    assert len(frames) == sum(
        study.demonstrations.allowed[at, p].sum()
        for p in np.flatnonzero(study.demonstrations.constrained[at])
    )


def test_planes_that_are_compared_share_limits(study: Study) -> None:
    """Embeddings with sums, values with attention output."""
    _, panels = drawn(study)
    limits = [(*a.get_xlim(), *a.get_ylim()) for a in panels]
    assert limits[0] == limits[7]
    assert limits[3] == limits[6]


def test_future_scores_and_attention_are_masked(study: Study) -> None:
    _, panels = drawn(study)
    for axes in (panels[4], panels[5]):
        assert np.array_equal(
            np.ma.getmaskarray(axes.collections[0].get_array()),
            ~np.tri(study.config.model.n_ctx, dtype=bool),
        )


def test_alt_text_says_what_is_predicted(study: Study) -> None:
    data = FIGURE.compute(study)
    assert all(
        f"predicted {data.demo.predicted[p]}" in FIGURE.alt(data) for p in data.demo.constrained
    )
