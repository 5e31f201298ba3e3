"""S4: value, attention output and sum as arrows."""

import numpy as np
from by_hand import drawn, forward, moves_completely
from matplotlib.collections import LineCollection
from matplotlib.patches import FancyArrowPatch

from reportgen.drawing.style import theme
from reportgen.systems.sequence_rules.figures.value_arrows import TALL, WIDE, ValueArrows

FIGURE = ValueArrows()


def panels(study):
    """The three planes of the picture of each demonstration."""
    return [planes(drawn(FIGURE, study.showing(i))) for i in range(3)]


def planes(canvas):
    return [
        axes
        for axes in canvas.figure.axes
        if abs(axes.get_position().width * canvas.width - WIDE) < 1
        and abs(axes.get_position().height * canvas.height - TALL) < 1
    ]


def arrows(axes):
    return [p for p in axes.patches if isinstance(p, FancyArrowPatch)]


def test_arrays_are_those_of_a_forward_pass_by_hand(study) -> None:
    data = FIGURE.compute(study)
    for i, ids in enumerate(study.demonstrations.inputs):
        hand = forward(study.weights, ids)
        for name, by_hand in (
            ("v", "v"),
            ("added", "added"),
            ("before", "start"),
            ("after", "middle"),
        ):
            np.testing.assert_allclose(getattr(data, name)[i], hand[by_hand], atol=1e-9)


def test_every_position_has_its_three_arrows(study) -> None:
    """Value and attention output from the origin, the sum from where the position starts."""
    data, rows = FIGURE.compute(study), panels(study)
    assert [len(row) for row in rows] == [3] * len(data.demos)
    for i, row in enumerate(rows):
        zero = np.zeros_like(data.v[i])
        for axes, starts, ends in zip(
            row, (zero, zero, data.before[i]), (data.v[i], data.added[i], data.after[i])
        ):
            assert len(arrows(axes)) == len(starts)
            for arrow, a, b in zip(arrows(axes), starts, ends):
                np.testing.assert_allclose(arrow._posA_posB, [a, b])


def test_only_constrained_positions_are_coloured(study) -> None:
    data, colours = FIGURE.compute(study), theme("light").outcomes
    for demo, (values, *constrained) in zip(data.demos, panels(study)):
        assert {tuple(np.round(a.get_edgecolor()[:3], 6)) for a in arrows(values)} == {
            tuple(np.round(theme("light").roles["value"], 6))
        }
        for axes in constrained:
            for arrow, outcome in zip(arrows(axes), demo.outcomes):
                np.testing.assert_allclose(arrow.get_edgecolor()[:3], colours[outcome])


def test_lines_are_as_wide_as_attention(learnt) -> None:
    """A constrained position at i is joined to the i + 1 values it can read."""
    data = FIGURE.compute(learnt)
    for i, (_, output, _) in enumerate(panels(learnt)):
        (links,) = (c for c in output.collections if isinstance(c, LineCollection))
        pairs = [(p, k) for p in data.demos[i].constrained for k in range(p + 1)]
        np.testing.assert_allclose(
            links.get_linewidth(), [4 * data.pattern[i, p, k] for p, k in pairs]
        )
        np.testing.assert_allclose(
            links.get_segments(), [[data.added[i, p], data.v[i, k]] for p, k in pairs]
        )


def test_values_and_outputs_share_a_view(learnt) -> None:
    rows = panels(learnt)
    assert len({(*axes.get_xlim(), *axes.get_ylim()) for row in rows for axes in row[:2]}) == 1
    assert len({(*row[2].get_xlim(), *row[2].get_ylim()) for row in rows}) == 1


def test_an_update_moves_everything(learnt) -> None:
    assert moves_completely(FIGURE, learnt)


def test_alt_text_tells_lengths(learnt, unlearnt) -> None:
    data = FIGURE.compute(learnt)
    i = data.demos[0].constrained[0]
    assert (
        f"at {i}: value of length {np.hypot(*data.v[0, i]):.1f}, attention output of length"
        f" {np.hypot(*data.added[0, i]):.1f}" in FIGURE.alt(data)
    )
    assert FIGURE.alt(data) != FIGURE.alt(FIGURE.compute(unlearnt))
