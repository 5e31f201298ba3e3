"""The strips below a film."""

import numpy as np
import pytest
from matplotlib.text import Text

from reportgen.core.study import Study
from reportgen.drawing.canvas import Canvas
from reportgen.drawing.films import HEIGHT, FilmStrips, loss_and_error, whole_curves
from reportgen.drawing.step_axis import HEAD
from reportgen.drawing.style import applied, theme

STEPS, LOSS, ERROR = np.array([0, 100, 200]), np.array([3.0, 2.0, 1.5]), np.array([1.0, 0.5, 0.25])


@pytest.fixture
def strips():
    with applied(theme("light")):
        yield FilmStrips(Canvas(theme("light"), HEIGHT), STEPS, LOSS, ERROR)


def test_the_past_grows_and_the_values_are_those_of_now(strips: FilmStrips) -> None:
    """At a step the coloured lines end there, the cursor stands there, the counter names it."""
    strips.set(100, 2.0, 0.5)
    assert strips.counter.get_text() == "step 100"
    for (_, cursor, past, dot, value), curve, words in zip(
        strips.rows, (LOSS, ERROR), ("2.000", "0.500")
    ):
        assert past.get_xdata().tolist() == [0, 100]
        assert past.get_ydata().tolist() == curve[:2].tolist()
        assert cursor.get_xdata() == [100, 100]
        assert (dot.get_xdata(), dot.get_ydata()) == ([100], [curve[1]])
        assert value.get_text() == words


def test_every_point_of_both_curves_is_inside_its_strip(strips: FilmStrips) -> None:
    """Nothing leaves its strip, and the rule error has the scale 0 to 1 whatever its values."""
    for (values, *_, past, _, _), inner in zip(strips.rows, ((1.5, 3.0), (0.0, 1.0))):
        low, high = past.axes.get_ylim()
        assert low < inner[0] <= values.min()
        assert values.max() <= inner[1] < high


def test_a_value_that_is_no_number_is_said_to_be_none(strips: FilmStrips) -> None:
    """A rule that demands nothing has no rule error."""
    strips.set(0, 3.0, float("nan"))
    assert strips.rows[1][-1].get_text() == "none"


def test_one_frame_and_a_flat_curve_are_drawn() -> None:
    """Limits never collapse."""
    with applied(theme("dark")):
        strips = FilmStrips(
            Canvas(theme("dark"), HEIGHT), np.array([0]), np.array([1.0]), np.array([np.nan])
        )
        strips.set(0, 1.0, float("nan"))
    assert strips.counter.get_text() == "step 0"


def test_the_curves_are_those_of_the_history(learnt: Study) -> None:
    """Loss and error of frames are the run's own history of this seed."""

    class Frame:
        def __init__(self, study: Study) -> None:
            self.step, (self.loss, self.error) = study.step, loss_and_error(study)

    steps, loss, error = whole_curves([Frame(learnt.at(int(s))) for s in learnt.run.steps])
    assert steps.tolist() == learnt.run.steps.tolist()
    assert np.allclose(loss, learnt.run.history["validation_loss"][learnt.seed])
    assert np.allclose(error, learnt.run.history["error_visible"][learnt.seed])


def test_strips_that_fall_at_once_say_that_their_steps_are_logarithmic() -> None:
    """Numbers below them, on the sheet, and the cursor at the place of its step."""
    steps = np.arange(0, 10_001, 250)
    fall = np.exp(-steps / 200)
    with applied(theme("light")):
        canvas = Canvas(theme("light"), HEIGHT)
        strips = FilmStrips(canvas, steps, 2 * fall, fall)
        strips.set(250, 2 * fall[1], fall[1])
        canvas.figure.draw_without_rendering()
    words = [text.get_text() for text in canvas.figure.findobj(Text)]
    assert {"step, log", "0", "250", "1\u202f000", "10\u202f000"} <= set(words)
    for _, _, _, dot, _ in strips.rows:
        box = dot.axes.get_window_extent()
        x = dot.axes.transData.transform((250, 0))[0]
        assert (x - box.x0) / box.width == pytest.approx(HEAD)
