"""20: one field a query, one scale for all."""

import numpy as np
import pytest
from by_hand import drawn as laid_out
from lookups import figure_called
from matplotlib.colors import to_rgb

from reportgen.core.study import Study
from reportgen.drawing.style import theme

FIGURE = figure_called("query-fields")


def drawn(study: Study):
    canvas = laid_out(FIGURE, study)
    return FIGURE.compute(study), [
        a for a in canvas.figure.axes if a.images and a.images[0].get_array().shape[0] > 1
    ]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_every_query_has_a_field_on_the_common_scale(which: int, study: Study) -> None:
    """One panel a position; its pixels are query . point / sqrt(2), its norm and view are those of
    all panels.
    """
    data, panels = drawn(study.showing(which))
    assert len(panels) == len(data.q) == study.config.model.n_ctx
    assert len({(*a.get_xlim(), *a.get_ylim(), a.images[0].norm.vmax) for a in panels}) == 1
    w = study.weights
    for p, axes in enumerate(panels):
        image = axes.images[0]
        query = (w["W_E"][study.demonstrations.inputs[which, p]] + w["W_pos"][p]) @ w["W_Q"][0, 0]
        x0, x1, y0, y1 = image.get_extent()
        n = image.get_array().shape[0]
        point = np.array([x0 + (x1 - x0) * (20.5 / n), y0 + (y1 - y0) * (5.5 / n)])
        assert image.get_array()[5, 20] == pytest.approx(query @ point / np.sqrt(2))


def test_the_strongest_field_fills_the_scale(study: Study) -> None:
    data, panels = drawn(study)
    strongest = max(np.abs(a.images[0].get_array()).max() for a in panels)
    assert 0.9 * panels[0].images[0].norm.vmax < strongest <= panels[0].images[0].norm.vmax


def test_future_keys_are_grey_and_answers_framed(study: Study) -> None:
    """Panel p has p + 1 red keys and the rest grey; a frame stands on the source, and only where
    the rule decides and the answer is visible.
    """
    data, panels = drawn(study)
    light, n = theme("light"), len(data.q)
    windows, at = study.demonstrations, study.demonstration
    for p, axes in enumerate(panels):
        dots = lambda colour: sum(
            len(c.get_offsets())
            for c in axes.collections
            if len(c.get_facecolor()) and np.allclose(to_rgb(c.get_facecolor()[0]), colour)
        )
        assert dots(light.roles["key"]) == p + 1
        assert dots(light.outcomes["free"]) == n - p - 1
        frames = [c for c in axes.collections if not len(c.get_facecolor())]
        framed = np.concatenate([c.get_offsets() for c in frames])
        if windows.visible[at, p]:
            assert np.allclose(framed, data.k[[windows.source[at, p]]])
        else:
            assert not len(framed)


def test_alt_text_says_where_constrained_queries_look(study: Study) -> None:
    data = FIGURE.compute(study)
    for p in np.flatnonzero(study.demonstrations.constrained[study.demonstration]):
        most = study.trace.pattern(layer=0, head=0)[study.demonstration, p].argmax()
        assert (
            f"at position {p} gives most,"
            f" {study.trace.pattern(layer=0, head=0)[study.demonstration, p, most]:.2f}"
            in FIGURE.alt(data)
        )
