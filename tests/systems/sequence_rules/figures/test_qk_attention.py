"""13: queries, keys, scores and attention of the demonstrations."""

import numpy as np
import pytest
from by_hand import drawn, forward, has_colour, moves_completely
from matplotlib.collections import QuadMesh
from matplotlib.patches import Rectangle

from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.qk_attention import QKAttention

FIGURE = QKAttention()


def test_arrays_are_those_of_a_forward_pass_by_hand(study) -> None:
    """Queries, keys, scores and attention of every sequence agree with plain loops; masked cells
    are empty.
    """
    data = FIGURE.compute(study)
    for i, ids in enumerate(study.demonstrations.inputs):
        hand = forward(study.weights, ids)
        for name in ("q", "k", "scores", "pattern"):
            np.testing.assert_allclose(getattr(data, name)[i], hand[name], atol=1e-9)
        assert np.isnan(data.pattern[i][np.triu_indices(len(ids), 1)]).all()


def test_each_demonstration_has_a_picture_of_its_own(learnt) -> None:
    """No two show the same sequence, or say the same of it."""
    seen = [FIGURE.compute(learnt.showing(i)) for i in range(3)]
    assert len({data.demo.tokens for data in seen}) == len({FIGURE.alt(d) for d in seen}) == 3


def test_sequences_share_one_scale_and_masked_cells_are_plain(learnt) -> None:
    """Matrices of one kind have equal limits in all pictures, and as many masked cells as there are
    keys in the future.
    """
    canvases = [drawn(FIGURE, learnt.showing(i)) for i in range(3)]
    meshes = [
        mesh
        for canvas in canvases
        for axes in canvas.figure.axes
        for mesh in axes.collections
        if isinstance(mesh, QuadMesh)
    ]
    squares = [m for m in meshes if m.get_array().shape[-1] == 8 and m.get_array().shape[0] == 8]
    assert len(squares) == 6
    scores, patterns = squares[::2], squares[1::2]
    assert len({(m.norm.vmin, m.norm.vmax) for m in scores}) == 1
    assert {(m.norm.vmin, m.norm.vmax) for m in patterns} == {(0, 1)}
    assert all(np.ma.getmaskarray(m.get_array()).sum() == 28 for m in squares)


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_frames_stand_at_answers_and_nowhere_else(study, appearance) -> None:
    """Two teal frames, in scores and attention, for every constrained position with an answer in
    the window.
    """
    canvas = drawn(FIGURE, study, appearance)
    frames = [
        p
        for axes in canvas.figure.axes
        for p in axes.patches
        if isinstance(p, Rectangle) and not p.get_fill()
    ]
    answers = len(FIGURE.compute(study).demo.constrained)
    assert has_colour(frames, theme(appearance).outcomes["obeyed"]) == 2 * answers
    assert has_colour(frames, theme(appearance).classes["trigger"]) == 3 * answers


def test_an_update_moves_everything(learnt) -> None:
    assert moves_completely(FIGURE, learnt)


def test_alt_text_tells_the_attention_on_each_answer(learnt, unlearnt) -> None:
    """The numbers in the alt text are those of the arrays, and another run has others."""
    data = FIGURE.compute(learnt)
    i = data.demos[0].constrained[0]
    assert (
        f"puts {data.pattern[0][i, data.demos[0].sources[i]]:.2f} of its attention"
        in FIGURE.alt(data)
    )
    assert FIGURE.alt(data) != FIGURE.alt(FIGURE.compute(unlearnt))
