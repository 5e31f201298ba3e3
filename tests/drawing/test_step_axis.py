"""How far apart training steps stand: by their logarithm where a training is over at once."""

import numpy as np
import pytest

from reportgen.drawing.canvas import Canvas
from reportgen.drawing.over_training import steps_across
from reportgen.drawing.step_axis import HEAD, StepAxis
from reportgen.drawing.style import applied, theme

STEPS = np.arange(0, 10_001, 250)
UNIT = (0.0, 1.0)
AT_ONCE, LATE = np.exp(-STEPS / 200), 1 - STEPS / 10_000
FLAT = 0.9 + 0.02 * np.cos(STEPS / 900)  # falls by little, and at any time


def test_what_is_over_in_a_tenth_of_the_steps_stands_by_the_logarithm() -> None:
    """From the second checkpoint on."""
    assert StepAxis.of(STEPS, (AT_ONCE, UNIT)) == StepAxis(0, 10_000, 250)
    assert StepAxis.of(STEPS, (AT_ONCE, UNIT), (FLAT, UNIT)).start == 250


@pytest.mark.parametrize(
    "curves",
    [
        [],
        [(LATE, UNIT)],
        [(AT_ONCE, UNIT), (LATE, UNIT)],  # the loss is over, the rule is learnt later
        [(FLAT, UNIT)],
        [(np.full(len(STEPS), np.nan), UNIT)],
        [(0.5 * LATE + 20 * AT_ONCE, UNIT)],  # what is over at once lies above the panel
    ],
)
def test_steps_stand_evenly_where_something_happens_later(curves: list) -> None:
    """Or where nothing happens at all."""
    axis = StepAxis.of(STEPS, *curves)
    assert axis.start is None
    assert axis.share([0, 2500, 10_000]).tolist() == [0, 0.25, 1]
    assert axis.words == "training step"


def test_places_grow_and_are_found_again() -> None:
    """The first step stands at the left edge, a factor of ten is as wide anywhere behind."""
    axis = StepAxis(0, 10_000, 100)
    at = axis.share([0, 50, 100, 1000, 10_000])
    assert at == pytest.approx([0, HEAD / 2, HEAD, HEAD + (1 - HEAD) / 2, 1])
    assert axis.steps(at) == pytest.approx([0, 50, 100, 1000, 10_000])
    assert StepAxis(0, 200).steps([0.5]) == pytest.approx([100])


def test_the_axis_says_that_it_is_logarithmic_and_names_its_ends_once() -> None:
    """Numbers touch none of their neighbours, and all panels are laid alike."""
    with applied(theme("light")):
        canvas = Canvas(theme("light"), 300)
        panels = [canvas.panel(40, y, 500, 80) for y in (20, 150)]
        steps_across(panels, StepAxis(0, 10_000, 250), 5)
        canvas.figure.draw_without_rendering()
    words = [label.get_text() for label in panels[1].get_xticklabels()]
    assert words == ["0", "250", "500", "1\u202f000", "2\u202f000", "5\u202f000", "10\u202f000"]
    assert panels[1].get_xlabel() == "training step, logarithmic from 250 on"
    boxes = [label.get_window_extent() for label in panels[1].get_xticklabels()]
    assert all(a.x1 < b.x0 for a, b in zip(boxes, boxes[1:]))
    assert {axes.get_xlim() for axes in panels} == {(0, 10_000)}
    assert not panels[0].get_xlabel()


def test_a_narrow_panel_names_fewer_steps() -> None:
    """The ends and the step where the logarithm begins come first."""
    axis = StepAxis(0, 10_000, 250)
    assert axis.named(500) == [0, 250, 500, 1000, 2000, 5000, 10_000]
    assert axis.named(200) == [0, 250, 500, 1000, 10_000]
    assert axis.named(40) == [0, 10_000]


def test_a_training_of_one_checkpoint_has_an_axis() -> None:
    """Limits never collapse."""
    assert StepAxis.of(np.array([0]), (np.array([1.0]), UNIT)) == StepAxis(0, 1)
