"""When a part of a view is worth a panel of its own."""

from typing import Any

import pytest

from reportgen.drawing.views import WORTH, closer

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
