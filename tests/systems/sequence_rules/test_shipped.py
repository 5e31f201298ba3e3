"""The network that is shipped, over every context there is: where it errs, which step is at fault,
and that its algorithm is exact.
"""

import numpy as np
import pytest
from apiwork import shipped
from lookups import listed

from reportgen.core.study import Study

FACTS, _ = listed("sequence_rules")


@pytest.fixture(scope="module")
def study() -> Study:
    return shipped()


def test_it_errs_with_the_answer_at_one_position_alone(study: Study) -> None:
    """Seven steps back, which is most of what the mean over distances leaves out."""
    error, in_data = FACTS["exhaustive_error"](study), FACTS["error_in_data"](study)
    wrong = error.value * error.n
    assert (error.n, in_data.n) == (35_551_872, 21_891_246)
    assert in_data.value * in_data.n == pytest.approx(5**7)
    by_position = FACTS["error_by_position"](study)
    parts = {name: (part.value, part.n) for name, part in by_position.parts}
    share, n = parts.pop("answer at position 0")
    assert n == 6**7
    assert share * n == pytest.approx(wrong)
    assert 0.8 < share < 5 / 6
    assert {value for value, _ in parts.values()} == {0}
    assert sum(count for _, count in parts.values()) == error.n - n


def test_looking_at_the_answer_with_one_point_for_each_number_is_exact(study: Study) -> None:
    """What attention mistakes, and what values bent by position do, and nothing else."""
    whole = FACTS["exhaustive_error"](study).value
    highest, answer, token = (
        FACTS[f"wrong_{name}"](study).value for name in ("at_highest", "at_answer", "by_token")
    )
    assert highest == pytest.approx(whole, rel=0.25)  # that attention is soft is not the matter
    assert 0 < answer < whole / 4
    assert token == 0


def test_one_step_of_the_ladder_is_five_times_as_high_as_any_other(study: Study) -> None:
    """The scores of the trigger rise with the position of an even number, by three or so; from the
    first position to the second by fifteen.
    """
    steps = [part.value for _, part in FACTS["score_ladder"](study).parts]
    first, *others = steps
    assert first == pytest.approx(15, abs=1)
    assert np.array(others) == pytest.approx(np.full(5, 3.0), abs=1)
    gap = FACTS["score_gap"](study).part("above odd").value
    assert gap == pytest.approx(24, abs=1)
