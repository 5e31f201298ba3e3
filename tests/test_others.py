"""The page of numbers of published networks says what was measured, and that agrees with what is
public; the configurations beside it fit what they say.
"""

import json

import pytest
import yaml

from benchmarks import others
from reportgen.measure.fact import facts_of
from reportgen.system import system_called


def results() -> others.Measured:
    found: others.Measured = json.loads(others.MEASURED.read_text(encoding="utf-8"))
    return found


def test_what_was_measured_is_what_is_public() -> None:
    """Each to its last public digit."""
    found = results()["values"]
    assert len(found) == len(others.values()) >= 25
    wrong = [v for v, number in zip(others.values(), found) if others.off(v, number)]
    assert wrong == []


def test_a_last_digit_that_differs_is_seen() -> None:
    value = next(v for v in others.values() if v["what"] == "least margin, logits")
    assert not others.off(value, value["public"])
    assert others.off(value, value["public"] + 1.1e-6)
    count = next(v for v in others.values() if v["tolerance"] == 0)
    assert others.off(count, count["public"] + 1)


def test_the_page_shows_them() -> None:
    page = others.PAGE.read_text(encoding="utf-8")
    assert others.rendered(page, results()) == page
    assert page.count("| `clock_113` |") > 5


def test_shares_become_counts() -> None:
    facts = dict(right=dict(value=0.75, parts=[["a", dict(value=0.25)]]))
    value = others.Value(report="x", fact="right", what="", public=0, tolerance=0)
    assert others.said(others.Value(**value, times=8), facts) == 6
    assert others.said(others.Value(**value, times=-8), facts) == 2
    assert others.said(others.Value(**value, times=8, part="a"), facts) == 2


@pytest.mark.parametrize("path", sorted(others.CONFIGS.glob("*.yaml")), ids=lambda p: p.stem)
def test_each_report_has_facts_that_are_asked_for(path: object) -> None:
    given = yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    repeated = given["rule"]["name"] == "repeated_tokens"
    known = facts_of(system_called("repeated_sequences" if repeated else "input_to_output"))
    asked = {v["fact"] for v in others.values() if v["report"] == given["name"]}
    assert asked
    assert asked <= {*known}
    assert given["weights"]["tokens"] == "as_listed"
    assert "training" not in given
