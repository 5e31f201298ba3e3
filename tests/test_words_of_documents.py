"""Documents written by hand say of networks what was tried, and nothing of what was not."""

import re

from places import CONFIGS, ROOT


def test_the_first_page_calls_no_rule_too_hard() -> None:
    """One network that errs does not say so, and where it errs may be a few contexts alone."""
    assert "too hard" not in (ROOT / "README.md").read_text(encoding="utf-8")


def test_thresholds_are_said_to_have_been_set_after_runs() -> None:
    """A verdict on seeds that somebody had looked at is no test of the line it was judged by."""
    text = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    assert "argued when runs of the shipped configurations had been seen" in text
    assert "is not a test of the threshold" in text


def test_no_summary_says_what_its_network_does() -> None:
    """That is for its report to find out; how many seeds learn is told from committed results."""
    does = re.compile(r"\bnetworks? (?!of\b|in\b|and\b|with\b|as\b)\w+s\b")
    assert does.search("the network groks, and turns round a few circles")
    for path in CONFIGS.glob("*.yaml"):
        assert not does.search(path.read_text(encoding="utf-8").splitlines()[0]), path.name
