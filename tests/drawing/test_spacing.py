"""Names that would touch are left out at even steps."""

from reportgen.drawing.spacing import thinned


def test_names_with_room_all_stand() -> None:
    assert list(thinned(["0", "1", "2"], 30, across=True)) == [0, 1, 2]
    assert list(thinned(["0", "1", "2"], 11, across=False)) == [0, 1, 2]


def test_names_without_room_are_thinned() -> None:
    """Two digits of 8 points need some 16 pixels side by side; a line of 8 points needs 10.7."""
    assert list(thinned(["10", "11", "12", "13"], 9, across=True)) == [0, 2]
    assert list(thinned(["10", "11", "12", "13"], 9, across=False)) == [0, 2]
    assert list(thinned(["10", "11", "12", "13"], 4, across=False)) == [0, 3]
