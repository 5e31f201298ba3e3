"""05: the numbers in the maps, one scale, names and words."""

import numpy as np
import pytest
from lookups import figure_called

from reportgen.core.study import Study
from reportgen.drawing.canvas import number
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme

FIGURE = figure_called("token-embeddings")


def test_sums_are_sums(study: Study) -> None:
    """Every token at every position is its token plus its position, raw."""
    data = FIGURE.compute(study)
    for t in range(len(data.tokens)):
        for p in range(len(data.position)):
            assert np.allclose(data.sums[t, p], study.weights["W_E"][t] + study.weights["W_pos"][p])


def test_all_maps_share_one_scale_and_say_their_numbers(study: Study) -> None:
    """Zero is the middle; the four meshes hold the four arrays; each cell is written with one
    decimal.
    """
    data = FIGURE.compute(study)
    scale = FIGURE.scale([data])
    with applied(theme("light")):
        canvas = draw(FIGURE, data, scale)
    meshes = [
        m for axes in canvas.figure.axes for m in axes.collections if hasattr(m, "get_coordinates")
    ]
    assert scale.norm.vmin == -scale.norm.vmax
    assert scale.norm.vmax == pytest.approx(
        max(np.abs(data.sums).max(), np.abs(data.token).max(), np.abs(data.position).max())
    )
    assert all(m.norm is scale.norm for m in meshes)
    for mesh, values in zip(
        meshes, (data.token, data.position, data.sums[..., 0], data.sums[..., 1])
    ):
        assert np.allclose(np.asarray(mesh.get_array()).ravel(), values.ravel())
        assert {t.get_text() for t in mesh.axes.texts} == {number(v, 1) for v in values.ravel()}


def test_the_three_planes_have_one_view(study: Study) -> None:
    """Tokens, positions and sums are drawn in the same limits, which hold them all."""
    data = FIGURE.compute(study)
    scale = FIGURE.scale([data])
    with applied(theme("light")):
        canvas = draw(FIGURE, data, scale)
    views = [(*axes.get_xlim(), *axes.get_ylim()) for axes in canvas.figure.axes]
    assert sum(np.allclose(v, scale.sums) for v in views) == 3
    x0, x1, y0, y1 = scale.sums
    points = data.sums.reshape(-1, 2)
    assert ((points > (x0, y0)) & (points < (x1, y1))).all()


def test_alt_text_has_the_class_means(study: Study) -> None:
    data = FIGURE.compute(study)
    x, y = data.token[[i for i, t in enumerate(data.tokens) if data.classes[t] == "even"]].mean(0)
    assert f"even number ({x:.1f}, {y:.1f})" in FIGURE.alt(data)
