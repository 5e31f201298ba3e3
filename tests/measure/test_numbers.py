"""How numbers stand in sentences."""

import pytest

from reportgen.measure.numbers import at_step, grouped, interval_written, thin_spaced


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("step 12,500 of 1,234,567.", "step 12\u202f500 of 1\u202f234\u202f567."),
        ("at 3, 100 and 5,21", "at 3, 100 and 5,21"),
        ("1,2345", "1,2345"),
    ],
)
def test_commas_between_thousands_become_thin_spaces(words: str, wanted: str) -> None:
    assert thin_spaced(words) == wanted


def test_thousands_of_a_number_are_apart_by_thin_spaces() -> None:
    assert grouped(12500) == "12\u202f500"
    assert grouped(-1234567.25, ".1f") == "-1\u202f234\u202f567.2"
    assert grouped(999) == "999"


@pytest.mark.parametrize(
    ("low", "high", "unit", "wanted"),
    [
        (0.0006, 0.0014, "percent", "0.06 % to 0.14 %"),
        (0.0, 0.0004, "percent", "0.0 % to under 0.1 %"),
        (0.00001, 0.00004, "percent", "0.001 % to 0.004 %"),
        (0.9991, 0.9992, "percent", "99.91 % to 99.92 %"),
        (0.12, 0.15, "percent", "12.0 % to 15.0 %"),
        (0.1, 0.1, "percent", "10.0 % to 10.0 %"),
        (0.0001, 0.0001, "share", "below 0.001"),
        (-0.00012, 0.00031, "nats", "−0.0001 to 0.0003"),
        (84.6, 85.3, "degrees", "84.6 to 85.3"),
        (0.3, 0.3 + 1e-12, "share", "0.300 to 0.300"),
    ],
)
def test_an_interval_that_has_a_width_is_written_with_one(
    low: float, high: float, unit: str, wanted: str
) -> None:
    """In as few digits as tell its ends apart."""
    assert interval_written(low, high, unit).replace("\u00a0", " ") == wanted


@pytest.mark.parametrize(
    ("low", "high", "unit", "wanted"),
    [
        (1e-9, 8e-8, "share", "below 0.0000001"),  # the upper end is rounded to the bound
        (1e-9, 1.3e-7, "share", "below 0.0000002"),  # and here it is beyond it
        (1e-12, 1e-10, "percent", "below 0.00001 %"),
        (1e-10, 1e-10, "share", "below 0.001"),
        (1 - 8e-8, 1 - 1e-8, "share", "above 0.9999999"),
        (0.0001, 0.0012, "share", "0.0001 to 0.0012"),  # more digits, not "under 0.001 to 0.001"
        (0.9991, 0.9999, "share", "0.9991 to 0.9999"),
        (0.0001, 0.0213, "share", "under 0.001 to 0.021"),
        (-1e-9, 1e-9, "points", "under 0.1 to under 0.1"),  # on both sides of none: no bound
    ],
)
def test_two_ends_that_are_one_bound_are_written_as_one(
    low: float, high: float, unit: str, wanted: str
) -> None:
    assert interval_written(low, high, unit).replace("\u00a0", " ") == wanted


def test_only_step_0_is_before_training() -> None:
    assert (at_step(0), at_step(250)) == ("before training", "at step\u00a0250")
