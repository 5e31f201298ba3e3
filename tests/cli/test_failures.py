"""`show --failures`: contexts that go wrong, of networks that fail, that do not, and of others."""

from pathlib import Path
from typing import Any

import pytest
from conftest import committed
from measured import measured
from test_cli import project, reportgen, store_facts

from reportgen.cli.failures import told_failures
from reportgen.errors import UsageError

__all__ = ["project"]


def test_a_network_that_fails() -> None:
    words, tables = told_failures(measured("learnt"), "learnt")
    assert words == (
        "1\u202f532\u202f304 of 38\u202f753\u202f322 contexts tried are answered wrongly, sorted by"
        " the distance of the answer."
    )
    (_, _, kinds), (_, _, examples) = tables
    assert kinds[0][:3] == ("answer 5 steps back", "616\u202f896", "1\u202f220\u202f832")
    assert examples[0] == ("4 1 1 1 +", "4", "0")


def told(details: dict[str, Any], text: str = "none to list") -> tuple[str, list]:
    """What is told of a fact with these details."""
    fact: Any = dict(text=text, n=0, of="contexts", details=details)
    sampled: Any = dict(text="1.0 %", n=99, of="positions", details={})
    return told_failures(
        dict(facts=dict(failing_kinds=fact, visible_error=sampled), claims={}), "toy"
    )


def test_a_network_that_never_fails() -> None:
    assert told(dict(complete=True, examples=[])) == ("None to list.", [])


def test_what_was_not_tried_is_said() -> None:
    """Only short contexts could be tried: a sample tells of the others."""
    words, _ = told(dict(complete=False, examples=[], lengths="2 to 4 tokens", window="32 tokens"))
    assert words == (
        "None to list.\nTried were contexts of 2 to 4 tokens; a window has 32 tokens. Of longer"
        " ones a sample tells: 1.0 % of 99 positions are wrong."
    )


def test_too_many_are_not_sorted() -> None:
    failing = pytest.importorskip("reportgen.systems.sequence_rules.facts.failing")
    fact = failing.failing_kinds(committed("unlearnt"))
    words, tables = told(dict(fact.details), fact.text)
    assert words.startswith("Not sorted: 29\u202f170\u202f615 of 38\u202f753\u202f322 contexts go")
    assert [title for title, _, _ in tables] == ["the first of them"]


def test_another_system_lists_none(project: Path) -> None:
    with pytest.raises(UsageError):
        told_failures(dict(facts={}, claims={}), "induction")
    store_facts(project, "plus_last_even/facts")
    wrong = reportgen(project, "show", "plus_last_even", "--failures")
    assert (wrong.exit_code, wrong.stderr) == (
        2,
        "contexts that go wrong are not listed for plus_last_even: its system has no fact"
        " 'failing_kinds'; `reportgen show plus_last_even` tells its errors\n",
    )
