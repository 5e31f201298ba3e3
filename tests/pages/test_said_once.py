"""Slips that kept pages may not have, whatever they are about: a word twice, a time that never was,
and a number that is called more than a larger one.
"""

import re
from collections.abc import Iterator

import pytest
from places import SYSTEMS

PAGES = [path for path in sorted(SYSTEMS.rglob("baselines/pages/*/**/*.md"))]
TWICE = re.compile(r"\b([a-z]{2,}) \1\b")
FINE = {"that that", "had had"}
NEVER = re.compile(r"\b(?:at|from|since|until) never\b")
MORE = re.compile(r"(?<![\d.])(\d\.\d+)[^;:]*?, more than the (\d\.\d+)")


def slips(text: str) -> Iterator[str]:
    """What is wrong with the words of a page."""
    plain = re.sub(r"<[^>]*>", "", text).replace("&nbsp;", " ")
    for line in re.sub(r"[\u00a0\u202f]", " ", plain).splitlines():
        yield from (m[0] for m in TWICE.finditer(line) if m[0] not in FINE)
        yield from NEVER.findall(line)
        yield from (m[0] for m in MORE.finditer(line) if float(m[1]) <= float(m[2]))


def test_no_kept_page_slips() -> None:
    assert len(PAGES) > 100
    found = [(str(path), slip) for path in PAGES for slip in slips(path.read_text("utf-8"))]
    assert not found


@pytest.mark.parametrize(
    ("said", "slip"),
    [
        ("the lead is −123.64&nbsp;logits logits.", "logits logits"),
        ("The loss drops at never.", "at never"),
        ("They get 0.326 (0.363 from the best), more than the 0.349 of", "0.326"),
        ("They get 0.363 together, more than the 0.349 of uniform attention.", ""),
        ("It is said that that is so.", ""),
    ],
)
def test_a_slip_is_seen(said: str, slip: str) -> None:
    found = "".join(slips(said))
    assert slip in found if slip else not found
