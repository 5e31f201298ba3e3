"""08: the matrices, the clouds they make, and the limits these share."""

import numpy as np
import pytest
from by_hand import drawn as laid_out
from lookups import figure_called
from matplotlib.collections import QuadMesh

from reportgen.core.study import Study
from reportgen.drawing.marks.names import point_name

FIGURE = figure_called("qkv-transforms")


def drawn(study: Study):
    canvas = laid_out(FIGURE, study)
    return FIGURE.compute(study), canvas.figure.axes


def test_every_point_is_its_embedding_times_a_matrix(study: Study) -> None:
    """Token by token and position by position, with plain sums."""
    data, w = FIGURE.compute(study), study.weights
    for role, name in (("query", "W_Q"), ("key", "W_K"), ("value", "W_V")):
        for t in range(len(study.tokens)):
            for p in range(study.config.model.n_ctx):
                x = w["W_E"][t] + w["W_pos"][p]
                by_hand = [sum(x[i] * w[name][0, 0, i, j] for i in range(2)) for j in range(2)]
                assert data.points[role][t, p] == pytest.approx(by_hand)


def test_matrices_print_their_values_on_one_symmetric_scale(study: Study) -> None:
    """Each W shows its four values to two decimals; all three share a norm with zero in the
    middle.
    """
    data, axes = drawn(study)
    cells = [a for a in axes if any(isinstance(c, QuadMesh) for c in a.collections)]
    assert len(cells) == 3
    norms = [a.collections[0].norm for a in cells]
    assert {(n.vmin, n.vmax) for n in norms} == {(-norms[0].vmax, norms[0].vmax)}
    for a, matrix in zip(cells, data.matrices.values()):
        said = [float(t.get_text().replace("−", "-")) for t in a.texts]
        assert said == pytest.approx(matrix.ravel(), abs=0.0051)


def test_clouds_share_limits_and_frames_show_what_is_enlarged(study: Study) -> None:
    """The three small planes have equal limits that hold every point; the large ones lie where the
    frames are.
    """
    data, axes = drawn(study)
    small = [a for a in axes if a.patches and a.get_xlim() != (0, 1)]
    assert len(small) == 3
    assert len({(*a.get_xlim(), *a.get_ylim()) for a in small}) == 1
    frames = [
        (f.get_x(), f.get_x() + f.get_width(), f.get_y(), f.get_y() + f.get_height())
        for f in (a.patches[0] for a in small)
    ]
    shown = [(*a.get_xlim(), *a.get_ylim()) for a in axes]
    for frame, points in zip(frames, data.points.values()):
        assert any(np.allclose(frame, view) for view in shown)
        for dim in range(2):
            assert (
                frame[2 * dim]
                <= points[..., dim].min()
                <= points[..., dim].max()
                <= frame[2 * dim + 1]
            )


def test_a_token_is_named_once(study: Study) -> None:
    """Beside the embeddings; who points at another of its dots is told its name and position."""
    data, axes = drawn(study)
    planes = [a for a in axes if a.get_aspect() == 1.0 and not a.patches]
    assert len(planes) == 4
    names = [[t.get_text() for t in a.texts if t.get_text()] for a in planes]
    assert sorted(" ".join(names[0]).split()) == sorted(data.tokens)
    assert names[1:] == [[]] * 3
    for panel, points in zip(planes[1:], data.points.values()):
        assert point_name(panel, *points[3, 2]) == f"{data.tokens[3]}₂"


def test_alt_text_names_the_longest_components(study: Study) -> None:
    data = FIGURE.compute(study)
    for points in data.points.values():
        assert f"{np.abs(points).max():.1f}" in FIGURE.alt(data)
