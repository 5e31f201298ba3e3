"""Counts of seeds are read with an interval."""

from reportgen.pages.counts import of


def test_all_of_few_seeds_says_little_of_the_next() -> None:
    assert of(2, 2) == "2 of 2 (34.2\u00a0% to 100.0\u00a0%)"
    assert of(0, 8) == "0 of 8 (0.0\u00a0% to 32.4\u00a0%)"
