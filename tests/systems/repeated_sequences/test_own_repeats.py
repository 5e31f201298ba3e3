"""A reader's own sequence that begins again: its period, and what comes next."""

import numpy as np
import pytest
from conftest import committed

from reportgen.errors import UsageError

STUDY = committed("repeats_learnt")


def row(letters: str) -> np.ndarray:
    return np.array([[STUDY.rule.tokens.id(letter) for letter in letters]])


@pytest.mark.parametrize(
    ("letters", "period", "after"),
    [("abcabc", 3, "a"), ("abcab", 3, "c"), ("abab", 2, "a"), ("abcd", 4, "e"), ("b", 1, "a")],
)
def test_the_period_is_found_and_what_comes_next(letters: str, period: int, after: str) -> None:
    own = STUDY.data.follow(STUDY.config, row(letters))
    assert own.period.tolist() == [period]
    assert own.tokens.tolist() == row(letters + after).tolist()
    np.testing.assert_array_equal(own.told[0], np.arange(len(letters)) >= period)


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ("abcabd", "position 5: got d, allowed: c"),
        ("abbc", "position 2: got b, allowed: a token that has not been before"),
        ("aab", "position 2: got b, allowed: a"),
    ],
)
def test_what_does_not_repeat_itself_is_told(letters: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        STUDY.data.follow(STUDY.config, row(letters))
    assert str(error.value) == (
        f"tokens: {words}; figures of induction show different tokens that begin again after a"
        " period, and `trace` reads any others too"
    )
