"""A reader's own input has its right output, whether it is given or not."""

import numpy as np
import pytest
from conftest import committed

from reportgen.errors import UsageError

STUDY = committed("inputs_learnt")


def test_the_right_output_is_added() -> None:
    """Of every input, given whole or in part, it is the row that the rule makes."""
    data, length = STUDY.data, STUDY.data.length
    for row in data.rows.tokens[::17]:
        for given in (row[: length + 1], row[: length + 2], row[:-1]):
            own = data.follow(STUDY.config, given[None])
            assert own.tokens.tolist() == [row.tolist()]


def test_what_is_no_input_is_told() -> None:
    data, names = STUDY.data, STUDY.rule.tokens.names
    row = data.rows.tokens[5].copy()
    with pytest.raises(UsageError) as error:
        data.follow(STUDY.config, row[None, :3])
    assert str(error.value) == (
        "tokens: got 3, allowed: 5 or more, the token that begins and 4 of an input; the outputs"
        " may be left out"
    )
    right, row[5] = row[5], (row[5] + 1) % 4
    with pytest.raises(UsageError) as error:
        data.follow(STUDY.config, row[None, :-1])
    assert str(error.value) == (
        f"tokens: position 5: got {names[row[5]]}, allowed: {names[right]}; figures of"
        " reverse_increment_4 show inputs with their right outputs, and `trace` reads any other"
        " tokens too"
    )
    with pytest.raises(UsageError) as error:
        data.follow(STUDY.config, np.array([[0, 1, 2, 3, 0]]))
    assert str(error.value).startswith(f"tokens: position 0: got 0, allowed: {names[-1]}; ")
