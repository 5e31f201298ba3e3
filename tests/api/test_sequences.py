"""Tokens as a caller gives them: by name, by id, one sequence or several; and what is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from conftest import committed

from reportgen.api.sequences import ids_of
from reportgen.errors import UsageError

KNOWN = "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, +"
ALLOWED = (
    "allowed: a text such as '0 1 2', a list of names and ids, a list of such lists, or an array of"
    " whole numbers, which are ids"
)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("3 8  + 1\n", [[3, 8, 11, 1]]),
        (["3", "8", "+", "1"], [[3, 8, 11, 1]]),
        ([3, 8, "+", np.int64(1)], [[3, 8, 11, 1]]),
        ([["3", "+"], [4, 11]], [[3, 11], [4, 11]]),
        (("3", "+"), [[3, 11]]),
        (np.array([3, 11]), [[3, 11]]),
        (np.array([[3, 11], [4, 11]], np.uint8), [[3, 11], [4, 11]]),
    ],
)
def test_one_sequence_or_several(given: Any, wanted: list[list[int]]) -> None:
    found = ids_of(committed("learnt").config, given)
    assert found.tolist() == wanted
    assert found.dtype == np.int64


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("3 8 + 13", f"no token is called '13' (did you mean '3' or '1'?); known: {KNOWN}"),
        ("3 8 + x", f"no token is called 'x'; known: {KNOWN}"),
        (
            ["3 8", "+"],
            f"no token is called '3 8'; for several sequences give a list of lists; known: {KNOWN}",
        ),
        ([3, 12], "got the id 12, allowed: 0 to 11; the name of a token is a text, such as '0'"),
        ([3, -1], "got the id -1, allowed: 0 to 11; the name of a token is a text, such as '0'"),
        ("", "got 0 tokens, allowed: 1 to 8, which plus_last_even reads at a time (model.n_ctx)"),
        ([[]], "got 0 tokens, allowed: 1 to 8, which plus_last_even reads at a time (model.n_ctx)"),
        (
            "1 2 3 4 5 6 7 8 9",
            "got 9 tokens, allowed: 1 to 8, which plus_last_even reads at a time (model.n_ctx)",
        ),
        (
            [["1"], ["1", "2"]],
            "got sequences of 1 and 2 tokens, allowed: sequences of one length at a time",
        ),
        (3.5, f"got 3.5, {ALLOWED}"),
        ([3.5], f"got [3.5], {ALLOWED}"),
        ([[3.5]], f"got 3.5, {ALLOWED}"),
        ([True], f"got True, {ALLOWED}"),
        ([["1"], "2"], f"got [['1'], '2'], {ALLOWED}"),
        (np.array([0.5]), f"got an array of float64 with 1 axes, {ALLOWED}"),
        (np.zeros((1, 1, 1), int), f"got an array of int64 with 3 axes, {ALLOWED}"),
    ],
)
def test_what_is_no_sequence_of_tokens(given: Any, words: str) -> None:
    with pytest.raises(UsageError) as error:
        ids_of(committed("learnt").config, given)
    assert str(error.value) == f"tokens: {words}"


def test_of_a_large_vocabulary_an_error_lists_the_beginning() -> None:
    config = committed("one_layer_learnt").config
    names = config.rule.tokens.names
    with pytest.raises(UsageError) as error:
        ids_of(config, ["th"], "source")
    assert str(error.value) == (
        "source: no token is called 'th' (did you mean 't' or 'h'?); known:"
        f" {', '.join(names[:30])}, ... ({len(names)} in all)"
    )


def test_a_number_that_may_be_a_name_or_an_id_is_asked_about() -> None:
    """A vocabulary in another order than that of numbers: nothing is guessed."""

    class Turned(type(committed("learnt").config.rule)):  # type: ignore[misc]
        vocabulary = (1, 2, 3, 0)

    config = replace(committed("learnt").config, rule=Turned(highest=10, plus_share=0.3))
    with pytest.raises(UsageError) as error:
        ids_of(config, [2])
    assert str(error.value) == (
        "tokens: 2 is the id of '3', and the name of the token with the id 1; write '3' for the"
        " first, and '2' for the second"
    )
    assert ids_of(config, np.array([2])).tolist() == [[2]]
    assert ids_of(config, ["2"]).tolist() == [[1]]


def test_a_text_is_read_as_its_report_reads_it() -> None:
    """Characters with a mark for a space and a line end, and none that is not there."""
    config = committed("one_layer_learnt").config
    names = config.rule.tokens.names
    found = ids_of(config, "the end\n")
    assert [names[i] for i in found[0]] == [*"the", "␣", *"end", "⏎"]
