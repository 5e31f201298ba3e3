"""Panels of two sizes in a box."""

from itertools import combinations

import pytest

from reportgen.systems.sequence_rules.figures.parts.packing import LEAST, MOST, Box, pack

BOX, HEAD = Box(24, 66, 736, 566), 24


@pytest.mark.parametrize("count", [1, 2, 5, 12, 20])
def test_any_split_fits_keeps_apart_and_fills_the_page(count: int) -> None:
    """Whatever the number of large panels, all stand inside the box with their head room, none
    overlaps, and no third of the box is empty.
    """
    for large in range(count + 1):
        packing = pack(BOX, large, count - large, head=HEAD)
        assert (len(packing.large), len(packing.small)) == (large, count - large)
        every = [*packing.large, *packing.small]
        for b in every:
            assert b.x >= BOX.x - 1e-6
            assert b.x + b.width <= BOX.x + BOX.width + 1e-6
            assert b.y - HEAD >= BOX.y - 1e-6
            assert b.y + b.height <= BOX.y + BOX.height + 1e-6
        for a, b in combinations(every, 2):
            assert (
                a.x + a.width <= b.x + 1e-6
                or b.x + b.width <= a.x + 1e-6
                or a.y + a.height <= b.y - HEAD + 1e-6
                or b.y + b.height <= a.y - HEAD + 1e-6
            )
        if count == 12:
            assert max(b.y + b.height for b in every) - BOX.y > 2 / 3 * BOX.height
            assert max(b.x + b.width for b in every) - min(b.x for b in every) > 2 / 3 * BOX.width


def test_sizes_differ_at_a_glance() -> None:
    """A small panel is clearly smaller than a large one and still legible; panels of one kind are
    all alike.
    """
    for large in range(1, 12):
        packing = pack(BOX, large, 12 - large)
        sides = (
            {round(b.width, 6) for b in packing.large},
            {round(b.width, 6) for b in packing.small},
        )
        assert all(len(s) == 1 for s in sides)
        assert LEAST <= packing.small[0].width / packing.large[0].width <= MOST + 1e-9
        assert packing.small[0].width >= 56


def test_one_kind_alone_is_a_grid_of_equal_squares() -> None:
    """Twelve panels of one kind stand four by three, of either kind in the same places."""
    large, small = pack(BOX, 12, 0), pack(BOX, 0, 12)
    assert large.large == small.small
    assert len({b.x for b in large.large}) == 4
    assert len({b.y for b in large.large}) == 3


def test_nothing_to_pack() -> None:
    """No panels at all is no error."""
    assert pack(BOX, 0, 0).filled == 0
