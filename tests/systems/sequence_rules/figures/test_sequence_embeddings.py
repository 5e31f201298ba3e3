"""12: the demonstration sequence in the embeddings."""

import by_hand
import numpy as np
import pytest
from lookups import figure_called
from matplotlib.collections import PathCollection, QuadMesh

from reportgen.core.study import Study
from reportgen.drawing.canvas import number
from reportgen.drawing.style import theme

FIGURE = figure_called("sequence-embeddings")


def meshes(canvas) -> list[QuadMesh]:
    return [c for a in canvas.figure.axes for c in a.collections if isinstance(c, QuadMesh)]


def planes(canvas) -> list:
    return [
        a
        for a in canvas.figure.axes
        if len([c for c in a.collections if isinstance(c, PathCollection)]) > 1
    ]


def test_rows_are_looked_up_and_add_up(study: Study) -> None:
    """Row by row: the token's row of W_E, the position's row of W_pos, their sum."""
    data = FIGURE.compute(study)
    token, position, total = data.used
    for i, t in enumerate(study.demonstrations.inputs[study.demonstration]):
        assert np.allclose(token[i], study.weights["W_E"][t])
        assert np.allclose(position[i], study.weights["W_pos"][i])
        assert np.allclose(total[i], study.weights["W_E"][t] + study.weights["W_pos"][i])


def test_three_matrices_on_one_scale_with_their_numbers(study: Study) -> None:
    """What is shown is what is used; zero is in the middle of one common scale that holds all
    tokens; numbers stand in the cells.
    """
    data, canvas = FIGURE.compute(study), by_hand.drawn(FIGURE, study)
    shown = meshes(canvas)
    assert len(shown) == 3
    for mesh, values in zip(shown, data.used):
        assert np.allclose(mesh.get_array(), values)
    assert len({(m.norm.vmin, m.norm.vmax) for m in shown}) == 1
    assert shown[0].norm.vmin == -shown[0].norm.vmax
    assert shown[0].norm.vmax == pytest.approx(
        max(np.abs(x).max() for x in (data.token, data.position, data.sums))
    )
    written = by_hand.words(canvas)
    assert number(float(data.used[2][0, 0]), 2) in written


def test_planes_share_a_view_that_holds_everything(study: Study) -> None:
    """Three planes, one pair of limits, every point inside, nothing centred."""
    data, canvas = FIGURE.compute(study), by_hand.drawn(FIGURE, study)
    axes = planes(canvas)
    assert len(axes) == 3
    assert len({(*a.get_xlim(), *a.get_ylim()) for a in axes}) == 1
    low, high = np.array([axes[0].get_xlim(), axes[0].get_ylim()]).T
    for cloud in (data.token, data.position, data.sums):
        assert ((cloud > low) & (cloud < high)).all()
    drawn = np.concatenate(
        [c.get_offsets() for c in axes[2].collections if isinstance(c, PathCollection)]
    )
    assert sorted(map(tuple, np.round(drawn, 9))) == sorted(
        map(tuple, np.round(data.sums.reshape(-1, 2), 9))
    )


def test_only_what_the_sequence_uses_is_coloured(study: Study) -> None:
    """In the plane of sums as many coloured points as the sequence is long, each in the colour of
    its class.
    """
    data, canvas, ink = FIGURE.compute(study), by_hand.drawn(FIGURE, study), theme("light").classes
    coloured = [
        tuple(np.round(f[:3], 6))
        for c in planes(canvas)[2].collections
        if isinstance(c, PathCollection) and c.get_zorder() == 5 and len(c.get_offsets())
        for f in c.get_facecolors()
    ]
    expected = [tuple(np.round(ink[study.classes[t]], 6)) for t in data.written]
    assert sorted(coloured) == sorted(expected)
    assert planes(canvas)[0].collections is not planes(canvas)[1].collections


def test_positions_are_named_in_order(study: Study) -> None:
    """Every position is written in the middle plane; one line runs through all of them in order."""
    data, canvas = FIGURE.compute(study), by_hand.drawn(FIGURE, study)
    axes = planes(canvas)[1]
    named = " ".join(t.get_text() for t in axes.texts).split()
    assert sorted(named, key=int) == [str(i) for i in range(len(data.sequence))]
    line = max(axes.lines, key=lambda l: len(l.get_xdata()))
    assert np.allclose(np.stack(line.get_data(), -1), data.position)


@pytest.mark.parametrize("demonstration", [0, 1, 2])
def test_alt_text_is_of_the_demonstration_in_view(study: Study, demonstration: int) -> None:
    """It has the sequence and the farthest sum."""
    data = FIGURE.compute(study.showing(demonstration))
    lengths = np.hypot(*data.used[2].T)
    far = int(lengths.argmax())
    assert " ".join(data.written) in FIGURE.alt(data)
    assert (
        f"{data.written[far]} at position {far}, at a distance of {lengths[far]:.1f}"
        in FIGURE.alt(data)
    )


def test_an_update_moves_everything(learnt: Study) -> None:
    """From step 0 to the last step nothing of step 0 remains, another sequence included."""
    assert by_hand.moves_completely(FIGURE, learnt)
    first, second = FIGURE.compute(learnt.showing(1)), FIGURE.compute(learnt)
    scale = FIGURE.scale([first, second])
    assert (
        np.abs(
            by_hand.pixels(FIGURE, first, second, scale)
            - by_hand.pixels(FIGURE, second, second, scale)
        ).max()
        <= 2
    )
