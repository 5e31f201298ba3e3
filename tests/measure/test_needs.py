"""What facts and claims need is a list or a tuple of words; a text alone would be its letters."""

import pytest

from reportgen.core.study import Study
from reportgen.errors import ReportError
from reportgen.measure.claim import Claim
from reportgen.measure.criteria import fact as of
from reportgen.measure.fact import FACTS, Fact, fact

TOLD = r"needs: got 'attention', allowed: a list of needs, such as \['attention'\]"


def claim(needs: list[str] | tuple[str, ...] | str) -> Claim:
    return Claim("It is so", holds=of("x") > 0, reason="None.", figure="map", needs=needs)


def test_lists_and_tuples_are_alike() -> None:
    assert claim(["attention"]).needs == claim(("attention",)).needs == ("attention",)


def test_a_text_is_refused() -> None:
    with pytest.raises(ReportError, match=TOLD):
        claim("attention")

    def wordy(study: Study) -> Fact:
        """Words."""
        raise AssertionError

    with pytest.raises(ReportError, match=TOLD):
        fact("Wordy", tolerance=0, needs="attention")(wordy)
    assert "wordy" not in FACTS[__name__.rpartition(".")[0]]
