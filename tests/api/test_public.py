"""What the package promises to those who import it: names and signatures as they were looked at,
each with a docstring, and nothing loaded before it is asked for.
"""

import inspect
from pathlib import Path
from typing import Any

import pytest
from public import public, text

import reportgen
import reportgen.api


def test_names_and_signatures_are_those_that_were_promised(file_regression: Any) -> None:
    """A change here is a change for every user: `--force-regen` writes it down, and a fragment in
    changelog.d tells it.
    """
    file_regression.check(text(), encoding="utf-8", fullpath=Path(__file__).with_name("public.txt"))


def test_everything_public_says_what_it_is() -> None:
    silent = [
        name
        for name, found in public()
        if not name.rpartition(".")[2].startswith("_")
        and not inspect.isgetsetdescriptor(found)
        and type(found).__name__ not in ("member_descriptor", "str", "function_field")
        and not inspect.getdoc(found)
    ]
    assert silent == []


def test_what_is_offered_at_the_top_is_what_the_room_offers() -> None:
    for name in set(reportgen.__all__) - {"ReportError"}:
        assert getattr(reportgen, name) is getattr(reportgen.api, name)
    assert reportgen.ReportError.__module__ == "reportgen.errors"
    assert {*reportgen.__all__, "__version__"} <= {*dir(reportgen)}


def test_a_name_that_is_not_offered() -> None:
    with pytest.raises(AttributeError) as error:
        _ = reportgen.opne  # type: ignore[attr-defined]
    assert str(error.value) == "module 'reportgen' has no attribute 'opne'"
