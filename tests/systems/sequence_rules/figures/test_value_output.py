"""14: attention, values and their means."""

from dataclasses import replace

import numpy as np
from by_hand import drawn, forward, has_colour, moves_completely
from matplotlib.collections import PathCollection

from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.value_output import PLANES, WIDE, ValueOutput

FIGURE = ValueOutput()


def planes(study):
    """Value planes and output planes, one of each in the picture of a demonstration."""
    canvases = [drawn(FIGURE, study.showing(i)) for i in range(3)]
    at = lambda canvas, axes, x: (
        abs(axes.get_position().x0 * canvas.width - x) < 1
        and abs(axes.get_position().width * canvas.width - WIDE) < 1
    )
    return [[a for c in canvases for a in c.figure.axes if at(c, a, x)] for x in PLANES]


def test_outputs_are_weighted_means_of_values(study) -> None:
    """Values and outputs agree with plain loops."""
    data = FIGURE.compute(study)
    for i, ids in enumerate(study.demonstrations.inputs):
        hand = forward(study.weights, ids)
        np.testing.assert_allclose(data.v[i], hand["v"], atol=1e-9)
        np.testing.assert_allclose(data.z[i], hand["added"], atol=1e-9)
        np.testing.assert_allclose(data.pattern[i], hand["pattern"], atol=1e-9)


def test_planes_of_all_sequences_share_one_view_that_holds_all_points(learnt) -> None:
    data, both = FIGURE.compute(learnt), planes(learnt)
    assert [len(p) for p in both] == [3, 3]
    (x0, x1), (y0, y1) = both[0][0].get_xlim(), both[0][0].get_ylim()
    assert {(*axes.get_xlim(), *axes.get_ylim()) for column in both for axes in column} == {
        (x0, x1, y0, y1)
    }
    for cloud in (data.v.reshape(-1, 2), data.z.reshape(-1, 2)):
        assert ((cloud > (x0, y0)) & (cloud < (x1, y1))).all()


def test_only_constrained_outputs_carry_a_ring_in_the_colour_of_their_outcome(study) -> None:
    data, (_, outputs) = FIGURE.compute(study), planes(study)
    colours = theme("light").outcomes
    for demo, axes, z in zip(data.demos, outputs, data.z):
        rings = [
            c
            for c in axes.collections
            if isinstance(c, PathCollection)
            and len(c.get_offsets()) == len(demo.constrained)
            and not len(c.get_facecolor())
        ]
        assert len(rings) == 1
        np.testing.assert_allclose(rings[0].get_offsets(), z[list(demo.constrained)])
        np.testing.assert_allclose(
            rings[0].get_edgecolor()[:, :3], [colours[demo.outcomes[i]] for i in demo.constrained]
        )


def test_no_green_or_magenta_ring_without_a_constrained_position(learnt) -> None:
    """Value planes mark nothing."""
    values, _ = planes(learnt)
    for outcome in ("obeyed", "broken"):
        assert not has_colour(
            [c for axes in values for c in axes.collections], theme("light").outcomes[outcome]
        )


def test_an_update_moves_everything(learnt) -> None:
    assert moves_completely(FIGURE, learnt)


def test_a_picture_shows_one_sequence(learnt) -> None:
    """However many there are."""
    data = FIGURE.compute(learnt)
    assert FIGURE.height_of(data) == FIGURE.height_of(replace(data, demos=data.demos[:1]))
    later = FIGURE.compute(learnt.showing(1))
    assert FIGURE.alt(later) != FIGURE.alt(data)
    assert "of the picture of the first demonstration" in FIGURE.caption(later)


def test_alt_text_tells_how_far_outputs_are_from_the_answers_value(learnt, unlearnt) -> None:
    data = FIGURE.compute(learnt.showing(1))
    i = data.demo.constrained[0]
    gap = np.hypot(*(data.z[1, i] - data.v[1, data.demos[1].sources[i]]))
    assert f"at {i}: its output lies {gap:.2f} from" in FIGURE.alt(data)
    assert FIGURE.alt(data) != FIGURE.alt(FIGURE.compute(unlearnt.showing(1)))
