"""What the committed runs of the whole transformer are found to be."""

from typing import Any

import pytest
from claimwork import found

from reportgen.measure.claim import Verdict

HOLDS, PARTLY, FAILS = Verdict.HOLDS, Verdict.PARTLY, Verdict.FAILS


@pytest.mark.parametrize(
    ("name", "verdicts"),
    [
        (
            "full_learnt",
            dict(
                all_parts_add_up=HOLDS,
                every_part_needed=HOLDS,
                feed_forward_speaks=Verdict.UNDECIDED,
            ),
        ),
        (
            "full_unlearnt",
            dict(
                all_parts_add_up=HOLDS,
                every_part_needed=Verdict.UNDECIDED,
                feed_forward_speaks=FAILS,
                gains_by_repeats=Verdict.UNDECIDED,
                has_an_induction_head=FAILS,
                most_heads_have_a_class=FAILS,
            ),
        ),
    ],
)
def test_verdicts_of_the_committed_runs(name: str, verdicts: dict[str, Any]) -> None:
    assert found(name, "text", list(verdicts)) == verdicts
