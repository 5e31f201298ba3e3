"""What a stored measurement may differ in from the one of today."""

from copy import deepcopy
from typing import Any

import pytest
from keeping import alike

CLAIM = dict(verdict="holds", statement="It errs", holds_if="above 0.1", partly_if="", reason="so")
FACT: dict[str, Any] = dict(
    value=0.25,
    tolerance=0.01,
    lacking="",
    label="Wrong answers",
    meaning="How often it errs.",
    text="25.0 %",
    parts=[["first", dict(value=0.5, label="")]],
    details=dict(rows=[dict(kind="the first token", text="over 0.999", n=12)]),
)
STORED = dict(facts=dict(error=FACT), claims=dict(errs=CLAIM))


def changed(*path: str | int, to: object) -> dict[str, Any]:
    """What was stored, but for one value of the fact."""
    measured = deepcopy(STORED)
    at: Any = measured["facts"]["error"]
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return measured


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("label",), "Mistakes"),
        (("meaning",), "How often it is wrong."),
        (("details", "rows", 0, "kind"), "the last token"),
        (("details", "rows"), []),
        (("value",), 0.27),
        (("parts", 0, 1, "value"), 0.52),
    ],
)
def test_other_words_and_numbers_beyond_the_tolerance_are_seen(
    path: tuple[str | int, ...], to: object
) -> None:
    with pytest.raises(AssertionError):
        alike(changed(*path, to=to), STORED)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("value",), 0.255),
        (("text",), "25.5 %"),
        (("details", "rows", 0, "text"), "0.999"),
        (("details", "rows", 0, "n"), 13),
    ],
)
def test_a_number_may_differ_as_far_as_its_fact_says(
    path: tuple[str | int, ...], to: object
) -> None:
    alike(changed(*path, to=to), STORED)
