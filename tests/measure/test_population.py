"""What a population is called where it is one thing, and on every kept page."""

import re

import numpy as np
import pytest
from places import SYSTEMS

from reportgen.measure.bounds import limit
from reportgen.measure.estimates import Sample
from reportgen.measure.population import of_so_many

ONE = re.compile(  # "1 heads", "1 long sequences"
    r"(?<![\d.,/\u202f\u00a0–])(?<!layer )(?<!head )(?<!position )(?<!step )\b1(?:&nbsp;| |\u00a0)"
    r"(?:(?!if|it|of|in|and|or|where|that)[a-z-]+ )?(?!is|was|has|does|this|times)[a-z]+s\b"
)


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("networks that differ in their seed", "network"),
        ("networks that solve the task", "network that solves the task"),
        ("networks that learnt the rule", "network that learnt the rule"),
        ("pairs that differ in one digit", "pair that differs in one digit"),
        ("queries, every token at every position", "query, every token at every position"),
        ("wrong answers in 5 sequences drawn", "wrong answer in 5 sequences drawn"),
        ("positions where the rule decides", "position where the rule decides"),
        ("pair of heads", "pair of heads"),
        ("number that the original gives", "number that the original gives"),
        ("position, every window that can be drawn", "position, every window that can be drawn"),
    ],
)
def test_one_thing_is_called_in_the_singular(many: str, one: str) -> None:
    assert of_so_many(many, 1) == one
    for n in (0, 2, 1_000):
        assert of_so_many(many, n) == many


def test_items_of_one_sequence() -> None:
    sample = Sample(np.array([0, 0, 1]), 2, "held-out sequences")
    one, both = (
        sample.average(np.ones(3), where, unit="share", of="positions")
        for where in (np.array([True, True, False]), np.ones(3, dtype=bool))
    )
    assert (one.of, both.of) == (
        "positions in 1 held-out sequence",
        "positions in 2 held-out sequences",
    )


def test_a_line_at_one() -> None:
    assert limit(0.01, "points") == "1 percentage point"
    assert limit(0.02, "points") == "2 percentage points"
    assert limit(1, "nats") == "1 nat"
    assert limit(1, "share") == "1"


def test_no_kept_page_has_one_of_several() -> None:
    pages = sorted(SYSTEMS.rglob("baselines/pages/*/**/*.md"))
    assert len(pages) > 100
    for page in pages:
        text = re.sub(r"<[^>]*>", "", page.read_text("utf-8"))
        assert not ONE.findall(text), page
