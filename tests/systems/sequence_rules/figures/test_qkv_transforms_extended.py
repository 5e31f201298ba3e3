"""X1: every component of every query, key and value as a number."""

import numpy as np
import pytest
from lookups import figure_called
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh

from reportgen.core.study import Study
from reportgen.drawing.rendering import draw
from reportgen.drawing.style import applied, theme

FIGURE = figure_called("qkv-transforms-extended")


def maps_of(study: Study):
    """The component maps in the order Q, K, V, two dimensions each."""
    data = FIGURE.compute(study)
    with applied(theme("dark")):
        canvas = draw(FIGURE, data, FIGURE.scale([data]), "dark")
        FigureCanvasAgg(canvas.figure).draw()
    shape = (len(study.tokens), study.config.model.n_ctx)
    return data, [
        a
        for a in canvas.figure.axes
        for c in a.collections
        if isinstance(c, QuadMesh) and c.get_array().shape == shape
    ]


def test_maps_hold_the_components(study: Study) -> None:
    """Six maps, token by position, printed to a tenth."""
    data, maps = maps_of(study)
    assert len(maps) == 6
    for axes, (role, dim) in zip(maps, ((r, d) for r in data.points for d in range(2))):
        values = data.points[role][..., dim]
        assert np.allclose(axes.collections[0].get_array(), values)
        said = [float(t.get_text().replace("−", "-")) for t in axes.texts]
        assert said == pytest.approx(values.ravel(), abs=0.0501)


def test_dimensions_of_a_role_share_a_scale(study: Study) -> None:
    """Both maps of Q have one norm around zero that holds all its values, and so have K and V."""
    data, maps = maps_of(study)
    for i, role in enumerate(data.points):
        first, second = (maps[2 * i + d].collections[0].norm for d in range(2))
        assert (first.vmin, first.vmax) == (second.vmin, second.vmax)
        assert first.vmax == -first.vmin == pytest.approx(abs(data.points[role]).max())


def test_rows_are_named_in_the_colour_of_the_class(study: Study) -> None:
    data, maps = maps_of(study)
    for label in maps[0].get_yticklabels():
        assert label.get_color() == theme("dark").classes[data.classes[label.get_text()]]


def test_alt_text_gives_the_spans(study: Study) -> None:
    data = FIGURE.compute(study)
    assert (
        f"keys from {data.points['key'].min():.1f} to {data.points['key'].max():.1f}"
        in FIGURE.alt(data)
    )
