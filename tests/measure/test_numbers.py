"""How numbers stand in sentences."""

import pytest

from reportgen.measure.numbers import thin_spaced


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
