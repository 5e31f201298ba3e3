"""When a part of a view is worth a panel of its own."""

from typing import Any

import numpy as np
import pytest

from reportgen.drawing.matrices import sided_norm
from reportgen.drawing.views import WORTH, closer, signed_ticks

WHOLE = (-10.0, 10.0, -5.0, 5.0)


@pytest.mark.parametrize(
    ("part", "across", "own", "wanted"),
    [
        ((-2.0, 2.0, -1.0, 1.0), 100, 100, (-2, 2, -1, 1)),  # five times as large
        ((-8.0, 8.0, -4.0, 4.0), 100, 100, None),  # hardly larger
        ((-8.0, 8.0, -4.0, 4.0), 100, 200, (-8, 8, -4, 4)),  # larger in a panel that is wider
        ((5.0, 13.0, -2.0, 2.0), 100, 100, (2, 10, -2, 2)),  # its frame would be cut: moved
        ((-13.0, -5.0, -8.0, -4.0), 100, 100, (-10, -2, -5, -1)),
        ((-2.0, 2.0, -6.0, 6.0), 100, 100, None),  # taller than the panel
    ],
)
def test_a_closer_view_enlarges_and_its_frame_fits(
    part: Any, across: float, own: float, wanted: object
) -> None:
    assert closer(WHOLE, across, part, own) == wanted


def test_it_is_worth_its_room_from_one_and_a_half_times_on() -> None:
    wide = (WHOLE[1] - WHOLE[0]) / WORTH / 2
    assert closer(WHOLE, 1, (-wide, wide, -1, 1), 1)
    assert not closer(WHOLE, 1, (-wide - 0.01, wide + 0.01, -1, 1), 1)


def test_each_side_of_zero_has_colours_of_its_own() -> None:
    """As far as its data reach, but at least a fifth of the other side; the numbers along the
    scale are round on both.
    """
    norm = sided_norm(np.array([-103.0, np.nan, 42.0]), np.array([7.0]))
    found = [float(norm(value)) for value in (-103, -51.5, 0, 21, 42)]
    assert found == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert signed_ticks(norm) == (-100, 0, 20)
    assert sided_norm(np.array([-50.0, 1.0])).vmax == 10
    assert (sided_norm().vmin, sided_norm(np.zeros(2)).vmax) == (-0.2, 0.2)
