"""Documents written by hand say of networks what was tried, and nothing of what was not."""

import re

from places import ROOT

PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")


def tried(section: str, network: str) -> tuple[int, int]:
    """How many seeds learnt and how many were tried, over the rows of a network."""
    rows = re.search(rf"## {section}\n(.*?)(?:\n## |\Z)", PAGE, re.S)
    assert rows is not None
    cells = [line for line in rows[1].splitlines() if f"| {network} |" in line]
    counts = [re.search(r"(\d+) of (\d+)", line) for line in cells]
    return tuple(sum(int(found[i]) for found in counts if found) for i in (1, 2))


def test_two_dimensions_are_not_called_too_few_for_want_of_luck() -> None:
    """No seed of any rate learnt, which bounds a share and proves nothing of the network."""
    learnt, seeds = tried("plus_max_of_two", "two dimensions")
    assert f"In two dimensions {learnt} of {seeds} learnt" in PAGE
    assert "too few" not in PAGE.replace("That two dimensions are too few is not shown", "")


def test_a_second_head_is_spoken_of_where_it_was_tried() -> None:
    learnt, seeds = tried("plus_max_of_two", "four dimensions, two heads")
    assert seeds == 8
    assert f"in four dimensions alone, where {learnt} of {seeds} learnt" in " ".join(PAGE.split())
    assert "not what was missing" not in PAGE


def test_the_first_page_calls_no_rule_too_hard() -> None:
    """One network that errs does not say so, and where it errs may be a few contexts alone."""
    assert "too hard" not in (ROOT / "README.md").read_text(encoding="utf-8")


def test_thresholds_are_said_to_have_been_set_after_runs() -> None:
    """A verdict on seeds that somebody had looked at is no test of the line it was judged by."""
    page = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    assert "argued when runs of the shipped configurations had been seen" in page
    assert "no test of the line" in page
